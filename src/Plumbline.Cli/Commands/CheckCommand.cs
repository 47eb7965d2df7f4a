using System.CommandLine;
using Plumbline.Diagnosis;
using Plumbline.Diagnosis.Checking;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Diagnosis.Reaching;
using Plumbline.Diagnosis.Reaching.Asserting;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb check</c>: what is wrong with a node, or with several together.</summary>
internal static class CheckCommand
{
    private const SnapshotScope Scope =
        SnapshotScope.Topology | SnapshotScope.Firewall | SnapshotScope.GuestAddresses | SnapshotScope.Switching | SnapshotScope.Services;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var target = new Argument<string?>("TARGET")
        {
            Description = "Only what this VM, port, address or device suffers from",
            Arity = ArgumentArity.ZeroOrOne,
        };
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
        var rules = new Option<bool>("--firewall")
        {
            Description = "Go through the iptables rules instead: shadowed, redundant and never matching ones, unused chains, ports without rules",
        };
        var intent = new Option<string?>("--intent")
        {
            Description = "Hold the sentences of this file (docs/intent.md) against the rules, for all ports they are about; 1 where one fails",
            HelpName = "FILE",
        };
        var hints = new Option<bool>("--hints") { Description = "With --firewall: also pairs of rules whose order matters, and rules never seen" };
        var explain = new Option<string?>("--explain")
        {
            Description = "What a finding means, what comes of it and how to mend it; \"all\" lists them",
            HelpName = "ID",
        };
        var json = ViewOptions.CreateJson();
        var command = new Command("check", "The faults of a node, each with evidence, consequence and what mends it: none on a healthy one")
        {
            target, from, api, rules, hints, intent, explain, json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            if (result.GetValue(explain) is { } id)
            {
                ViewOptions.Write(console, Explain(id));
                return (int)ExitStatus.Fine;
            }
            var sources = result.GetValue(from) ?? [];
            var nodes = sources.Length > 0 ? OfflineNode.ReadNodes(sources)
                : new NodeSet([await LiveNode.ReadAsync(NodeOptions.Resolve(result, console), Scope, cancellationToken)]);
            List<NodeSnapshot> snapshots = [.. nodes.Nodes];
            if (result.GetValue(intent) is { } assertions)
            {
                return WriteIntent(console, snapshots, assertions, result.GetValue(api), sources, result.GetValue(json));
            }
            if (result.GetValue(rules))
            {
                return WriteRules(console, snapshots, result.GetValue(hints), result.GetValue(json));
            }
            var cloud = result.GetValue(api) is { } path ? CloudFiles.Read(path) : CloudFiles.Find(nodes, sources, console);
            var topologies = CloudFiles.Name(nodes, cloud).Nodes.Select(Topology.Build).ToList();
            var report = NodeChecker.Run(topologies, cloud, sources.Length > 0 ? null : static process => process.IsAlive);
            if (result.GetValue(target) is { } asked)
            {
                report = About(report, topologies, asked);
            }
            ViewOptions.Write(console, result.GetValue(json)
                ? CheckJson.Render(report) : CheckText.Render(report, ViewOptions.For(console)));
            return (int)(report.Findings.Count > 0 ? ExitStatus.Findings : ExitStatus.Fine);
        });
        return command;
    }

    private static string Explain(string id) =>
        id == "all" ? string.Join('\n', FindingPages.Ids) + "\n"
            : FindingPages.Read(id) ?? throw new CliException(new Problem(
                $"there is no finding \"{Printable.Escape(id)}\"", "--explain", "plumb check --explain all lists them"));

    private static int WriteIntent(
        CliConsole console, List<NodeSnapshot> snapshots, string file, string? api, string[] sources, bool isJson)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new Problem($"cannot read it: {exception.Message}", Printable.Escape(file), "check the path and who may read it"));
        }
        var wanted = AssertionFile.Read(content, file);
        var results = new List<AssertionResult>();
        for (var i = 0; i < snapshots.Count; i++)
        {
            var firewall = NodeRules.Read(snapshots[i]);
            if (firewall.Rulesets.Count == 0)
            {
                throw FirewallProblems.NoRules(snapshots[i]);
            }
            var beside = i < sources.Length && Directory.Exists(sources[i])
                ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(sources[i].TrimEnd('/')))!, "api") : null;
            var neutron = (api ?? beside) is { } path && Path.Exists(path) ? IntentFiles.TryRead(path) : null;
            results.AddRange(AssertionCheck.Run(
                Topology.Build(snapshots[i]), firewall, wanted, neutron, Iptables.Symbolic.AnalysisBudget.Default));
        }
        ViewOptions.Write(console, isJson ? AssertionText.RenderJson(results) : AssertionText.Render(results));
        return (int)(results.TrueForAll(r => r.Violations.Count + r.Unproved.Count == 0) ? ExitStatus.Fine : ExitStatus.Findings);
    }

    private static int WriteRules(CliConsole console, List<NodeSnapshot> snapshots, bool hints, bool isJson)
    {
        var parts = new List<FirewallCheckPart>();
        foreach (var snapshot in snapshots)
        {
            var firewall = NodeRules.Read(snapshot);
            if (firewall.Rulesets.Count == 0)
            {
                throw FirewallProblems.NoRules(snapshot);
            }
            parts.AddRange(FirewallCheck.Run(Topology.Build(snapshot), firewall, new() { Hints = hints }));
        }
        ViewOptions.Write(console, isJson ? FirewallCheckJson.Render(parts) : FirewallCheckText.Render(parts));
        return (int)(parts.Exists(p => p.Report.Findings.Count + p.PortsWithoutChains.Count + p.Report.Unproved.Count > 0) ? ExitStatus.Findings : ExitStatus.Fine);
    }

    /// <summary>What a target suffers from: its own findings, and those that are about no VM in particular.</summary>
    private static CheckReport About(CheckReport report, List<Topology> topologies, string asked)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (topology, target) in TargetResolver.ResolveAmong(topologies, asked))
        {
            names.UnionWith(NodeChecker.NamesOf(topology, target));
        }
        return report with { Findings = [.. report.Findings.Where(f => f.Suffers.Count == 0 || f.Suffers.Any(names.Contains) || names.Contains(f.Object))] };
    }
}
