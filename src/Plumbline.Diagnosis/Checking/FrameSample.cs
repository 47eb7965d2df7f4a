using Plumbline.Iptables.Frames;

namespace Plumbline.Diagnosis.Checking;

/// <summary>A frame that a VM sends or gets; what is the VM's own in it stays, what is its partner's may be chosen.</summary>
/// <param name="IsSent">By the VM, else to it.</param>
/// <param name="Facts">The frame.</param>
/// <param name="Words">What it is.</param>
internal sealed record FrameSample(bool IsSent, FrameFacts Facts, string Words)
{
    private const ulong Reserved = 0x0180_c200_0000;

    /// <summary>A VM may send or get it: no DHCP server's answer from a VM, no frame for bridges themselves.</summary>
    public bool IsRightful => (Facts.Destination.Value & 0xffff_ffff_fff0) != Reserved
        && !(IsSent && Facts is { Protocol: 17, SourcePort: 67 or 547 }) && !(IsSent && Facts is { Protocol: 58, IcmpType: 134 or 137 });

    /// <summary>The same with what a rule wants of it, as far as it is free.</summary>
    public FrameSample Fitting(FrameRule rule)
    {
        var facts = Facts;
        foreach (var asked in rule.Matches.Where(m => !m.IsInverted && m.Name is null))
        {
            var match = asked.Any is { Count: > 0 } ? asked.Any[0] : asked;
            var value = match.Low;
            facts = match.Field switch
            {
                FrameField.SourceMac when !IsSent => facts with { Source = new((ulong)value), ArpSourceMac = facts.ArpOperation is null ? facts.ArpSourceMac : new((ulong)value) },
                FrameField.DestinationMac when IsSent => facts with { Destination = new((ulong)value) },
                FrameField.IPv4Source or FrameField.IPv6Source or FrameField.ArpSourceIP when !IsSent => facts with { From = value },
                FrameField.IPv4Destination or FrameField.IPv6Destination or FrameField.ArpTargetIP when IsSent => facts with { To = value },
                FrameField.Protocol when facts.ArpOperation is null && (byte)value is not (6 or 17 or 1 or 58) =>
                    facts with { Protocol = (byte)value, SourcePort = null, DestinationPort = null, IcmpType = null, IcmpCode = null },
                FrameField.SourcePort when facts.SourcePort is not null => facts with { SourcePort = (ushort)value },
                FrameField.DestinationPort when facts.DestinationPort is not null => facts with { DestinationPort = (ushort)value },
                FrameField.IcmpType when facts.IcmpType is not null => facts with { IcmpType = (byte)value },
                FrameField.IcmpCode when facts.IcmpCode is not null => facts with { IcmpCode = (byte)value },
                _ => facts,
            };
        }
        return this with { Facts = facts };
    }
}
