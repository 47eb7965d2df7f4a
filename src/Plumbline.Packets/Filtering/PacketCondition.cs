using Plumbline.Primitives;

namespace Plumbline.Packets.Filtering;

/// <summary>A filter on packets of a file: what `plumb packets --filter` means. A closed set.</summary>
public abstract record PacketCondition
{
    private PacketCondition()
    {
    }

    /// <summary>Both.</summary>
    public sealed record And(PacketCondition Left, PacketCondition Right) : PacketCondition;

    /// <summary>One or both.</summary>
    public sealed record Or(PacketCondition Left, PacketCondition Right) : PacketCondition;

    /// <summary>The opposite.</summary>
    public sealed record Not(PacketCondition Inner) : PacketCondition;

    /// <summary>An address within a prefix, of the packet or of the tunnel's outside.</summary>
    public sealed record Net(InternetAddress Address, int PrefixLength, PacketEnd End) : PacketCondition;

    /// <summary>A TCP, UDP or SCTP port.</summary>
    public sealed record TransportPort(int Number, PacketEnd End) : PacketCondition;

    /// <summary>An address that has this name.</summary>
    public sealed record Named(string Name, PacketEnd End) : PacketCondition;

    /// <summary>An Ethernet address of the innermost frame.</summary>
    public sealed record Mac(MacAddress Address, PacketEnd End) : PacketCondition;

    /// <summary>An IP protocol.</summary>
    public sealed record Protocol(int Number) : PacketCondition;

    /// <summary>A protocol known by its UDP or TCP port.</summary>
    public sealed record Service(int Port, int OtherPort) : PacketCondition;

    /// <summary>A type of Ethernet payload.</summary>
    public sealed record PayloadType(int Number) : PacketCondition;

    /// <summary>Spanning tree: IEEE 802.2 with DSAP 0x42.</summary>
    public sealed record SpanningTree : PacketCondition;

    /// <summary>A tunnel.</summary>
    public sealed record InTunnel(TunnelKind Kind) : PacketCondition;

    /// <summary>VNI, GRE key or ERSPAN session.</summary>
    public sealed record TunnelKey(uint Number) : PacketCondition;

    /// <summary>A VLAN tag; null: any.</summary>
    public sealed record Vlan(int? Id) : PacketCondition;

    /// <summary>TCP flags, all of these set and none of those.</summary>
    public sealed record Flags(int Set, int Clear) : PacketCondition;

    /// <summary>The file's interface of this name.</summary>
    public sealed record At(string Interface) : PacketCondition;

    /// <summary>Bytes on the wire, both bounds inclusive.</summary>
    public sealed record Size(int Least, int Most) : PacketCondition;
}
