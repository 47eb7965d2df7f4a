using Plumbline.Diagnosis.Tracing;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Integration.Tests.Tracing.Packets;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Labs;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Tracing;

/// <summary>
/// Trace against real packets, case by case: VLAN modes, groups, nat on bridged packets, MTUs with and without "do not fragment". The
/// verdict must be what a ping or a connection does, and the place where it ends the one that was planted.
/// </summary>
public sealed class PlantedPathTests
{
    [SkippableTheory]
    [InlineData("ports", "noop")]
    [InlineData("groups", "noop")]
    [InlineData("rules", "hybrid")]
    [InlineData("sizes", "hybrid")]
    [InlineData("errors", "native")]
    [InlineData("errors", "hybrid")]
    public async Task What_is_planted_ends_the_packets_that_it_is_said_to_end(string kind, string firewall)
    {
        LabFixture.SkipUnlessPossible();
        Root.SkipUnlessInstalled("conntrack");
        var own = new OwnLab(new() { Nodes = 2, Instances = 4, Tunnel = "vxlan", Firewall = firewall });
        await own.InitializeAsync();
        var wrong = new List<string>();
        var tried = 0;
        try
        {
            foreach (var path in Paths(kind, own.Lab))
            {
                await ShellAsync(own.Lab, path.Plant);
                await ForgetAsync(own.Lab);
                var said = await AskAsync(own.Lab, path);
                var isAnswered = await SendAsync(own.Lab, path);
                await ShellAsync(own.Lab, path.Mend);
                tried++;
                if (isAnswered != (path.Ends is null) || said.Verdict != (isAnswered ? TraceVerdict.Delivered : TraceVerdict.Dropped)
                    || !isAnswered && (!said.Drop!.Place.StartsWith(path.Ends!, StringComparison.Ordinal)
                        || path.Phase is { } phase && said.Drop.Phase != phase))
                {
                    wrong.Add($"{path.Name}: {said.Verdict} {said.Drop?.Phase} {said.Drop?.Node} {said.Drop?.Place}: {said.Drop?.What} "
                        + $"{string.Join("; ", said.Unknowns)}, really {(isAnswered ? "answered" : "lost")}");
                }
            }
        }
        finally
        {
            await own.DisposeAsync();
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {tried} are wrong:\n{string.Join('\n', wrong)}");
    }

    private static IEnumerable<PlantedPath> Paths(string kind, LabDescription lab) => kind switch
    {
        "ports" => PlantedPaths.OfPorts(lab).Concat(TreePaths.Of(lab)),
        "groups" => PlantedPaths.OfGroups(lab),
        "errors" => PlantedPaths.OfErrors(lab),
        "rules" => PlantedPaths.OfRules(lab),
        _ => PlantedPaths.OfSizes(lab),
    };

    private static async Task<TraceResult> AskAsync(LabDescription lab, PlantedPath path)
    {
        var nodes = new List<Topology>();
        foreach (var node in lab.Nodes)
        {
            nodes.Add(Topology.Build(await LiveNode.ReadAsync(node.Access, SnapshotScope.Everything, default)));
        }
        return new Tracer(nodes, null).Ask(new()
        {
            IsCold = true,
            From = lab.Instances[path.From].Name,
            To = lab.Instances[path.To].Name,
            Protocol = (byte)(path.IsRefused ? 17 : path.Ping is null ? 6 : 1),
            DestinationPort = (ushort)(path.IsRefused ? 5999 : path.Ping is null ? 22 : 0),
            IsRefused = path.IsRefused,
            Size = path.Size,
            MayBeCut = path.MayBeCut,
        });
    }

    /// <summary>Nobody listens: a refusal has come back from the VM, silence has not.</summary>
    private static async Task<bool> SendAsync(LabDescription lab, PlantedPath path)
    {
        var (source, target) = (lab.Instances[path.From], lab.Instances[path.To]);
        if (path.IsRefused)
        {
            var heard = await LabFixture.RunAsync(source.NamespaceFile, "bash", "-c",
                $"exec 3<>/dev/udp/{target.Address}/5999; echo x >&3; sleep 0.4; echo y >&3");
            return heard.Errors.Contains("refused", StringComparison.Ordinal);
        }
        var command = path.Ping is { } arguments ? $"ping -n -c 2 -i 0.3 -W 1 {arguments} {target.Address}"
            : $"timeout 2 bash -c 'exec 3<>/dev/tcp/{target.Address}/22'";
        var sent = await LabFixture.RunAsync(source.NamespaceFile, "sh", "-c", command);
        return sent.ExitCode == 0 || sent.Errors.Contains("refused", StringComparison.Ordinal);
    }

    private static async Task ForgetAsync(LabDescription lab)
    {
        foreach (var instance in lab.Instances)
        {
            await LabFixture.RunAsync(instance.NamespaceFile, "ip", "neigh", "flush", "dev", "eth0");
        }
        foreach (var node in lab.Nodes)
        {
            await LabFixture.RunAsync(node.Access.NamespaceFile!, "sh", "-c",
                $"conntrack -F; OVS_RUNDIR={node.Access.OvsRunDirectory} ovs-appctl dpctl/flush-conntrack");
        }
    }

    private static async Task ShellAsync(LabDescription lab, string command)
    {
        var node = lab.Nodes[0];
        var done = await LabFixture.RunAsync(
            node.Access.NamespaceFile!, "sh", "-c", $"export OVS_RUNDIR={node.Access.OvsRunDirectory}; {command}");
        Assert.True(done.ExitCode == 0, $"{command}: {done.Errors}{done.Output}");
    }
}
