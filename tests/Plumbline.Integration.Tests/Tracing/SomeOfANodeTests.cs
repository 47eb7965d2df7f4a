using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Neutron;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Labs;
using Plumbline.Views;

namespace Plumbline.Integration.Tests.Tracing;

/// <summary>
/// A live trace reads of a node what its packet may meet. It must tell what a trace over all facts tells, on a healthy node and on broken ones:
/// a fact that was not read is never taken as absent.
/// </summary>
public sealed class SomeOfANodeTests : IAsyncLifetime
{
    private const string OtherVlan = "7";
    private readonly OwnLab _own = new(new() { Nodes = 2, Instances = 8, Tunnel = "vxlan" });

    public Task InitializeAsync() => _own.InitializeAsync();

    public Task DisposeAsync() => _own.DisposeAsync();

    [SkippableFact]
    public async Task The_answer_is_that_of_the_whole_node()
    {
        var lab = _own.Lab;
        // every other VM of a node is of another network, so that there is something to leave out
        var others = lab.Nodes.SelectMany(n => lab.Instances.Where(i => i.Node == n.Name).Where((_, i) => i % 2 == 1)).ToList();
        foreach (var vm in others)
        {
            var qvo = DeviceNames.VethOvsEnd(vm.PortId);
            await RunAsync(lab, vm.Node, [$"ovs-vsctl --db=unix:$OVS_RUNDIR/db.sock set Port {qvo} tag={OtherVlan} "
                + $"other_config:tag={OtherVlan} other_config:net_uuid=77777777-7777-4777-8777-777777777777"]);
        }
        var omitted = await LiveNode.ReadSomeAsync(
            lab.Nodes[0].Access, Scope, [lab.Instances[0].Name, lab.Instances[0].Name], default);
        var left = lab.Instances.Where(i => i.Node == lab.Nodes[0].Name).Skip(1).ToList();
        Assert.NotEmpty(left);
        Assert.Equal(
            left.Select(i => DeviceNames.VethOvsEnd(i.PortId)).Order(StringComparer.Ordinal),
            omitted.Omitted!.Ports.Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(omitted.Namespaces[0].Links, l => left.Exists(i => l.Name == i.Tap || l.Name == DeviceNames.VethOvsEnd(i.PortId)));
        Assert.Contains(omitted.Namespaces[0].Links, l => l.Name == lab.Instances[0].Tap);
        // of what is kept nothing is missing
        var all = (await LiveNode.ReadAsync(lab.Nodes[0].Access, Scope, default)).Namespaces[0];
        var kept = omitted.Namespaces[0].Links.Select(l => l.IfIndex).ToHashSet();
        Assert.Equal(
            all.Fdb.Where(e => e.MasterIndex is not null && kept.Contains(e.IfIndex)).Select(e => $"{e.IfIndex} {e.MasterIndex} {e.Address} {e.Vlan}").Order(StringComparer.Ordinal),
            omitted.Namespaces[0].Fdb.Where(e => e.MasterIndex is not null).Select(e => $"{e.IfIndex} {e.MasterIndex} {e.Address} {e.Vlan}").Order(StringComparer.Ordinal));
        Assert.DoesNotContain(all.Links, l => l.MasterIndex is { } master && kept.Contains(master) && !kept.Contains(l.IfIndex));

        var random = new Random(11);
        var wrong = new List<string>();
        var tried = 0;
        var isFrameDropTold = false;
        var tap = lab.Instances[0].Tap;
        LabFault[] frames =
        [
            new("ebtables", lab.Nodes[0].Name, [$"ebtables -A FORWARD -i {tap} -p IPv4 -j DROP"], ["ebtables -F FORWARD"], []),
            new("nft", lab.Nodes[0].Name,
                ["nft add table bridge stray", "nft 'add chain bridge stray passing { type filter hook forward priority 0; }'",
                    $"nft add rule bridge stray passing iifname {tap} ether type ip drop"],
                ["nft delete table bridge stray"], []),
        ];
        foreach (var fault in LabFaults.Of(lab).Prepend(LabFaults.None).Concat(frames))
        {
            await RunAsync(lab, fault.Node, fault.Plant);
            foreach (var words in Questions(lab, random, fault == LabFaults.None))
            {
                tried++;
                var some = await AskLiveAsync(words);
                isFrameDropTold |= fault.Name is "ebtables" or "nft" && some.Contains("\"verdict\": \"dropped\"", StringComparison.Ordinal);
                var whole = await AskWholeAsync(lab, words);
                if (some != whole)
                {
                    wrong.Add($"{fault.Name}: {string.Join(' ', words)}\n--- some\n{some}\n--- whole\n{whole}");
                }
            }
            await RunAsync(lab, fault.Node, fault.Mend);
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {tried} differ:\n{string.Join('\n', wrong.Take(3))}");
        Assert.True(tried > 60);
        Assert.True(isFrameDropTold);
    }

    private static SnapshotScope Scope => SnapshotScope.Topology | SnapshotScope.Forwarding | SnapshotScope.SwitchFlows | SnapshotScope.Services;

    private static List<string[]> Questions(LabDescription lab, Random random, bool isHealthy)
    {
        LabInstance Any() => lab.Instances[random.Next(lab.Instances.Count)];
        var first = lab.Instances[0];
        var questions = new List<string[]> { new[] { first.Name, Any().Name }, new[] { Any().Name, first.Name }, new[] { Any().Name, Any().Name } };
        if (isHealthy)
        {
            for (var i = 0; i < lab.Instances.Count; i++)
            {
                var vm = lab.Instances[i];
                questions.Add([vm.Address.ToString(), first.Address.ToString()]);
                questions.Add(i % 2 == 0 ? [vm.Name, first.Name, "--tcp", "22"] : [vm.Tap, first.PortId]);
                questions.Add(i % 4 < 2 ? [vm.Name, "dhcp"] : i % 4 == 2 ? [vm.Name, "metadata", "--tcp", "80"] : [vm.Id, "gateway"]);
            }
            questions.Add([first.Name, "8.8.8.8"]);
            questions.Add([first.Name, first.Mac.ToString()]);
            questions.Add([lab.Instances[1].PortId[..8], first.Id[..6]]);
        }
        else
        {
            questions.Add(random.Next(3) switch
            {
                0 => [first.Name, random.Next(2) == 0 ? "dhcp" : "gateway"],
                1 => [first.Address.ToString(), Any().Address.ToString(), "--udp", "53"],
                _ => [Any().Name, first.Name, "--size", lab.Mtu.ToString(CultureInfo.InvariantCulture)],
            });
        }
        return questions;
    }

    /// <summary>By the command itself, as an operator asks.</summary>
    private async Task<string> AskLiveAsync(string[] words)
    {
        var run = await LabFixture.PlumbAsync(["trace", "--lab", "--lab-dir", _own.Options.Directory, "--json", .. words]);
        return run.Output.Length > 0 ? Told(run.Output) : run.Errors.Split('\n')[0]["error: ".Length..];
    }

    private static async Task<string> AskWholeAsync(LabDescription lab, string[] words)
    {
        var nodes = new List<NodeSnapshot>();
        foreach (var node in lab.Nodes)
        {
            nodes.Add(await LiveNode.ReadAsync(node.Access, Scope | SnapshotScope.Firewall, default));
        }
        var number = words.Length > 3 ? int.Parse(words[3], CultureInfo.InvariantCulture) : 0;
        var question = new TraceQuestion
        {
            From = words[0],
            To = words[1],
            Protocol = (byte)(words.Length < 4 || words[2] == "--size" ? 1 : words[2] == "--tcp" ? 6 : 17),
            DestinationPort = (ushort)(words.Length > 3 && words[2] != "--size" ? number : 0),
            Size = words.Length > 3 && words[2] == "--size" ? number : null,
        };
        try
        {
            return Told(TraceJson.Render(new Tracer([.. nodes.Select(Topology.Build)], null).Ask(question)));
        }
        catch (Diagnosis.DiagnosisException exception)
        {
            return exception.Problem.What;
        }
    }

    /// <summary>All but what changes by the second: counters and ages in the evidence.</summary>
    private static string Told(string json)
    {
        var root = JsonNode.Parse(json)!;
        Strip(root);
        return root.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

        static void Strip(JsonNode? node)
        {
            if (node is JsonObject fields)
            {
                _ = fields.Remove("evidence");
                _ = fields.Remove("counters");
                foreach (var (_, value) in fields)
                {
                    Strip(value);
                }
            }
            else if (node is JsonArray items)
            {
                foreach (var item in items)
                {
                    Strip(item);
                }
            }
        }
    }

    private static async Task RunAsync(LabDescription lab, string node, IReadOnlyList<string> commands)
    {
        foreach (var command in commands)
        {
            var where = lab.FindNode(node);
            var result = await LabFixture.RunAsync(where.Access.NamespaceFile!, "sh", "-c",
                $"export OVS_RUNDIR={where.Access.OvsRunDirectory}; {command}");
            Assert.True(result.ExitCode == 0, $"{command}: {result.Errors}{result.Output}");
        }
    }
}
