using System.Globalization;
using Plumbline.Neutron;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Topologies;

internal sealed partial class TopologyBuilder
{
    /// <summary>Neutron's VLAN for ports without binding (spec/naming.md §6).</summary>
    internal const int DeadVlan = 4095;

    private List<Network> _networks = [];

    /// <summary>
    /// The agent writes the network into Port.other_config; a port shut later keeps it and loses its VLAN to 4095. Where only a DHCP
    /// server's port has a VLAN and nothing is written (before Liberty), its namespace names the network.
    /// </summary>
    private void NameNetworks()
    {
        var byId = new Dictionary<string, Network>(StringComparer.OrdinalIgnoreCase);
        var byVlan = new Dictionary<(ElementDraft Bridge, int Vlan), Network>();
        foreach (var vif in _vifs.OrderBy(v => v.Row?.Port?.Tag is null or DeadVlan ? 1 : 0))
        {
            if (vif.Row?.Port is not { } port || port.OtherConfig.GetValueOrDefault("net_uuid") is not { Length: > 0 } id)
            {
                continue;
            }
            var vlan = VlanOfAgent(port) ?? (port.Tag is DeadVlan ? null : port.Tag);
            if (!byId.TryGetValue(id, out var network))
            {
                network = new(vlan, id, Text("network_type"), Text("physical_network"),
                    int.TryParse(Text("segmentation_id"), CultureInfo.InvariantCulture, out var segment) ? segment : null)
                {
                    Name = snapshot.Names?.GetValueOrDefault(id),
                };
                byId.Add(id, network);
            }
            if (vlan is { } tag)
            {
                byVlan.TryAdd((vif.Row.OvsBridge!, tag), network);
            }
            vif.Network = network;

            string? Text(string key) =>
                port.OtherConfig.GetValueOrDefault(key) is { Length: > 0 } text && text != "None" ? text : null;
        }
        // DHCP servers first: they can name a network that instances merely are in
        foreach (var vif in _vifs.OrderBy(v => v.Owner == VifOwner.Dhcp ? 0 : 1))
        {
            var id = vif.Owner == VifOwner.Dhcp && vif.Device?.Namespace is { } home ? DeviceNames.DhcpNetworkId(home) : null;
            if (vif.Network is not null)
            {
                continue;
            }
            if (vif.Row?.Port?.Tag is not { } vlan || vlan == DeadVlan)
            {
                vif.Network = id is null ? null : byId.GetValueOrDefault(id);
                continue;
            }
            if (!byVlan.TryGetValue((vif.Row.OvsBridge!, vlan), out var network))
            {
                network = new(vlan, id, null, null, null) { Name = id is null ? null : snapshot.Names?.GetValueOrDefault(id) };
                byVlan.Add((vif.Row.OvsBridge!, vlan), network);
                if (id is not null)
                {
                    byId.TryAdd(id, network);
                }
            }
            vif.Network = network;
        }
        _networks =
        [
            .. byVlan.Values.Concat(byId.Values).Distinct().OrderBy(n => n.LocalVlan ?? int.MaxValue)
                .ThenBy(n => n.Id ?? "", StringComparer.Ordinal),
        ];
    }

    /// <summary>The agent's own note of the VLAN that it gave the network; the column may have been changed behind its back.</summary>
    private int? VlanOfAgent(OvsPort port) => GivenVlan.Of(snapshot, port);
}
