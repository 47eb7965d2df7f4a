using System.Text.Json;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Neutron;
using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Tracing;

/// <summary><c>plumb trace --live</c> in a lab of two nodes: echoes from its namespaces, real counters, planted drops.</summary>
public sealed class LiveTraceTests : IAsyncLifetime
{
    private readonly OwnLab _own = new(new() { Nodes = 2, Instances = 2, Tunnel = "vxlan" });

    public Task InitializeAsync() => _own.InitializeAsync();

    public Task DisposeAsync() => _own.DisposeAsync();

    [SkippableFact]
    public async Task Counters_and_echoes_agree_when_healthy_and_name_what_was_planted()
    {
        var lab = _own.Lab;
        var vm = lab.Instances[0];
        var node = lab.FindNode(vm.Node);
        var target = lab.Instances[1];

        var healthy = await TraceAsync(vm, target, 0);
        Assert.True(healthy.GetProperty("agrees").GetBoolean());
        var probes = healthy.GetProperty("probes").EnumerateArray().ToList();
        Assert.Equal(2, probes.Count);
        Assert.All(probes, p => Assert.Equal(5, p.GetProperty("received").GetInt32()));

        // a rule of the tap's own chain: the trace foresees it, and its counter says so
        var ingress = "neutron-openvswi-i" + vm.PortId[..DeviceNames.ChainIdLength];
        await RunAsync(node, $"iptables -I {ingress} 1 -p icmp -j DROP");
        var ruled = ProbeTo(await TraceAsync(target, vm, 1), vm);
        Assert.Equal(0, ruled.GetProperty("received").GetInt32());
        Assert.True(ruled.GetProperty("agrees").GetBoolean());
        Assert.Contains(ruled.GetProperty("drops").EnumerateArray(), d => d.GetProperty("what").GetString()!.StartsWith($"-A {ingress} -p icmp", StringComparison.Ordinal)
            && d.GetProperty("packets").GetInt64() >= 5);
        await RunAsync(node, $"iptables -D {ingress} 1");

        // a flow, likewise
        const string Flow = "priority=900,icmp";
        await RunAsync(node, $"ovs-ofctl add-flow unix:$OVS_RUNDIR/br-int.mgmt {Flow},actions=drop");
        var flowed = ProbeTo(await TraceAsync(target, vm, 1), vm);
        Assert.Equal(0, flowed.GetProperty("received").GetInt32());
        Assert.Contains("priority=900,icmp", flowed.GetProperty("what").GetString(), StringComparison.Ordinal);
        await RunAsync(node, $"ovs-ofctl --strict del-flows unix:$OVS_RUNDIR/br-int.mgmt {Flow}");

        // what no snapshot shows: the VM itself does not answer
        await LabFixture.RunAsync(vm.NamespaceFile, "iptables", "-I", "INPUT", "-p", "icmp", "-j", "DROP");
        var deaf = await TraceAsync(target, vm, 0);
        Assert.False(deaf.GetProperty("agrees").GetBoolean());
        Assert.Contains("counted on the whole way there", ProbeTo(deaf, vm).GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> TraceAsync(LabInstance from, LabInstance to, int status)
    {
        var run = await LabFixture.PlumbAsync(
            "trace", "--lab", "--lab-dir", _own.Options.Directory, from.Name, to.Name, "--live", "--json", "--for", "2s");
        Assert.True(run.ExitCode == status, $"exit {run.ExitCode}: {run.Output}{run.Errors}");
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("observed");
    }

    private static JsonElement ProbeTo(JsonElement observed, LabInstance vm) =>
        observed.GetProperty("probes").EnumerateArray().Single(p => p.GetProperty("target").GetString() == vm.Address.ToString());

    private static async Task RunAsync(LabNode node, string command)
    {
        var result = await LabFixture.RunAsync(node.Access.NamespaceFile!, "sh", "-c", $"export OVS_RUNDIR={node.Access.OvsRunDirectory}; {command}");
        Assert.True(result.ExitCode == 0, $"{command}: {result.Errors}{result.Output}");
    }
}
