namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>Flows of the agent's bridges: what it writes is there and does what it shall, and nobody else drops packets.</summary>
internal static class FlowChecks
{
    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            if (node.Snapshot.Ovs is not { } ovs || context.Found.Has(node, "vswitchd-stopped", "ovs-vswitchd"))
            {
                continue;
            }
            if (ovs.IsCut)
            {
                context.Found.Skip($"{node.Name}: flows (a part of Open vSwitch's bridges and ports is told: add ovs-vsctl show)");
                continue;
            }
            var bridges = new Dictionary<string, BridgeFlows>(StringComparer.Ordinal);
            foreach (var told in node.Snapshot.Switching?.Bridges ?? [])
            {
                if (told.Flows is { } text && ovs.Bridges.FirstOrDefault(b => b.Name == told.Bridge) is { } bridge)
                {
                    bridges[bridge.Name] = new(bridge, text);
                }
            }
            if (bridges.Count == 0)
            {
                context.Found.Skip($"{node.Name}: flows (no ovs-ofctl dump-flows)");
                continue;
            }
            var flows = new FlowContext(context, node, bridges);
            var lost = PipelineChecks.FindLost(flows);
            flows = flows with { Bridges = bridges.Where(b => !lost.Contains(b.Key)).ToDictionary() };
            ForeignFlowChecks.Run(flows);
            PipelineChecks.Run(flows);
            PortFlowChecks.Run(flows);
            NetworkFlowChecks.Run(flows);
            L2PopulationChecks.Run(flows);
            SpoofChecks.Run(flows);
        }
    }
}
