namespace Plumbline.Iptables.Simulation;

/// <summary>A packet's way through the node's hooks, as the topology gives it.</summary>
public sealed record PacketPath
{
    private PacketPath(params HookPoint[] points) => Points = points;

    /// <summary>The hooks in their order.</summary>
    public IReadOnlyList<HookPoint> Points { get; }

    /// <summary>The same, for who asks for each packet: the compiler does not see through the interface.</summary>
    internal HookPoint[] PointArray => (HookPoint[])Points;

    /// <summary>Asked where nat rewrites the destination; null: not told, and the packet keeps to this way.</summary>
    public Routing? Routing { get; init; }

    /// <summary>From one port of a bridge to another, with bridge-nf-call-iptables on: PREROUTING, FORWARD, POSTROUTING.</summary>
    public static PacketPath Bridged(string bridge, string from, string to) => new(
        new(Hook.Prerouting, bridge, null) { HasBridge = true, PhysicalIn = from },
        new(Hook.Forward, bridge, bridge) { HasBridge = true, PhysicalIn = from, PhysicalOut = to },
        new(Hook.Postrouting, null, bridge) { HasBridge = true, PhysicalIn = from, PhysicalOut = to });

    /// <summary>From a port of a bridge to the node itself: PREROUTING, INPUT.</summary>
    public static PacketPath BridgedToHost(string bridge, string from) => new(
        new(Hook.Prerouting, bridge, null) { HasBridge = true, PhysicalIn = from },
        new(Hook.Input, bridge, null) { HasBridge = true, PhysicalIn = from });

    /// <summary>From a port of a bridge, routed by the node out of another device.</summary>
    public static PacketPath BridgedThenRouted(string bridge, string from, string to) => new(
        new(Hook.Prerouting, bridge, null) { HasBridge = true, PhysicalIn = from },
        new(Hook.Forward, bridge, to) { HasBridge = true, PhysicalIn = from, LowersHopLimit = true },
        new(Hook.Postrouting, bridge, to) { HasBridge = true, PhysicalIn = from });

    /// <summary>To the node by a device that is no bridge port: PREROUTING, INPUT.</summary>
    public static PacketPath ToHost(string device) => new(new(Hook.Prerouting, device, null), new(Hook.Input, device, null));

    /// <summary>
    /// Routed: PREROUTING, FORWARD, POSTROUTING. ip_output() tells netfilter in POSTROUTING by which device it came, too: a rule of a user
    /// chain may ask for it, and hash:net,iface does (measured).
    /// </summary>
    public static PacketPath Routed(string from, string to) => new(
        new(Hook.Prerouting, from, null), new(Hook.Forward, from, to) { LowersHopLimit = true }, new(Hook.Postrouting, from, to));

    /// <summary>The node's own: OUTPUT, POSTROUTING.</summary>
    public static PacketPath FromHost(string device) => new(new(Hook.Output, null, device), new(Hook.Postrouting, null, device));

    /// <summary>
    /// The node's own, to itself, once nat has turned it round in OUTPUT: out by lo and in again. Conntrack and nat have seen it then.
    /// </summary>
    public static PacketPath Looped(string device) => new(
        new(Hook.Output, null, device), new(Hook.Postrouting, null, "lo"), new(Hook.Prerouting, "lo", null), new(Hook.Input, "lo", null));

    /// <summary>What is left of the way behind hook number <paramref name="last"/>; null: nothing.</summary>
    public PacketPath? After(int last) =>
        last + 1 < Points.Count ? new([.. Points.Skip(last + 1)]) { Routing = Routing } : null;

    /// <summary>One hook alone.</summary>
    public static PacketPath At(HookPoint point) => new(point);
}
