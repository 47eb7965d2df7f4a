using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>Packets that begin something, with the state that conntrack gives them (see <see cref="FirstPacket"/>).</summary>
internal static class FreshPackets
{
    private static readonly Field[] _plain =
    [
        Field.IsReply, Field.IsSourceNat, Field.IsDestinationNat, Field.LaterFragment, Field.HasAuthentication, Field.Mark,
        Field.ConnectionMark,
    ];

    /// <summary>NEW, or UNTRACKED for IPv6's neighbour and multicast discovery; no mark, no later fragment, no address rewritten yet.</summary>
    public static int Of(PacketSpace space)
    {
        var store = space.Store;
        return store.And(Stated(space), Opening(space));
    }

    /// <summary>Headers that conntrack takes for a beginning.</summary>
    private static int Opening(PacketSpace space)
    {
        var store = space.Store;
        var tcp = space.Is(Field.Protocol, IpProtocols.Tcp);
        var telling = (byte)(TcpFlags.All & ~TcpFlags.Psh);
        var opens = store.Or(
            space.Masked(Field.TcpFlags, (byte)TcpFlags.Syn, telling & ~(uint)TcpFlags.Urg),
            space.Masked(Field.TcpFlags, (byte)TcpFlags.Ack, telling & ~(uint)TcpFlags.Urg));
        var result = store.Ite(tcp, opens, BddStore.True);
        return space.Family == IPFamily.IPv4
            ? store.Ite(space.Is(Field.Protocol, IpProtocols.Icmp), AnyType(space, [8, 13, 15, 17]), result)
            : store.Ite(space.Is(Field.Protocol, IpProtocols.Icmpv6), store.Or(Discovery(space), AnyType(space, [128, 139])), result);
    }

    /// <summary>The state that goes with beginning, whatever the headers are: how rules are best read.</summary>
    public static int Stated(PacketSpace space)
    {
        var store = space.Store;
        var result = space.State(SymbolicState.New);
        if (space.Family == IPFamily.IPv6)
        {
            var untracked = store.And(space.Is(Field.Protocol, IpProtocols.Icmpv6), Discovery(space));
            result = store.Ite(untracked, space.State(SymbolicState.Untracked), result);
        }
        foreach (var field in _plain)
        {
            result = store.And(result, space.Is(field, 0));
        }
        return store.And(result, space.Is(Field.HasSourceMac, 1));
    }

    /// <summary>Packets of a connection that has seen both sides.</summary>
    public static int Established(PacketSpace space)
    {
        var result = space.State(SymbolicState.Established);
        foreach (var field in _plain)
        {
            result = field == Field.IsReply ? result : space.Store.And(result, space.Is(field, 0));
        }
        return space.Store.And(result, space.Is(Field.HasSourceMac, 1));
    }

    /// <summary>What an example should look like, in the order of importance.</summary>
    public static int[] Wishes(PacketSpace space)
    {
        var tcp = space.Is(Field.Protocol, IpProtocols.Tcp);
        return
        [
            space.Store.Or(tcp ^ 1, space.Is(Field.TcpFlags, (byte)TcpFlags.Syn)),
            space.Store.OrAll([tcp, space.Is(Field.Protocol, IpProtocols.Udp), AnyType(space, [8, 128])]),
            tcp,
            space.Store.OrAll([space.Is(Field.DestinationPort, 22), space.Is(Field.DestinationPort, 80), space.Is(Field.DestinationPort, 443)]),
            space.Range(Field.SourcePort, 32768, 65535),
            space.Is(Field.IcmpCode, 0),
        ];
    }

    private static int Discovery(PacketSpace space) =>
        space.Store.Or(space.Range(Field.IcmpType, 130, 136), space.Is(Field.IcmpType, 143));

    private static int AnyType(PacketSpace space, ReadOnlySpan<byte> types)
    {
        var edges = new int[types.Length];
        for (var i = 0; i < types.Length; i++)
        {
            edges[i] = space.Is(Field.IcmpType, types[i]);
        }
        return space.Store.OrAll(edges);
    }
}
