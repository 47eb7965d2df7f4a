using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// Where the agent's firewall is not made of iptables rules: chains that an earlier driver left for ports that are gone. Those of ports that
/// are there are not told: without a bridge of Linux' no packet meets them.
/// </summary>
internal static class LeftoverChains
{
    public static void Run(CheckContext context, CheckNode node)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var family in (ReadOnlySpan<IPFamily>)[IPFamily.IPv4, IPFamily.IPv6])
        {
            foreach (var chain in node.Rules.Find(family)?.Find("filter")?.Chains ?? [])
            {
                if (NeutronChain.Parse(chain.Name) is { Port: { } id } && chain.IsShown && told.Add(id) && !IsKnown(context, node, id))
                {
                    context.Found.Add(new()
                    {
                        Id = "stale-chain",
                        Node = node.Name,
                        Object = chain.Name,
                        What = $"{chain.Name}: a chain of port {id}…, which is not on this node; its firewall is not made of chains any more",
                        Evidence = [$"chain {chain.Name} with {chain.Rules.Count} rules"],
                        Consequence = "none as long as no device of that name is plugged",
                        Fix = $"iptables -F {chain.Name} && iptables -X {chain.Name}",
                    });
                }
            }
        }
    }

    private static bool IsKnown(CheckContext context, CheckNode node, string id) =>
        node.Topology.Vifs.Any(v => v.PortId?.StartsWith(id, StringComparison.Ordinal) == true)
        || node.Own?.Links.Any(l => DeviceNames.PortIdPrefix(l.Name)?.StartsWith(id, StringComparison.Ordinal) == true) == true
        || context.Cloud?.Ports?.Values.Any(p => node.IsCalled(p.Host) && p.Id.StartsWith(id, StringComparison.Ordinal)) == true;
}
