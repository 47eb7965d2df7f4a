using Plumbline.Node.Facts;

namespace Plumbline.Views.Text;

/// <summary>A mirror's row in words (ovs-vswitchd.conf.db(5), table Mirror).</summary>
internal static class MirrorText
{
    /// <summary>What it selects: <c>all ports</c>, <c>from a, b; to c; VLAN 1</c>.</summary>
    public static string SelectionOf(OvsMirror mirror, OvsBridge bridge)
    {
        var parts = new List<string>();
        if (mirror.SelectAll)
        {
            parts.Add("all ports");
        }
        else
        {
            var both = mirror.SelectSourcePorts.Intersect(mirror.SelectDestinationPorts).ToList();
            Add("both ways of", both);
            Add("what comes from", mirror.SelectSourcePorts.Except(both));
            Add("what goes to", mirror.SelectDestinationPorts.Except(both));
        }
        if (mirror.SelectVlans.Count > 0)
        {
            parts.Add($"VLAN {string.Join(", ", mirror.SelectVlans.Select(Words.Text))} only");
        }
        return parts.Count > 0 ? string.Join("; ", parts) : "nothing";

        void Add(string what, IEnumerable<Guid> ports)
        {
            if (string.Join(", ", ports.Select(port => PortName(port, bridge))) is { Length: > 0 } names)
            {
                parts.Add($"{what} {names}");
            }
        }
    }

    /// <summary>Where copies go: a port, a VLAN, or nowhere.</summary>
    public static string OutputOf(OvsMirror mirror, OvsBridge bridge) => mirror switch
    {
        { OutputPort: { } port } => PortName(port, bridge),
        { OutputVlan: { } vlan } => $"VLAN {Words.Text(vlan)} of the bridge",
        _ => "nowhere",
    };

    private static string PortName(Guid uuid, OvsBridge bridge) =>
        bridge.Ports.FirstOrDefault(port => port.Uuid == uuid)?.Name ?? $"port {uuid} (not on this bridge)";
}
