namespace Plumbline.Iptables.Simulation;

/// <summary>Answers for conntrack: asked once for a packet, behind the raw table, if it is tracked at all.</summary>
public abstract class ConntrackTable
{
    /// <summary>The packet is the first of its connection in any zone: New, Invalid or Untracked, as its headers tell.</summary>
    public static ConntrackTable Empty { get; } = new EmptyTable();

    /// <summary>The same answer to every question.</summary>
    public static ConntrackTable Assume(ConntrackEntry entry) => new AssumedTable(entry);

    /// <summary>What is attached to <paramref name="packet"/> in <paramref name="zone"/> (0: the default zone).</summary>
    public abstract ConntrackEntry Find(int zone, in PacketHeader packet);

    private sealed class EmptyTable : ConntrackTable
    {
        public override ConntrackEntry Find(int zone, in PacketHeader packet) => new(FirstPacket.StateOf(in packet));
    }

    private sealed class AssumedTable(ConntrackEntry entry) : ConntrackTable
    {
        public override ConntrackEntry Find(int zone, in PacketHeader packet) => entry;
    }
}
