using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Summaries;

/// <summary>Ethernet, VLAN tags, ARP.</summary>
internal sealed partial class SummaryTeller
{
    private const int FirstEtherType = 0x600;

    public void TellEthernet(ReadOnlySpan<byte> frame)
    {
        if (!EthernetHeader.TryRead(frame, out var header))
        {
            TellCutShort("Ethernet");
            return;
        }
        (_source, _destination) = (NameOf(header.Source), NameOf(header.Destination));
        var payload = frame[EthernetHeader.Length..];
        var type = header.Type;
        while (VlanTag.IsAnnouncedBy(type))
        {
            if (!VlanTag.TryRead(payload, out var tag))
            {
                TellCutShort("VLAN");
                return;
            }
            _vlan ??= tag.Id;
            type = tag.Type;
            payload = payload[VlanTag.Length..];
        }
        TellPayload(type, payload);
    }

    /// <summary>A frame of any link type that is understood.</summary>
    public void TellFrame(ReadOnlySpan<byte> frame, int linkType)
    {
        switch (linkType)
        {
            case LinkTypes.Ethernet: TellEthernet(frame); break;
            case LinkTypes.LinuxCooked when frame.Length >= 16:
                TellPayload((EtherType)(frame[14] << 8 | frame[15]), frame[16..]);
                break;
            case LinkTypes.LinuxCooked2 when frame.Length >= 20:
                TellPayload((EtherType)(frame[0] << 8 | frame[1]), frame[20..]);
                break;
            case LinkTypes.Null or LinkTypes.Loop when frame.Length > 4: TellIp(frame[4..]); break;
            case LinkTypes.Raw or LinkTypes.OldRaw or LinkTypes.OpenBsdRaw or LinkTypes.IPv4 or LinkTypes.IPv6 when frame.Length > 0:
                TellIp(frame);
                break;
            default: Tell($"link type {linkType}", Count(frame.Length, "byte")); break;
        }
    }

    private void TellIp(ReadOnlySpan<byte> packet) => TellPayload(packet[0] >> 4 == 6 ? EtherType.IPv6 : EtherType.IPv4, packet);

    private void TellPayload(EtherType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case EtherType.IPv4: TellIPv4(payload); break;
            case EtherType.IPv6: TellIPv6(payload); break;
            case EtherType.Arp: TellArp(payload, "ARP"); break;
            case EtherType.Rarp: TellArp(payload, "RARP"); break;
            case EtherType.Lldp: TellLldp(payload); break;
            case < (EtherType)FirstEtherType: TellLlc(payload); break;
            default: TellOther((int)type, payload); break;
        }
    }

    /// <summary>By name at least, where a node's own devices speak it.</summary>
    private void TellOther(int type, ReadOnlySpan<byte> payload)
    {
        var name = type switch
        {
            0x8809 => payload.IsEmpty ? null : payload[0] switch { 1 => "LACP", 2 => "LACP marker", 3 => "OAM", _ => null },
            0x8847 or 0x8848 => "MPLS",
            0x8863 or 0x8864 => "PPPoE",
            0x888E => "EAPOL",
            0x88E5 => "MACsec",
            0x88F7 => "PTP",
            0x8902 => "CFM",
            0x8915 => "RoCE",
            _ => null,
        };
        Tell(name ?? "Ethernet", name is null ? $"type 0x{type:x4}, {Count(payload.Length, "byte")}" : Count(payload.Length, "byte"));
    }

    /// <summary>What a tunnel carries: a whole frame, or what a frame would.</summary>
    private void TellTunnelled(EtherType type, ReadOnlySpan<byte> payload)
    {
        if (type == EtherType.TransparentEthernet)
        {
            TellEthernet(payload);
        }
        else
        {
            TellPayload(type, payload);
        }
    }

    /// <summary>
    /// IEEE 802.2 behind a length instead of a type: DSAP, SSAP, control. 0x42 is the spanning tree's.
    /// </summary>
    private void TellLlc(ReadOnlySpan<byte> payload)
    {
        if (payload is [0x42, 0x42, 3, ..])
        {
            TellStp(payload[3..]);
        }
        else
        {
            Tell("LLC", Count(payload.Length, "byte"));
        }
    }

    private void TellArp(ReadOnlySpan<byte> payload, string protocol)
    {
        if (!ArpMessage.TryRead(payload, out var message))
        {
            Tell(protocol, payload.Length < ArpMessage.Length ? "cut short" : "about other than Ethernet and IPv4");
            return;
        }
        var sender = NameOf(message.SenderAddress);
        var target = NameOf(message.TargetAddress);
        var isProbe = message.SenderAddress.Equals(System.Net.IPAddress.Any);
        Tell(protocol, message.Operation switch
        {
            ArpOperation.Request when isProbe => $"is {target} taken? asks {message.SenderMac}",
            ArpOperation.Request or ArpOperation.Reply when message.SenderAddress.Equals(message.TargetAddress) =>
                $"announces {sender} at {message.SenderMac}",
            ArpOperation.Request => $"who has {target}? tell {sender}",
            ArpOperation.Reply => $"{sender} is at {message.SenderMac}",
            ArpOperation.ReverseRequest => $"who am I, {message.TargetMac}?",
            ArpOperation.ReverseReply => $"{message.TargetMac} is {target}",
            var operation => $"operation {(int)operation}",
        });
        if (!isProbe && protocol == "ARP")
        {
            _source = sender;
        }
        if (message.Operation == ArpOperation.Reply && _destination != "broadcast")
        {
            _destination = target;
        }
    }
}
