using Plumbline.Diagnosis.Checking.Flows;
using Plumbline.Linux;
using Plumbline.Neutron.Api;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary><c>plumb check</c>: the faults that operators meet, each with evidence, consequence and what mends it. Pure.</summary>
public static class NodeChecker
{
    /// <summary>Checks nodes, each by itself and all against each other.</summary>
    /// <param name="nodes">What they are.</param>
    /// <param name="cloud">What Neutron wants; null where not told: then only what contradicts itself is found.</param>
    /// <param name="isAlive">Whether a process that made a mirror still runs; null: nobody can tell, so it does.</param>
    public static CheckReport Run(IReadOnlyList<Topology> nodes, Cloud? cloud, Func<ProcessIdentity, bool>? isAlive = null)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var found = new FindingCollector();
        var checkNodes = new List<CheckNode>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            checkNodes.Add(new(nodes[i], nodes[i].Snapshot.Host ?? (nodes.Count == 1 ? "this node" : $"node {i + 1}")));
        }
        var context = new CheckContext(checkNodes, cloud, found);
        ElementChecks.Run(context);
        DaemonChecks.Run(context);
        BridgeChecks.Run(context);
        OvsChecks.Run(context, isAlive ?? (static _ => true));
        UnderlayChecks.Run(context);
        TunnelChecks.Run(context);
        FlowChecks.Run(context);
        FirewallChecks.Run(context);
        SetChecks.Run(context);
        FrameRuleChecks.Run(context);
        ServiceChecks.Run(context);
        HighAvailabilityChecks.Run(context);
        RouterChecks.Run(context);
        DhcpHostChecks.Run(context);
        MtuChecks.Run(context);
        OffloadChecks.Run(context);
        ImpairmentChecks.Run(context);
        AddressChecks.Run(context);
        HostChecks.Run(context);
        AgentChecks.Run(context);
        Folding.Run(context);
        return new()
        {
            Findings = found.Findings,
            NotChecked = found.NotChecked,
            Nodes = [.. checkNodes.Select(n => n.Name)],
            Vifs = nodes.Sum(n => n.Vifs.Count),
        };
    }

    /// <summary>Names by which findings call a target: its VM, devices and addresses.</summary>
    public static IReadOnlySet<string> NamesOf(Topology topology, Target target)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var names = new HashSet<string>(StringComparer.Ordinal);
        switch (target)
        {
            case Target.OfVif vif:
                Add(vif.Vif);
                break;
            case Target.OfInstance instance:
                foreach (var vif in instance.Vifs)
                {
                    Add(vif);
                }
                break;
            case Target.OfElement element:
                names.Add(element.Element.Name);
                foreach (var vif in topology.VifsOf(element.Element.Id))
                {
                    Add(vif);
                }
                break;
        }
        return names;

        void Add(Vif vif)
        {
            names.Add(CheckNode.NameOf(vif));
            if (vif.PortId is { } port)
            {
                names.Add(port);
            }
            names.UnionWith(topology.ChainOf(vif).Select(e => e.Name));
            names.UnionWith(vif.IPAddresses);
        }
    }
}
