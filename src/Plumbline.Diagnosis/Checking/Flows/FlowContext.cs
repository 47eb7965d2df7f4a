using System.Globalization;
using Plumbline.Neutron.Intent;
using Plumbline.Node.Topologies;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>A node's flows with what judges of them need.</summary>
internal sealed record FlowContext(CheckContext Check, CheckNode Node, IReadOnlyDictionary<string, BridgeFlows> Bridges)
{
    public const int DeadVlan = 4095;

    public const string Restart = "systemctl restart neutron-openvswitch-agent: it writes its flows anew";

    /// <summary>The bridge that VMs are plugged into.</summary>
    public BridgeFlows? Integration => Bridges.GetValueOrDefault(Node.AgentOption("integration_bridge") ?? "br-int");

    /// <summary>The bridge with the agent's tunnels.</summary>
    public BridgeFlows? Tunnels => Node.Tunnels.FirstOrDefault()?.OvsBridge is { } name ? Bridges.GetValueOrDefault(name)
        : Bridges.GetValueOrDefault(Node.AgentOption("tunnel_bridge") ?? "br-tun");

    /// <summary>The agent filters by flows of its own (firewall_driver = openvswitch), so its port flows are others.</summary>
    public bool HasNativeFirewall => Node.AgentOption("firewall_driver") is { } driver
        ? driver.Contains("openvswitch", StringComparison.OrdinalIgnoreCase) || driver.Contains("OVSFirewall", StringComparison.Ordinal)
        : Integration is { } flows && flows.In(71).Count > 0;

    public bool HasL2Population => IsOn("l2_population")
        || Check.Cloud?.Agents?.Any(a => a.HasL2Population && Node.IsCalled(a.Host)) == true;

    public IntendedPort? Intended(string? portId) => portId is null ? null
        : Check.Cloud?.Firewall?.Ports.FirstOrDefault(p => p.Port.Id == portId
            || portId.Length < 36 && p.Port.Id.StartsWith(portId, StringComparison.Ordinal));

    public string NameOf(Network network) => network.Id is { } id && Check.Cloud?.Networks?.GetValueOrDefault(id) is { Name.Length: > 0 } known
        ? known.Name : network.Id ?? string.Create(CultureInfo.InvariantCulture, $"with VLAN {network.LocalVlan}");

    public List<string> UsersOf(Network network) =>
        [.. Node.Topology.Vifs.Where(v => v.Network?.Id == network.Id && v.Network?.SegmentationId == network.SegmentationId)
            .Select(CheckNode.NameOf).Distinct()];

    public void Add(string id, string about, string what, IEnumerable<string> evidence, string consequence, IReadOnlyList<string>? suffers = null,
        string? fix = null) => Check.Found.Add(new()
        {
            Id = id,
            Node = Node.Name,
            Object = about,
            What = what,
            Evidence = [.. evidence],
            Consequence = consequence,
            Fix = fix ?? Restart,
            Suffers = suffers ?? [],
        });

    /// <summary>A flow as evidence: without age and cookie.</summary>
    public static string Show(Flow flow) => string.Create(CultureInfo.InvariantCulture,
        $"table={flow.Table} {flow.MatchText} actions={(flow.Actions.Count == 0 ? "drop" : flow.ActionsText)}{(flow.Packets is { } n ? $" (n_packets={n})" : "")}");

    private bool IsOn(string option) => Node.AgentOption(option) is { } value && value.Equals("true", StringComparison.OrdinalIgnoreCase);
}
