using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>The routes of <see cref="RoutingScript"/>, for the simulator, and the ways that packets of connections take there.</summary>
internal sealed class KernelRouting(NodeAddresses addresses) : Routing
{
    private readonly Dictionary<(HookPoint, string), PacketPath?> _known = [];

    /// <inheritdoc/>
    public override PacketPath? Route(HookPoint at, in PacketHeader packet)
    {
        var to = DeviceOf(in packet);
        if (!_known.TryGetValue((at, to), out var path))
        {
            _known[(at, to)] = path = WholePath(at, to)?.After(0);
            path = _known[(at, to)] = path is null ? null : path with { Routing = this };
        }
        return path;
    }

    /// <summary>The way of a packet that comes by a tap and is addressed to the node's own MAC, or of bridged ones to another.</summary>
    public TestWay WayOf(string tap, in PacketHeader packet, bool isBridged)
    {
        var at = tap is "tapone" or "qvbone"
            ? new HookPoint(Hook.Prerouting, "qbrone", null) { HasBridge = true, PhysicalIn = tap }
            : new(Hook.Prerouting, tap, null);
        var path = isBridged ? PacketPath.Bridged("qbrone", tap, Other(tap))
            // to where no route leads it comes as far as PREROUTING
            : DeviceOf(in packet) is "qbrone" && at.HasBridge ? PacketPath.BridgedThenRouted("qbrone", tap, "qbrone")
            : WholePath(at, DeviceOf(in packet)) ?? PacketPath.At(at);
        return new(TestWayKind.Routed, tap, "", path with { Routing = this }) { AddressedTo = at.In };
    }

    private string DeviceOf(in PacketHeader packet)
    {
        var isFour = packet.Family == IPFamily.IPv4;
        if (addresses.Local.Contains(packet.Destination) || isFour && packet.Destination >> 24 == 127)
        {
            return "";
        }
        var net = isFour
            ? packet.Destination >> 24 == 10 ? (int)(packet.Destination >> 16 & 0xFF) : 0
            // fd07::/32: the second half of the prefix is zero, but for fd07:3:: and the like, which a /32 does not hold
            : packet.Destination >> 120 == 0xFD && (packet.Destination >> 96 & 0xFFFF) == 0 ? (int)(packet.Destination >> 112 & 0xFF) : 0;
        return net switch { 7 => "qbrone", 8 => "eth1", 9 => "eth2", _ => "nowhere" };
    }

    private static string Other(string port) => port == "tapone" ? "qvbone" : "tapone";

    private static PacketPath? WholePath(HookPoint at, string to) => (at.Hook, to) switch
    {
        (_, "nowhere") => null,
        (Hook.Output, "") => PacketPath.Looped(at.Out!),
        (Hook.Output, _) => PacketPath.FromHost(to),
        (_, "") when at.HasBridge => PacketPath.BridgedToHost(at.In!, at.PhysicalIn!),
        (_, "") => PacketPath.ToHost(at.In!),
        // br_netfilter leaves on the bridge what is routed back to it
        (_, "qbrone") when at.HasBridge => PacketPath.Bridged(at.In!, at.PhysicalIn!, Other(at.PhysicalIn!)),
        _ when at.HasBridge => PacketPath.BridgedThenRouted(at.In!, at.PhysicalIn!, to),
        _ => PacketPath.Routed(at.In!, to),
    };
}
