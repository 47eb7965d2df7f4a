using Plumbline.Neutron;

namespace Plumbline.Operations.Plugging;

/// <summary>The devices of one hybrid-plugged port.</summary>
/// <param name="HybridBridge">qbr.</param>
/// <param name="BridgeEnd">qvb.</param>
/// <param name="OvsEnd">qvo.</param>
/// <param name="Tap">The instance's tap.</param>
internal sealed record PlugNames(string HybridBridge, string BridgeEnd, string OvsEnd, string Tap)
{
    public static PlugNames Of(string portId, string? tap = null) => new(
        DeviceNames.HybridBridge(portId),
        DeviceNames.VethBridgeEnd(portId),
        DeviceNames.VethOvsEnd(portId),
        tap ?? DeviceNames.Tap(portId));
}
