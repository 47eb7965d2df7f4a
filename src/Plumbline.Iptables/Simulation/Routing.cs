namespace Plumbline.Iptables.Simulation;

/// <summary>
/// Answers for the node's routing where nat has rewritten a packet's destination in PREROUTING or OUTPUT: it then goes where that address
/// leads, a bridged packet too (br_netfilter routes it anew: to another port of the bridge, out of another device, or to the node).
/// </summary>
public abstract class Routing
{
    /// <summary>The hooks that follow <paramref name="at"/>; null: no way leads there, and the kernel drops the packet.</summary>
    /// <param name="at">The hook where the destination was rewritten.</param>
    /// <param name="packet">The packet with its new destination.</param>
    public abstract PacketPath? Route(HookPoint at, in PacketHeader packet);
}
