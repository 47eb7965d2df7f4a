using Plumbline.Primitives;

namespace Plumbline.Iptables.Simulation;

/// <summary>
/// What nat makes of a connection's first packet (nf_nat_core.c, nf_nat_setup_info() and get_unique_tuple()), and then of its other packets.
/// PREROUTING and OUTPUT rewrite the destination, INPUT and POSTROUTING the source, each once. What stays as it was is not called NAT.
/// </summary>
internal static class NatTranslation
{
    private const int MostAttempts = 128;

    private static readonly NatAction _nothing = new(NatKind.Given, "");

    /// <summary>The hook rewrites destinations, not sources.</summary>
    public static bool IsDestination(Hook hook) => hook is Hook.Prerouting or Hook.Output;

    /// <summary>nat's rules at the hook have to be asked.</summary>
    public static bool IsAsked(in Walk walk) => walk.Entry.IsFirstPacket && walk.Entry.HasConnection && !walk.IsNotrack
        && !(IsDestination(walk.Point!.Hook) ? walk.IsDestinationDone : walk.IsSourceDone);

    /// <summary>A rule of nat took the packet.</summary>
    /// <returns>False: the target drops it, as there is no address to give.</returns>
    public static bool Apply(NatAction action, ref Walk walk, NodeAddresses? addresses)
    {
        var isDestination = IsDestination(walk.Point!.Hook);
        AddressRange? range;
        switch (action.Kind)
        {
            case NatKind.Network:
                var network = action.Addresses!.Value;
                var host = (isDestination ? walk.Destination : walk.Source) & (network.First ^ network.Last) | network.First;
                range = new(network.Family, host, host);
                break;
            case NatKind.Own when isDestination:
                if (!OwnAddresses.TryFindDestination(addresses, in walk, out range))
                {
                    return false;
                }
                break;
            case NatKind.Own:
                if (walk.Family == IPFamily.IPv4 && walk.FirstSource == 0)
                {
                    return true; // a client without an address asks for one: left alone
                }
                if (!OwnAddresses.TryFindSource(addresses, in walk, out range))
                {
                    return false;
                }
                break;
            default:
                range = action.Addresses;
                break;
        }
        if (action.Kind == NatKind.Own && range is null)
        {
            walk.Open |= isDestination ? PacketFields.Destination : PacketFields.Source;
            walk.States |= isDestination ? ConnectionStates.Dnat : ConnectionStates.Snat;
            if (!isDestination && walk.Table!.KnowsOthers)
            {
                // an earlier connection of the same client may have left its port behind at that address
                walk.Open |= PacketFields.SourcePort;
                walk.IsSourceDone = true;
                return true;
            }
        }
        SetUp(action, range, isDestination, ref walk);
        return true;
    }

    /// <summary>No rule took it: the port is changed all the same where another connection has it.</summary>
    public static void ApplyNone(ref Walk walk)
    {
        if (walk.Table!.KnowsOthers)
        {
            SetUp(_nothing, null, IsDestination(walk.Point!.Hook), ref walk);
        }
    }

    /// <summary>A later packet, a reply, or an error about one: as the connection's tuples say.</summary>
    public static void Repeat(ref Walk walk)
    {
        var isDestination = IsDestination(walk.Point!.Hook);
        // replies go the other way round: their destination is what was the source
        var isRewritten = isDestination != walk.Entry.IsReply ? walk.Entry.IsDestinationNat : walk.Entry.IsSourceNat;
        if (!isRewritten)
        {
            return;
        }
        var ported = HasPorts(walk.Protocol);
        if ((walk.Entry.IsReply ? walk.Entry.Original : walk.Entry.Reply) is not { } other)
        {
            walk.Open |= isDestination ? PacketFields.Destination : PacketFields.Source;
            walk.Open |= !ported ? 0 : isDestination ? PacketFields.DestinationPort : PacketFields.SourcePort;
        }
        else if (isDestination)
        {
            walk.Destination = other.Source;
            walk.DestinationPort = ported ? other.SourcePart : walk.DestinationPort;
        }
        else
        {
            walk.Source = other.Destination;
            walk.SourcePort = ported ? other.DestinationPart : walk.SourcePort;
        }
    }

    /// <summary>The replies that the connection waits for would collide with another's.</summary>
    public static bool IsTaken(in Walk walk) => walk.Table!.KnowsOthers && (walk.Open == 0
        ? walk.Table.IsTaken(new(walk.Zone, walk.ReplyZone), RepliesTo(in walk))
        : walk.IsCrowded && (walk.Open & PacketFields.SourcePort) == 0);

    private static void SetUp(NatAction action, AddressRange? range, bool isDestination, ref Walk walk)
    {
        _ = isDestination ? walk.IsDestinationDone = true : walk.IsSourceDone = true;
        var (address, port) = isDestination ? (walk.Destination, walk.DestinationPort) : (walk.Source, walk.SourcePort);
        Decide(action, range, isDestination, ref walk);
        var (newAddress, newPort) = isDestination ? (walk.Destination, walk.DestinationPort) : (walk.Source, walk.SourcePort);
        if (address != newAddress || port != newPort)
        {
            walk.States |= isDestination ? ConnectionStates.Dnat : ConnectionStates.Snat;
        }
    }

    private static void Decide(NatAction action, AddressRange? range, bool isDestination, ref Walk walk)
    {
        var isIcmp = IsIcmp(in walk);
        var ported = HasPorts(walk.Protocol);
        var ports = ported ? action.Ports : null;
        if (!isDestination && !action.IsRandom)
        {
            if ((range is null || range.Value.Contains(walk.Source)) && ports?.Contains(walk.SourcePort) != false)
            {
                if (!IsTaken(in walk))
                {
                    return;
                }
            }
            else if (walk.Table!.KnowsOthers && walk.Table.FindSource(
                new(walk.Zone, walk.ReplyZone), RepliesTo(in walk),
                (a, p) => range?.Contains(a) != false && ports?.Contains(p) != false) is { } found)
            {
                var (oldAddress, oldPort) = (walk.Source, walk.SourcePort);
                (walk.Source, walk.SourcePort) = (found.Address, ported ? found.Part : walk.SourcePort);
                if (!IsTaken(in walk))
                {
                    return;
                }
                (walk.Source, walk.SourcePort) = (oldAddress, oldPort);
            }
        }
        if (range is { } addresses)
        {
            var chosen = addresses.First == addresses.Last ? addresses.First : NatChoice.Choose(
                addresses, isDestination, action.IsPersistent, walk.Source, walk.Destination, Math.Max(walk.Zone, walk.ReplyZone));
            _ = isDestination ? walk.Destination = chosen : walk.Source = chosen;
        }
        var port = isDestination ? walk.DestinationPort : walk.SourcePort;
        if (!action.IsRandom && (ports is { } some
            ? action.PortBase is null && some.Contains(port) && (some.First == some.Last || !IsTaken(in walk))
            : !IsTaken(in walk)))
        {
            return;
        }
        if (isIcmp)
        {
            // the identifier, which no rule but --ctreplsrcport sees
            walk.Open |= PacketFields.SourcePort;
            walk.States |= isDestination ? ConnectionStates.Dnat : ConnectionStates.Snat;
        }
        else if (ported && (ports is not null || !isDestination))
        {
            TakePort(action, ports ?? Alike(port), isDestination, ref walk);
        }
    }

    /// <summary>One of a range: counted from its begin or its base, or any.</summary>
    private static void TakePort(NatAction action, PortRange range, bool isDestination, ref Walk walk)
    {
        var port = isDestination ? walk.DestinationPort : walk.SourcePort;
        var (least, greatest) = (Math.Min(range.First, range.Last), Math.Max(range.First, range.Last));
        var count = greatest - least + 1;
        var isAny = count > 1 && action.PortBase is null && (action.IsRandom || !isDestination);
        if (isAny && walk.Table!.KnowsOthers && walk.Open == 0 && count <= MostAttempts)
        {
            var free = FreePorts(least, count, isDestination, walk, out var found);
            if (free == 1 || free == 0 && !isDestination)
            {
                _ = isDestination ? walk.DestinationPort = found : walk.SourcePort = found;
                return;
            }
            walk.IsCrowded = free == 0;
        }
        if (isAny)
        {
            var field = isDestination ? PacketFields.DestinationPort : PacketFields.SourcePort;
            var flag = isDestination ? ConnectionStates.Dnat : ConnectionStates.Snat;
            var isMoved = isDestination ? walk.Destination != walk.FirstDestination : walk.Source != walk.FirstSource;
            // the same port again is no NAT
            walk.Open |= field | (port >= least && port <= greatest && !isMoved ? PacketFields.State : 0);
            walk.States |= flag;
            _ = isDestination ? walk.DestinationPort = least : walk.SourcePort = least;
            return;
        }
        var offset = action.PortBase is { } from ? (ushort)(port - from) : (ushort)0;
        for (var i = 0; i < Math.Min(count, MostAttempts); i++, offset++)
        {
            var candidate = (ushort)(least + offset % count);
            _ = isDestination ? walk.DestinationPort = candidate : walk.SourcePort = candidate;
            if (!IsTaken(in walk))
            {
                return;
            }
        }
    }

    /// <summary>How many of the ports no other connection has, and the last of them.</summary>
    private static int FreePorts(int least, int count, bool isDestination, Walk walk, out ushort found)
    {
        var free = 0;
        found = (ushort)least;
        for (var candidate = least; candidate < least + count; candidate++)
        {
            _ = isDestination ? walk.DestinationPort = (ushort)candidate : walk.SourcePort = (ushort)candidate;
            if (!IsTaken(in walk))
            {
                free++;
                found = (ushort)candidate;
            }
        }
        return free;
    }

    /// <summary>Where the rule names no ports: privileged ones stay so.</summary>
    private static PortRange Alike(ushort port) => port < 512 ? new(1, 511) : port < 1024 ? new(600, 1023) : new(1024, 65535);

    private static ConntrackTuple RepliesTo(in Walk walk)
    {
        var ported = HasPorts(walk.Protocol);
        return new(
            walk.Protocol, walk.Destination, walk.Source,
            ported ? walk.DestinationPort : walk.Entry.Reply?.SourcePart ?? 0,
            ported ? walk.SourcePort : walk.Entry.Reply?.DestinationPart ?? 0);
    }

    private static bool HasPorts(byte protocol) =>
        protocol is IpProtocols.Tcp or IpProtocols.Udp or IpProtocols.UdpLite or IpProtocols.Sctp;

    private static bool IsIcmp(in Walk walk) =>
        walk.Protocol == (walk.Family == IPFamily.IPv4 ? IpProtocols.Icmp : IpProtocols.Icmpv6);
}
