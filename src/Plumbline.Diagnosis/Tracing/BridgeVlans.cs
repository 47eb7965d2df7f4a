using System.Globalization;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>The VLANs of a Linux bridge that filters by them (bridge(8), <c>vlan_filtering 1</c>): which ports are in which, and how.</summary>
internal sealed class BridgeVlans
{
    private readonly Dictionary<(string Device, int Vlan), BridgeVlan> _members = [];
    private readonly Dictionary<string, int> _native = new(StringComparer.Ordinal);
    private readonly string _bridge;

    private BridgeVlans(string bridge, IEnumerable<BridgeVlan> told)
    {
        _bridge = bridge;
        foreach (var vlan in told)
        {
            _members[(vlan.Device, vlan.Vlan)] = vlan;
            if (vlan.IsNative)
            {
                _native[vlan.Device] = vlan.Vlan;
            }
        }
    }

    /// <summary>Null where the bridge does not look at tags, or where its VLANs were not told.</summary>
    public static BridgeVlans? Of(TraceSpace space, Link bridge) =>
        bridge.Data is LinkData.Bridge { VlanFiltering: true } && space.Facts.BridgeVlans is { } told ? new(bridge.Name, told) : null;

    public bool Has(string device, int vlan) => _members.ContainsKey((device, vlan));

    /// <summary>Frames of the VLAN leave the device without a tag.</summary>
    public bool IsUntagged(string device, int vlan) => _members.TryGetValue((device, vlan), out var member) && member.IsUntagged;

    /// <summary>The VLAN of a frame that comes in by a device, or why it may not.</summary>
    public (int Vlan, string? Refusal) Classify(string device, int? tag)
    {
        if (tag is null or 0)
        {
            return _native.TryGetValue(device, out var native) ? (native, null)
                : (0, $"{device} has no VLAN for untagged frames in {_bridge} (no PVID)");
        }
        return Has(device, tag.Value) ? (tag.Value, null)
            : (0, string.Create(CultureInfo.InvariantCulture, $"{device} takes no VLAN {tag} in {_bridge} (bridge vlan show dev {device})"));
    }
}
