using Plumbline.Neutron.Api;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Agents: whether they report to Neutron, and whether Open vSwitch has them at its end of the line.</summary>
internal static class AgentChecks
{
    private const string OvsAgent = "neutron-openvswitch-agent";

    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            foreach (var agent in context.Cloud?.Agents?.Where(a => node.IsCalled(a.Host) && a is { IsAlive: false, IsUp: true }) ?? [])
            {
                Add(context, node, agent.Binary, $"{agent.Binary} has not reported to Neutron for a while", Evidence(agent));
            }
            if (node.Snapshot.Ovs is { } ovs)
            {
                CheckControllers(context, node, [.. ovs.Bridges.Where(b => b.Controllers.Count > 0)]);
                CheckUncontrolled(context, node, ovs);
            }
        }
    }

    /// <summary>No bridge has its controller: it is the agent that is not there.</summary>
    private static void CheckControllers(CheckContext context, CheckNode node, IReadOnlyList<Node.Facts.OvsBridge> bridges)
    {
        if (bridges.Count < 2 || !bridges.All(b => b.Controllers.All(c => c.IsConnected == false))
            || context.Found.Has(node, "vswitchd-stopped", "ovs-vswitchd"))
        {
            return;
        }
        if (!context.Found.Has(node, "agent-dead", OvsAgent))
        {
            Add(context, node, OvsAgent, $"{OvsAgent} does not run: no bridge has its controller", []);
        }
        context.Found.Fold(context.Found.Findings.First(f => f.Node == node.Name && f.Id == "agent-dead" && f.Object == OvsAgent),
            f => f.Node == node.Name && f.Id == "controller-disconnected");
    }

    private static void CheckUncontrolled(CheckContext context, CheckNode node, Node.Facts.OvsFacts ovs)
    {
        if (ovs.IsCut || !ovs.Bridges.Any(b => b.Controllers.Count > 0))
        {
            return; // an agent of the time when flows were written by ovs-ofctl
        }
        string[] wanted = [node.AgentOption("integration_bridge") ?? "br-int", node.AgentOption("tunnel_bridge") ?? "br-tun"];
        foreach (var bridge in ovs.Bridges.Where(b => b.Controllers.Count == 0 && wanted.Contains(b.Name)))
        {
            context.Found.Add(new()
            {
                Id = "controller-missing",
                Node = node.Name,
                Object = bridge.Name,
                What = $"{bridge.Name} has no controller, other bridges of the agent have",
                Evidence = [$"Bridge {bridge.Name}: controller=[]"],
                Consequence = "the agent cannot change its flows: new ports get none, old ones stay",
                Fix = $"systemctl restart {OvsAgent}",
            });
        }
    }

    private static string[] Evidence(CloudAgent agent) => [$"alive=false for {agent.Binary} on {agent.Host}"];

    private static void Add(CheckContext context, CheckNode node, string binary, string what, IReadOnlyList<string> evidence) =>
        context.Found.Add(new()
        {
            Id = "agent-dead",
            Node = node.Name,
            Object = binary,
            What = what,
            Evidence = evidence,
            Consequence = "nothing that changes is carried out here; what was there goes on",
            Fix = $"systemctl status {binary}; see its log",
        });
}
