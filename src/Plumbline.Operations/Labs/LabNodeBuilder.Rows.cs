using System.Globalization;
using System.Net;
using Plumbline.Neutron;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Labs;

internal static partial class LabNodeBuilder
{
    /// <summary>One transaction for all bridges, so that ovs-vswitchd makes them in one round.</summary>
    private static IReadOnlyList<Operation> BridgeRows(LabDescription lab, LabNode node)
    {
        var rows = new RowBuilder();
        rows.AddBridge(Integration, "secure",
        [
            rows.AddPort(Integration, "internal"),
            rows.AddPort(PatchToTunnel, "patch", new() { ["peer"] = PatchToIntegration }),
            .. ServersOf(lab, node).Select(s => rows.AddServer(lab, s)),
            .. GatewayOf(lab, node) is null ? []
                : new[] { rows.AddPort(LabGateway.PatchToBridge, "patch", new() { ["peer"] = LabGateway.PatchToIntegration }) },
        ]);
        rows.AddBridge(TunnelBridge, "secure",
        [
            rows.AddPort(TunnelBridge, "internal"),
            rows.AddPort(PatchToIntegration, "patch", new() { ["peer"] = PatchToTunnel }),
            .. TunnelEndsOf(lab, node).Select(remote => rows.AddPort(
                DeviceNames.TunnelPort(lab.Tunnel, remote), lab.Tunnel, new()
                {
                    ["df_default"] = "true",
                    ["in_key"] = "flow",
                    ["local_ip"] = node.Address.ToString(),
                    ["out_key"] = "flow",
                    ["remote_ip"] = remote.ToString(),
                })),
        ]);
        if (IsJoined(lab))
        {
            rows.AddBridge(Physical, "standalone", [rows.AddPort(Physical, "internal"), rows.AddPort(LabUnderlay.Nic, "")]);
        }
        if (GatewayOf(lab, node) is not null)
        {
            rows.AddBridge(LabGateway.Bridge, "secure",
            [
                rows.AddPort(LabGateway.Bridge, "internal"),
                rows.AddPort(LabGateway.Nic, ""),
                rows.AddPort(LabGateway.PatchToIntegration, "patch", new() { ["peer"] = LabGateway.PatchToBridge }),
            ]);
        }
        rows.Add(new Operation.Mutate(OvsdbSession.OpenVSwitch, [], [new("external_ids", "insert", OvsdbValue.StringMap(
            [new("hostname", node.Name), new("system-id", $"plumb-lab-{node.Name}")]))]));
        return rows.Operations;
    }

    /// <summary>The other ends; L2 population keeps tunnels only to nodes that have ports.</summary>
    private static IEnumerable<IPAddress> TunnelEndsOf(LabDescription lab, LabNode node) => LabDescription.TunnelEnds
        .Where(a => !a.Equals(node.Address) && (!lab.L2Population || lab.Nodes.Any(n => n.Address.Equals(a))));

    /// <summary>Puts a VM's tap on br-int with what nova's os-vif and then the agent write.</summary>
    public static Task PlugAsync(LabDescription lab, LabNode node, LabInstance instance, CancellationToken cancellationToken)
    {
        var rows = new RowBuilder();
        var port = rows.AddInstance(lab, instance);
        rows.Add(new Operation.Mutate("Bridge", Condition.Equal("name", Integration),
            [new("ports", "insert", new OvsdbValue.NamedUuid(port))]));
        return CommitAsync(node, rows.Operations, cancellationToken);
    }

    /// <summary>Insert operations under construction; a port is returned by its name in the transaction.</summary>
    private sealed class RowBuilder
    {
        private readonly List<Operation> _operations = [];

        public IReadOnlyList<Operation> Operations => _operations;

        public void Add(Operation operation) => _operations.Add(operation);

        public void AddBridge(string name, string failMode, IReadOnlyList<string> ports)
        {
            var id = Next("b");
            _operations.Add(new Operation.Insert("Bridge", new Dictionary<string, OvsdbValue>
            {
                ["name"] = name,
                ["datapath_type"] = "netdev",
                ["fail_mode"] = failMode,
                ["protocols"] = new OvsdbValue.Set(
                    [new OvsdbValue.Text("OpenFlow10"), new OvsdbValue.Text("OpenFlow13"), new OvsdbValue.Text("OpenFlow14")]),
                ["ports"] = new OvsdbValue.Set([.. ports.Select(p => new OvsdbValue.NamedUuid(p))]),
            }, id));
            _operations.Add(new Operation.Mutate(
                OvsdbSession.OpenVSwitch, [], [new("bridges", "insert", new OvsdbValue.NamedUuid(id))]));
        }

        public string AddPort(string name, string type, Dictionary<string, string>? options = null) =>
            AddPort(name, type, options ?? [], [], []);

        /// <summary>As the DHCP and L3 agents add theirs, with what the OVS agent then writes.</summary>
        public string AddServer(LabDescription lab, LabServer server) => AddPort(server.Device, "internal", [],
            new()
            {
                ["attached-mac"] = server.Mac.ToString(),
                ["iface-id"] = server.PortId,
                ["iface-status"] = "active",
            },
            NetworkOf(lab, server.Network));

        public string AddInstance(LabDescription lab, LabInstance instance) => AddPort(instance.Tap, "", [],
            new()
            {
                ["attached-mac"] = instance.Mac.ToString(),
                ["iface-id"] = instance.PortId,
                ["iface-status"] = "active",
                ["vm-uuid"] = instance.Id,
            },
            NetworkOf(lab, instance.Network));

        /// <summary>As the agent writes it, with Python's None for what a network does not have.</summary>
        private static Dictionary<string, string> NetworkOf(LabDescription lab, LabNetwork network) => new()
        {
            ["net_uuid"] = network.Id,
            ["network_type"] = network.PhysicalNetwork is null ? lab.Tunnel : "flat",
            ["physical_network"] = network.PhysicalNetwork ?? "None",
            ["segmentation_id"] = network.PhysicalNetwork is null ? network.SegmentationId.ToString(CultureInfo.InvariantCulture) : "None",
            ["tag"] = network.LocalVlan.ToString(CultureInfo.InvariantCulture),
        };

        private string AddPort(
            string name, string type, Dictionary<string, string> options, Dictionary<string, string> externalIds,
            Dictionary<string, string> otherConfig)
        {
            var (port, networkInterface) = (Next("p"), Next("i"));
            _operations.Add(new Operation.Insert("Interface", new Dictionary<string, OvsdbValue>
            {
                ["name"] = name,
                ["type"] = type,
                ["options"] = OvsdbValue.StringMap(options),
                ["external_ids"] = OvsdbValue.StringMap(externalIds),
            }, networkInterface));
            var row = new Dictionary<string, OvsdbValue>
            {
                ["name"] = name,
                ["interfaces"] = new OvsdbValue.NamedUuid(networkInterface),
                ["other_config"] = OvsdbValue.StringMap(otherConfig),
            };
            if (otherConfig.TryGetValue("tag", out var tag))
            {
                row["tag"] = int.Parse(tag, CultureInfo.InvariantCulture);
            }
            _operations.Add(new Operation.Insert("Port", row, port));
            return port;
        }

        private string Next(string prefix) => $"{prefix}{_operations.Count}";
    }
}
