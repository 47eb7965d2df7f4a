using System.Globalization;
using Plumbline.Diagnosis.Explaining;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Verdicts;

internal sealed partial class VerdictPlanner
{
    private const ushort AssumedPort = 40000;

    private PacketHeader MakePacket(FirewallTarget? port, bool isIngress, PacketPath path)
    {
        var recorded = question.Recorded;
        var family = FamilyOf(port);
        var own = port?.IPAddresses.Select(Read).FirstOrDefault(a => a?.Family == family);
        var source = AddressOf(question.Source, family) ?? recorded?.Source
            ?? Assume(isIngress ? null : own, family, PacketFields.Source, "source", port);
        var destination = AddressOf(question.Destination, family) ?? recorded?.Destination
            ?? Assume(isIngress ? own : null, family, PacketFields.Destination, "destination", port);
        var protocol = question.Protocol ?? recorded?.Protocol ?? AssumeProtocol(family);
        var packet = (recorded ?? default(PacketHeader) with { Family = family, MoreFragments = false }) with
        {
            Source = source,
            Destination = destination,
            Protocol = protocol,
            SourceMac = SourceMac(port, isIngress, path),
            DestinationMac = question.DestinationMac ?? recorded?.DestinationMac,
            Mark = question.Mark ?? 0,
            FragmentOffset = question.IsFragment ? (ushort)185 : recorded?.FragmentOffset ?? 0,
            Length = question.Length ?? recorded?.Length ?? Assume<ushort>(
                (ushort)(family == IPFamily.IPv4 ? 60 : 80), PacketFields.Length, "length {0} bytes"),
            HopLimit = question.HopLimit ?? recorded?.HopLimit ?? Assume<byte>(
                64, PacketFields.HopLimit, family == IPFamily.IPv4 ? "TTL {0}" : "hop limit {0}"),
            TypeOfService = question.TypeOfService ?? recorded?.TypeOfService ?? Assume<byte>(0, PacketFields.TypeOfService, "TOS {0}"),
        };
        if (packet.DestinationMac is null)
        {
            var isBroadcast = family == IPFamily.IPv4 && destination == uint.MaxValue;
            var isMulticast = family == IPFamily.IPv4 ? destination >> 28 == 14 : destination >> 120 == 0xFF;
            packet = packet with
            {
                DestinationMac = isBroadcast ? MacAddress.Broadcast : isMulticast ? new MacAddress(0x01005E000001) : null,
            };
        }
        return Transport(packet, recorded is not null);
    }

    private PacketHeader Transport(PacketHeader packet, bool isRecorded)
    {
        switch (packet.Protocol)
        {
            case 6 or 17 or 33 or 132 or 136:
                packet = packet with
                {
                    SourcePort = question.SourcePort ?? (isRecorded ? packet.SourcePort
                        : Assume(AssumedPort, PacketFields.SourcePort, "source port {0}")),
                    DestinationPort = question.DestinationPort ?? (isRecorded ? packet.DestinationPort
                        : Assume<ushort>(80, PacketFields.DestinationPort, "destination port {0}")),
                };
                return packet.Protocol != 6 ? packet : packet with
                {
                    TcpFlags = question.TcpFlags ?? (isRecorded ? packet.TcpFlags : AssumeFlags()),
                };
            case 1 or 58:
                var echo = packet.Family == IPFamily.IPv4 ? (byte)8 : (byte)128;
                return question.Icmp is { } icmp ? packet with { IcmpType = icmp.Type, IcmpCode = icmp.Code ?? 0 }
                    : isRecorded ? packet
                    : packet with { IcmpType = Assume(echo, PacketFields.Icmp, "ICMP type {0}, an echo request (ping)") };
            default:
                return packet;
        }
    }

    /// <summary>Data of a connection that exists bears ACK; what opens one SYN.</summary>
    private TcpFlags AssumeFlags()
    {
        var flags = question.State is ConntrackState.Established ? TcpFlags.Ack
            : question.State is ConntrackState.Invalid ? TcpFlags.Syn | TcpFlags.Ack
            : TcpFlags.Syn;
        _assumed.Add((PacketFields.TcpFlags, $"TCP flags {TcpFlagWords.NameOf(flags)}"));
        if (question.State is null)
        {
            _assumed.Add((PacketFields.State, $"TCP flags {TcpFlagWords.NameOf(flags)}"));
        }
        return flags;
    }

    private byte AssumeProtocol(IPFamily family)
    {
        var isTcp = question.DestinationPort is not null || question.SourcePort is not null || question.TcpFlags is not null;
        var protocol = isTcp ? (byte)6 : family == IPFamily.IPv4 ? (byte)1 : (byte)58;
        // what is assumed of the protocol is told always: everything else follows from it
        if (question.Icmp is null)
        {
            _notes.Add($"assumed: protocol {ProtocolNames.NameOf(protocol)}{(isTcp ? ", since ports are given" : "")} (--proto)");
        }
        return protocol;
    }

    private MacAddress? SourceMac(FirewallTarget? port, bool isIngress, PacketPath path)
    {
        if (question.SourceMac is { } said)
        {
            return said;
        }
        if (question.Recorded?.SourceMac is { } recorded)
        {
            return recorded;
        }
        if (path.Points[0].Hook is Hook.Output)
        {
            return null;
        }
        if (!isIngress && port?.Address is { } own)
        {
            _assumed.Add((PacketFields.SourceMac, $"source MAC {own}, the port's own"));
            return own;
        }
        _assumed.Add((PacketFields.SourceMac, "a source MAC that no rule names (--mac)"));
        return new MacAddress(0x020000000001);
    }

    private UInt128 Assume(MaskedAddress? own, IPFamily family, PacketFields field, string side, FirewallTarget? port)
    {
        if (own is { } known)
        {
            _assumed.Add((field, $"{side} {Text(known)}, the port's own"));
            return known.Address;
        }
        // without a port both ends are strangers, and not the same one
        var number = port is null && side == "destination" ? 8 : 7;
        var outside = Read($"{(family == IPFamily.IPv4 ? "198.51.100." : "2001:db8::")}{number}")!.Value;
        var why = port is null ? "any" : "somewhere outside";
        _assumed.Add((field, $"{side} {Text(outside)}, {why} (--{(side == "source" ? "src" : "dst")})"));
        return outside.Address;
    }

    private T Assume<T>(T value, PacketFields field, string text)
        where T : notnull
    {
        _assumed.Add((field, string.Format(CultureInfo.InvariantCulture, text, value)));
        return value;
    }

    /// <summary>The family that the question speaks of: its addresses', its protocol's, else the port's, IPv4 first.</summary>
    private IPFamily FamilyOf(FirewallTarget? port)
    {
        var source = Read(question.Source)?.Family;
        var destination = Read(question.Destination)?.Family;
        if (source is not null && destination is not null && source != destination)
        {
            throw VerdictProblems.TwoFamilies(question.Source!, question.Destination!);
        }
        return source ?? destination ?? question.Family ?? question.Recorded?.Family
            ?? (question.Protocol == 58 ? IPFamily.IPv6
                : port is { IPAddresses: [_, ..] addresses } && addresses.All(a => a.Contains(':')) ? IPFamily.IPv6
                : IPFamily.IPv4);
    }

    /// <summary>An address as said, or that of the VM of that name.</summary>
    private UInt128? AddressOf(string? text, IPFamily family)
    {
        if (text is null)
        {
            return null;
        }
        if (Read(text) is { } address)
        {
            return address.Family == family ? address.Address : throw VerdictProblems.NoAddress(text, family);
        }
        IReadOnlyList<Node.Topologies.Vif> vifs = TargetResolver.Resolve(topology, text) switch
        {
            Target.OfVif found => [found.Vif],
            Target.OfInstance several => several.Vifs,
            _ => [],
        };
        foreach (var known in vifs.SelectMany(v => v.IPAddresses))
        {
            if (Read(known) is { } own && own.Family == family)
            {
                _notes.Add($"{Printable.Escape(text)} is {known}");
                return own.Address;
            }
        }
        throw VerdictProblems.NoAddress(text, family);
    }

    private static MaskedAddress? Read(string? text) =>
        text is not null && text.AsSpan().ContainsAny('.', ':') && MaskedAddress.TryParse(text, out var address) ? address : null;

    private static string Text(MaskedAddress address) => AddressWords.NameOf(address.Family, address.Address);
}
