using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>What a question fixes of the devices at one hook; what it leaves open is a field of the packet.</summary>
/// <param name="Hook">Where.</param>
public sealed record Devices(Hook Hook)
{
    /// <summary>Everything as at that point of a packet's path.</summary>
    public HookPoint? Point { get; init; }

    /// <summary>All devices at <paramref name="hook"/> are open.</summary>
    public static Devices Open(Hook hook) => new(hook);

    /// <summary>The devices are those of <paramref name="point"/>.</summary>
    public static Devices At(HookPoint point) => new(point.Hook) { Point = point };
}
