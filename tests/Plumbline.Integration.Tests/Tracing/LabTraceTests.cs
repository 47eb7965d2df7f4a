using System.Globalization;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Labs;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Tracing;

/// <summary>
/// Trace against truth: in a lab of two nodes with real packets, random pairs of VMs, protocols and faults. What is predicted from the facts
/// must be what the packets do. <c>PLUMB_TRACE_CASES</c> asks for more than the few that every run does.
/// </summary>
public sealed class LabTraceTests : IAsyncLifetime
{
    private const int UsualFaults = 9;
    private readonly OwnLab _own = new(new() { Nodes = 2, Instances = 4, Tunnel = "vxlan" });

    public Task InitializeAsync() => _own.InitializeAsync();

    public Task DisposeAsync() => _own.DisposeAsync();

    [SkippableFact]
    public async Task What_is_predicted_is_what_real_packets_do()
    {
        Root.SkipUnlessInstalled("conntrack");
        var lab = _own.Lab;
        var random = new Random(7);
        var faults = LabFaults.Of(lab);
        var count = int.TryParse(Environment.GetEnvironmentVariable("PLUMB_TRACE_CASES"), CultureInfo.InvariantCulture, out var asked)
            ? asked / 3 : UsualFaults;
        var wrong = new List<string>();
        var tried = 0;
        for (var i = 0; i < count; i++)
        {
            var fault = i == 0 ? LabFaults.None : faults[(i - 1) % faults.Count];
            await RunAsync(lab, fault.Node, fault.Plant);
            var tracer = await ReadAsync(lab);
            for (var j = 0; j < 3; j++)
            {
                // the VM that the fault is about is one end of most
                var source = lab.Instances[j == 0 ? 0 : random.Next(lab.Instances.Count)];
                var target = lab.Instances[(lab.Instances.ToList().IndexOf(source) + 1 + random.Next(lab.Instances.Count - 1)) % lab.Instances.Count];
                var kind = random.Next(4);
                var question = new TraceQuestion
                {
                    IsCold = true,
                    From = source.Name,
                    To = target.Name,
                    Protocol = (byte)(kind < 2 ? 1 : 6),
                    DestinationPort = (ushort)(kind < 2 ? 0 : kind == 2 ? 22 : 81),
                    Size = kind == 1 ? lab.Mtu : null,
                };
                var result = tracer.Ask(question);
                var real = await SendAsync(lab, source, target, kind);
                tried++;
                if (result.Verdict != (real ? TraceVerdict.Delivered : TraceVerdict.Dropped))
                {
                    wrong.Add($"{fault.Name}: {source.Name} → {target.Name} kind {kind}: {result.Verdict}, really {real}: "
                        + $"{result.Drop?.Node} {result.Drop?.Place}: {result.Drop?.What} {string.Join("; ", result.Unknowns)}");
                }
                else if (!real && fault.Places.Count > 0 && kind < 2 && j == 0)
                {
                    Assert.True(fault.Places.Contains(result.Drop!.Place), $"{fault.Name}: ends at {result.Drop.Place}: {result.Drop.What}");
                }
            }
            await RunAsync(lab, fault.Node, fault.Mend);
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {tried} are wrong:\n{string.Join('\n', wrong)}");
    }

    private static async Task<Tracer> ReadAsync(LabDescription lab)
    {
        var topologies = new List<Topology>();
        foreach (var node in lab.Nodes)
        {
            topologies.Add(Topology.Build(await LiveNode.ReadAsync(node.Access, SnapshotScope.Everything, default)));
        }
        return new(topologies, null);
    }

    private static async Task<bool> SendAsync(LabDescription lab, LabInstance source, LabInstance target, int kind)
    {
        foreach (var instance in lab.Instances)
        {
            await LabFixture.RunAsync(instance.NamespaceFile, "ip", "neigh", "flush", "dev", "eth0");
        }
        foreach (var node in lab.Nodes)
        {
            await LabFixture.RunAsync(node.Access.NamespaceFile!, "conntrack", "-F");
        }
        var address = target.Address.ToString();
        if (kind < 2)
        {
            var size = (kind == 1 ? lab.Mtu - 28 : 56).ToString(CultureInfo.InvariantCulture);
            var ping = await LabFixture.RunAsync(source.NamespaceFile, "ping", "-n", "-c", "2", "-i", "0.3", "-W", "1", "-M", "do", "-s", size, address);
            return ping.ExitCode == 0;
        }
        // nobody listens: a refusal has come back from the VM, silence has not
        var port = kind == 2 ? "22" : "81";
        var connect = await LabFixture.RunAsync(source.NamespaceFile, "timeout", "2", "bash", "-c", $"exec 3<>/dev/tcp/{address}/{port}");
        return connect.Errors.Contains("refused", StringComparison.Ordinal) || connect.ExitCode == 0;
    }

    private static async Task RunAsync(LabDescription lab, string node, IReadOnlyList<string> commands)
    {
        var where = lab.FindNode(node);
        foreach (var command in commands)
        {
            var result = await LabFixture.RunAsync(where.Access.NamespaceFile!, "sh", "-c",
                $"export OVS_RUNDIR={where.Access.OvsRunDirectory}; {command}");
            Assert.True(result.ExitCode == 0, $"{command}: {result.Errors}{result.Output}");
        }
    }
}
