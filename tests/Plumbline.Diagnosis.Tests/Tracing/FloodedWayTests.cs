using System.Text.RegularExpressions;
using Plumbline.Diagnosis.Tests.Checking;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Tests.Tracing;

public sealed partial class FloodedWayTests
{
    [SkippableFact]
    public void A_flooded_copy_s_way_has_the_bridges_that_it_went_through_and_no_other_copy_s()
    {
        var healthy = Deployment.Healthy;
        // nothing is learned: br-int sends a copy to each port, and one through br-tun
        var forgetful = healthy.Node("cmp1", s => s with { Switching = s.Switching! with { Bridges = [.. s.Switching.Bridges.Select(b => b with { Fdb = [] })] } });
        var tracer = new Tracer([.. forgetful.Nodes.Values.Select(Topology.Build)], forgetful.Cloud());
        var answer = tracer.Ask(new() { From = "tap6ef565e0-4a", To = "tap92263e04-39", Protocol = 6, DestinationPort = 3306 });
        var outputs = answer.Legs.SelectMany(l => l.Hops).Where(h => h.Kind == HopKind.OvsBridge && h.What.Contains("out by port", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(outputs);
        foreach (var hop in outputs)
        {
            var port = OutputPattern().Match(hop.What).Groups[1].Value;
            var node = forgetful.Nodes[hop.Node!];
            Assert.Contains(node.Ovs!.Bridges, b => b.Name == hop.Place && b.Ports.Any(p => p.Name == port));
        }
        Assert.DoesNotContain(answer.Legs.SelectMany(l => l.Hops), h => h is { Place: "br-tun" });
    }

    [GeneratedRegex(@"out by port \d+ \(([^)]+)\)")]
    private static partial Regex OutputPattern();
}
