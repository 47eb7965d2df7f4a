using System.Globalization;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Topologies;

/// <summary>
/// The local VLAN that the agent gave a port. It notes it beside the column <c>tag</c> (<c>other_config:tag</c>), which somebody may have
/// changed behind its back; but nothing reads the note (the agent takes <c>tag</c> and <c>net_uuid</c> when it starts), so one that other
/// ports of the network and the flows contradict is merely old.
/// </summary>
public static class GivenVlan
{
    private const int Dead = 4095;

    /// <summary>1 to 4094; null where the agent noted none.</summary>
    public static int? Of(NodeSnapshot node, OvsPort port)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(port);
        if (!int.TryParse(port.OtherConfig.GetValueOrDefault("tag"), NumberStyles.None, CultureInfo.InvariantCulture, out var noted) || noted is 0 or >= Dead)
        {
            return null;
        }
        return port.Tag is not { } tag || tag is 0 or >= Dead || tag == noted || !IsOld(node, port, tag, noted) ? noted : tag;
    }

    private static bool IsOld(NodeSnapshot node, OvsPort port, int tag, int noted)
    {
        if (port.OtherConfig.GetValueOrDefault("net_uuid") is not { Length: > 0 } network)
        {
            return false;
        }
        var (same, other) = (0, 0);
        foreach (var peer in node.Ovs?.Bridges.SelectMany(b => b.Ports) ?? [])
        {
            if (!ReferenceEquals(peer, port) && peer.Name != port.Name && peer.OtherConfig.GetValueOrDefault("net_uuid") == network)
            {
                same += peer.Tag == tag ? 1 : 0;
                other += peer.Tag == noted ? 1 : 0;
            }
        }
        return same != other ? same > other : IsOfFlows(node, port, tag);
    }

    /// <summary>A flow gives what comes in for the network this VLAN.</summary>
    private static bool IsOfFlows(NodeSnapshot node, OvsPort port, int tag)
    {
        if (!int.TryParse(port.OtherConfig.GetValueOrDefault("segmentation_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var segment))
        {
            return false;
        }
        var isTunnelled = port.OtherConfig.GetValueOrDefault("network_type") is "vxlan" or "gre" or "geneve";
        var match = isTunnelled ? string.Create(CultureInfo.InvariantCulture, $"tun_id=0x{segment:x} ") : string.Create(CultureInfo.InvariantCulture, $"dl_vlan={segment} ");
        string[] acts =
        [
            string.Create(CultureInfo.InvariantCulture, $"actions=mod_vlan_vid:{tag},"),
            string.Create(CultureInfo.InvariantCulture, $"set_field:{tag + 4096}->vlan_vid,"),
        ];
        foreach (var bridge in node.Switching?.Bridges ?? [])
        {
            foreach (var line in (bridge.Flows ?? "").AsSpan().EnumerateLines())
            {
                if (line.Contains(match, StringComparison.Ordinal) && (line.Contains(acts[0], StringComparison.Ordinal) || line.Contains(acts[1], StringComparison.Ordinal)))
                {
                    return true;
                }
            }
        }
        return false;
    }
}
