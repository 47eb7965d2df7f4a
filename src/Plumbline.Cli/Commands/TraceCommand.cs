using System.CommandLine;
using System.Globalization;
using Plumbline.Diagnosis.Observing;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Neutron.Api;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Observing;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb trace FROM TO …</c>: one packet hop by hop, both ways, and one verdict.</summary>
internal static class TraceCommand
{
    private const SnapshotScope Scope =
        SnapshotScope.Topology | SnapshotScope.Firewall | SnapshotScope.GuestAddresses | SnapshotScope.Switching | SnapshotScope.Services;

    private static readonly TimeSpan _usualTime = TimeSpan.FromSeconds(3);

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
        var live = new Option<bool>("--live")
        {
            Description = "Also watch the counters of the rules and flows on the way, with five echoes from its router or DHCP namespace where that is safe",
        };
        var watch = new Option<string?>("--for") { Description = "With --live: watch this long (default: 3s)", HelpName = "TIME" };
        var quiet = new Option<bool>("--no-probe") { Description = "With --live: send nothing, only watch" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Rules, flows, routes and entries below each hop, and the ways of ARP" };
        var json = ViewOptions.CreateJson();
        var command = new Command("trace", "One packet hop by hop from its sender to its receiver and back: delivered, dropped where by what, or unknown")
        {
            sender, receiver, from, api, live, watch, quiet, verbose, json,
        };
        foreach (var option in options.All)
        {
            command.Options.Add(option);
        }
        command.SetAction(async (result, cancellationToken) =>
        {
            var question = options.Read(result, result.GetValue(sender)!, result.GetValue(receiver)!);
            var sources = result.GetValue(from) ?? [];
            var isLive = result.GetValue(live);
            Check(isLive, sources.Length > 0, result.GetValue(watch) is not null || result.GetValue(quiet));
            var time = CaptureLimits.Time(result.GetValue(watch), "--for") ?? _usualTime;
            IReadOnlyList<NodeAccess> ways = sources.Length > 0 ? [] : Ways(result, console);
            Cloud? CloudOf(NodeSet given) =>
                result.GetValue(api) is { } path ? CloudFiles.Read(path) : CloudFiles.Find(given, sources, console);
            if (sources.Length == 0 && !isLive)
            {
                return Write(result, await LiveTrace.AskAsync(ways, question, CloudOf, cancellationToken), null);
            }
            var nodes = sources.Length > 0 ? OfflineNode.ReadNodes(sources) : await ReadAsync(ways, cancellationToken);
            var cloud = CloudOf(nodes);
            nodes = CloudFiles.Name(nodes, cloud);
            var tracer = new Tracer([.. nodes.Nodes.Select(Topology.Build)], cloud);
            var answer = tracer.Ask(question);
            TraceObservation? observed = null;
            if (isLive)
            {
                var plan = result.GetValue(quiet) ? new([], "--no-probe was said") : tracer.PlanProbes(question);
                console.Note(Announce(plan, time));
                observed = await TraceWatch.RunAsync(
                    answer, [.. ways.Select((w, i) => new ObservedNode(w, nodes.Nodes[i], tracer.Nodes[i]))], plan, time, cancellationToken);
            }
            return Write(result, answer, observed);
        });
        return command;

        int Write(ParseResult result, TraceResult answer, TraceObservation? observed)
        {
            ViewOptions.Write(console, result.GetValue(json)
                ? TraceJson.Render(answer, observed) : TraceText.Render(answer, ViewOptions.For(console), result.GetValue(verbose), observed));
            return (int)(answer.Verdict switch
            {
                TraceVerdict.Delivered => ExitStatus.Fine,
                TraceVerdict.Dropped => ExitStatus.Findings,
                _ => ExitStatus.Unknown,
            });
        }
    }

    private static void Check(bool isLive, bool hasFiles, bool hasLiveOptions)
    {
        if (isLive && hasFiles)
        {
            throw new CliException(new("files have no counters that rise", "--live --from", "leave one of them out"));
        }
        if (hasLiveOptions && !isLive)
        {
            throw new CliException(new("only --live watches", "--for, --no-probe", "add --live"));
        }
    }

    private static string Announce(TraceProbePlan plan, TimeSpan time) => string.Create(CultureInfo.InvariantCulture,
        $"watching for {time.TotalSeconds:0.#} s; ") + (plan.WhyNone is { } why ? $"no probe: {Printable.Escape(why)}" : "sending " + string.Join(" and ", plan.Probes
            .Select(p => $"{TraceWatch.EchoCount} echoes from {Printable.Escape(p.Namespace)} on {Printable.Escape(p.Node)} to {p.Target}")));

    /// <summary>This node; of a lab all its nodes, which are at hand, unless one is named.</summary>
    private static IReadOnlyList<NodeAccess> Ways(ParseResult result, CliConsole console)
    {
        var access = NodeOptions.Resolve(result, console);
        return access.IsLab && result.GetValue(NodeOptions.Node) is null
            && Operations.Labs.Lab.Find(result.GetValue(NodeOptions.LabDirectory)) is { } lab ? [.. lab.Nodes.Select(n => n.Access)] : [access];
    }

    private static async Task<NodeSet> ReadAsync(IReadOnlyList<NodeAccess> ways, CancellationToken cancellationToken)
    {
        var snapshots = new List<NodeSnapshot>();
        foreach (var way in ways)
        {
            snapshots.Add(await LiveNode.ReadAsync(way, Scope, cancellationToken));
        }
        return new(snapshots);
    }
}
