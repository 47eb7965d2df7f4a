using System.Globalization;
using Plumbline.Neutron;
using Plumbline.Neutron.Api;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>What the agent bound ports by (segment, physical network) against what Neutron has, and physical networks without a bridge.</summary>
internal static class NetworkChecks
{
    public static void Run(CheckContext context, CheckNode node)
    {
        if (context.Cloud is not { Networks: { } networks } cloud)
        {
            CheckOwnMappings(context, node);
            return;
        }
        foreach (var same in node.Topology.Vifs.Where(v => v.Network?.Id is not null).GroupBy(v => v.Network!.Id!))
        {
            if (networks.GetValueOrDefault(same.Key) is { SegmentationId: { } segment } wanted && same.First().Network is { } bound
                && same.All(v => v.Network!.SegmentationId is { } own && own != segment))
            {
                AddSegment(context, node, wanted, bound, segment, [.. same.Select(CheckNode.NameOf).Distinct()]);
            }
        }
        if (node.AgentOption("bridge_mappings") is not null || node.AgentOption("local_ip") is not null && node.AgentOption("integration_bridge") is not null)
        {
            CheckMappings(context, node, cloud, networks);
        }
    }

    private static void AddSegment(CheckContext context, CheckNode node, CloudNetwork wanted, Network bound, int segment, List<string> suffers) => context.Found.Add(new()
    {
        Id = "network-wrong",
        Node = node.Name,
        Object = wanted.Name.Length > 0 ? wanted.Name : wanted.Id,
        What = string.Create(CultureInfo.InvariantCulture,
            $"network {wanted.Name} has segment {segment} in Neutron, and {bound.SegmentationId} on this node"),
        Evidence = [string.Create(CultureInfo.InvariantCulture, $"other_config:segmentation_id={bound.SegmentationId} at its ports, provider:segmentation_id={segment}")],
        Consequence = "nodes that know the other segment do not reach its VMs here",
        Fix = "systemctl restart neutron-openvswitch-agent: it binds the ports anew",
        Suffers = suffers,
    });

    /// <summary>Likewise by what the agent noted at the ports.</summary>
    private static void CheckOwnMappings(CheckContext context, CheckNode node)
    {
        if (node.AgentOption("bridge_mappings") is not { } option)
        {
            return;
        }
        var mapped = option.Split(',').Select(m => m.Split(':')[0].Trim()).ToHashSet(StringComparer.Ordinal);
        foreach (var lost in node.Topology.Vifs.Where(v => v.Network is { Type: "vlan" or "flat", PhysicalNetwork: { Length: > 0 } physical } && !mapped.Contains(physical))
            .GroupBy(v => v.Network!.PhysicalNetwork!))
        {
            Add(context, node, lost.Key, [.. lost.Select(v => v.Device is { } id ? id[(id.LastIndexOf('/') + 1)..] : v.PortId ?? "a port")], [.. lost]);
        }
    }

    private static void Add(CheckContext context, CheckNode node, string physical, IReadOnlyList<string> ports, List<Vif> users) => context.Found.Add(new()
    {
        Id = "mapping-missing",
        Node = node.Name,
        Object = physical,
        What = $"the agent has no bridge for physical network {physical}, and ports here need it",
        Evidence = [$"bridge_mappings = {node.AgentOption("bridge_mappings") ?? ""}", $"ports: {string.Join(", ", ports)}"],
        Consequence = $"it cannot bind ports of networks on {physical}: at its next start, if not already, they are dead",
        Fix = $"add {physical}:BRIDGE to bridge_mappings in openvswitch_agent.ini, restart neutron-openvswitch-agent",
        Suffers = [.. users.Select(CheckNode.NameOf).Distinct()],
    });

    /// <summary>A port on this node, of a network on a physical network that the agent has no bridge for.</summary>
    private static void CheckMappings(CheckContext context, CheckNode node, Cloud cloud, IReadOnlyDictionary<string, CloudNetwork> networks)
    {
        var mapped = (node.AgentOption("bridge_mappings") ?? "").Split(',').Select(m => m.Split(':')[0].Trim()).ToHashSet(StringComparer.Ordinal);
        var lost = cloud.Ports?.Values.Where(p => node.IsCalled(p.Host) && p.IsUp && networks.GetValueOrDefault(p.NetworkId) is { Type: "vlan" or "flat", PhysicalNetwork: { Length: > 0 } physical }
            && !mapped.Contains(physical) && node.VifOf(p.Id) is not null).ToLookup(p => networks[p.NetworkId].PhysicalNetwork!);
        foreach (var physical in lost ?? Enumerable.Empty<IGrouping<string, CloudPort>>())
        {
            var users = physical.Select(p => node.VifOf(p.Id)!).ToList();
            Add(context, node, physical.Key, [.. physical.Select(p => p.Name.Length > 0 ? p.Name : p.Id)], users);
            var ids = physical.Select(p => p.Id[..DeviceNames.IdLength]).ToList();
            context.Found.Fold(context.Found.Findings[^1], f => f.Node == node.Name && f.Id is "vlan-dead" or "vlan-missing" or "binding-failed"
                && ids.Exists(i => f.Object.Contains(i, StringComparison.Ordinal)));
        }
    }
}
