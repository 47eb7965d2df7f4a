using System.CommandLine;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb trace FROM TO …</c>: one packet hop by hop, both ways, and one verdict.</summary>
internal static class TraceCommand
{
    private const SnapshotScope Scope =
        SnapshotScope.Topology | SnapshotScope.Firewall | SnapshotScope.GuestAddresses | SnapshotScope.Switching | SnapshotScope.Services;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var sender = new Argument<string>("FROM")
        {
            Description = "A VM, port, IP, MAC or device; router:NAME, dhcp:NETWORK; outside, or an address outside",
        };
        var receiver = new Argument<string>("TO") { Description = "As FROM; also dhcp, metadata, gateway" };
        var from = new Option<string[]>("--from")
        {
            Description = "Ask files, not the live node; once for each node",
            HelpName = "FILE",
            Arity = ArgumentArity.OneOrMore,
        };
        var api = new Option<string?>("--api")
        {
            Description = "What Neutron wants: a folder or file of its API's answers (default: the folder api beside --from)",
            HelpName = "DIR|FILE",
        };
        var options = new TraceOptions();
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Rules, flows, routes and entries below each hop, and the ways of ARP" };
        var json = ViewOptions.CreateJson();
        var command = new Command("trace", "One packet hop by hop from its sender to its receiver and back: delivered, dropped where by what, or unknown")
        {
            sender, receiver, from, api, verbose, json,
        };
        foreach (var option in options.All)
        {
            command.Options.Add(option);
        }
        command.SetAction(async (result, cancellationToken) =>
        {
            var question = options.Read(result, result.GetValue(sender)!, result.GetValue(receiver)!);
            var sources = result.GetValue(from) ?? [];
            var nodes = sources.Length > 0 ? OfflineNode.ReadNodes(sources)
                : await ReadLiveAsync(result, console, cancellationToken);
            var cloud = result.GetValue(api) is { } path ? CloudFiles.Read(path) : CloudFiles.Find(nodes, sources, console);
            var answer = new Tracer([.. nodes.Nodes.Select(Topology.Build)], cloud).Ask(question);
            ViewOptions.Write(console, result.GetValue(json)
                ? TraceJson.Render(answer) : TraceText.Render(answer, ViewOptions.For(console), result.GetValue(verbose)));
            return (int)(answer.Verdict switch
            {
                TraceVerdict.Delivered => ExitStatus.Fine,
                TraceVerdict.Dropped => ExitStatus.Findings,
                _ => ExitStatus.Unknown,
            });
        });
        return command;
    }

    /// <summary>This node; of a lab all its nodes, which are at hand, unless one is named.</summary>
    private static async Task<NodeSet> ReadLiveAsync(ParseResult result, CliConsole console, CancellationToken cancellationToken)
    {
        var access = NodeOptions.Resolve(result, console);
        if (!access.IsLab || result.GetValue(NodeOptions.Node) is not null
            || Operations.Labs.Lab.Find(result.GetValue(NodeOptions.LabDirectory)) is not { } lab)
        {
            return new([await LiveNode.ReadAsync(access, Scope, cancellationToken)]);
        }
        var snapshots = new List<NodeSnapshot>();
        foreach (var node in lab.Nodes)
        {
            snapshots.Add(await LiveNode.ReadAsync(node.Access, Scope, cancellationToken));
        }
        return new(snapshots);
    }
}
