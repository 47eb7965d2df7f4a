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

    /// <summary>As above, where the rules gave each direction a zone of its own. A table that knows no such zones looks in the first.</summary>
    public virtual ConntrackEntry Find(ConntrackZone zone, in PacketHeader packet) => Find(zone.Original, in packet);

    /// <summary>
    /// It knows connections besides the packet's own, so nat asks it what is taken. Where it does not, none is taken: "if no other
    /// connection has the same address and port".
    /// </summary>
    public virtual bool KnowsOthers => false;

    /// <summary>Another connection has these addresses and ports in one of its directions (nf_nat_used_tuple()).</summary>
    /// <param name="zone">Of the connection that wants them.</param>
    /// <param name="replies">Its replies, as they would come in.</param>
    public virtual bool IsTaken(ConntrackZone zone, ConntrackTuple replies) => false;

    /// <summary>
    /// What nat made of this source in another connection, if the rule at hand allows that too (find_appropriate_src()): such a source keeps
    /// its address and port.
    /// </summary>
    /// <param name="zone">Of the connection.</param>
    /// <param name="connection">Its first packet, as it now is.</param>
    /// <param name="isAllowed">By the rule.</param>
    /// <returns>Address and port; null: none such.</returns>
    public virtual (UInt128 Address, ushort Part)? FindSource(
        ConntrackZone zone, ConntrackTuple connection, Func<UInt128, ushort, bool> isAllowed) => null;

    private sealed class EmptyTable : ConntrackTable
    {
        public override ConntrackEntry Find(int zone, in PacketHeader packet) => new(FirstPacket.StateOf(in packet));
    }

    private sealed class AssumedTable(ConntrackEntry entry) : ConntrackTable
    {
        public override ConntrackEntry Find(int zone, in PacketHeader packet) => entry;
    }
}
