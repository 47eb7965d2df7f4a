using Plumbline.Diagnosis.Explaining;
using Plumbline.Iptables.Simulation;
using Plumbline.Neutron;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>The devices of a hybrid port, and so the two ways of packets across its bridge.</summary>
/// <param name="Tap">The instance's end.</param>
/// <param name="Bridge">qbr.</param>
/// <param name="BridgeEnd">qvb: the other end.</param>
public sealed record PortDevices(string Tap, string Bridge, string BridgeEnd)
{
    /// <summary>To the instance.</summary>
    public PacketPath Ingress { get; } = PacketPath.Bridged(Bridge, BridgeEnd, Tap);

    /// <summary>From the instance.</summary>
    public PacketPath Egress { get; } = PacketPath.Bridged(Bridge, Tap, BridgeEnd);

    /// <summary>As the node shows them; by their names' rule where only rules tell of the port. Null: not told.</summary>
    public static PortDevices? Of(Topology topology, FirewallTarget target)
    {
        var vif = topology.Vifs.FirstOrDefault(v => v.Device is { } device && topology.Find(device)?.Name == target.Tap);
        if (target.Tap is not { } tap)
        {
            if (target.PortId.Length < DeviceNames.IdLength)
            {
                return null;
            }
            tap = DeviceNames.Tap(target.PortId);
        }
        var id = DeviceNames.PortIdPrefix(tap) ?? target.PortId;
        var bridge = NameOf(vif?.HybridBridge) ?? DeviceNames.HybridBridge(id);
        return new(tap, bridge, NameOf(vif?.BridgeEnd) ?? DeviceNames.VethBridgeEnd(id));

        string? NameOf(string? element) => element is null ? null : topology.Find(element)?.Name;
    }
}
