using System.CommandLine;
using Plumbline.Diagnosis.Comparing;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Diagnosis.Reaching;
using Plumbline.Iptables.Symbolic;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb diff</c>: live rules against what Neutron wants, or two rulesets.</summary>
internal static class DiffCommand
{
    private const SnapshotScope Scope = SnapshotScope.Topology | SnapshotScope.Firewall;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var sides = new Argument<string[]>("A")
        {
            Description = "What to compare: what Neutron wants (its API's answers in a folder or a JSON file, or YAML as plumb apply takes it) "
                + "with the node; or two snapshots, folders or texts with each other; or one of them with the node",
            Arity = new ArgumentArity(0, 2),
            HelpName = "A [B]",
        };
        var host = new Option<string?>("--host")
        {
            Description = "The node's name in binding:host_id (default: its own)",
            HelpName = "NAME",
        };
        var release = new Option<string?>("--neutron")
        {
            Description = $"The agent's release (default: whose rules the live ones are nearest to): {NeutronReleases.Known}",
            HelpName = "RELEASE",
        };
        var semantic = new Option<bool>("--semantic")
        {
            Description = "Compare two rulesets by what they do to packets: the same, or each difference with a packet that shows it",
        };
        var from = QuestionOptions.CreateFrom();
        var json = ViewOptions.CreateJson();
        var command = new Command(
            "diff", "What the firewall has otherwise than Neutron wants, or than another one has: none on a healthy node")
        {
            sides, host, release, semantic, json, from,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var source = result.GetValue(from);
            var wanted = ReadSides(result.GetValue(sides) ?? [], source, console, out var facts);
            var given = ReleaseOf(result.GetValue(release));
            FirewallComparison comparison;
            if (wanted is not null || facts.Count == 0)
            {
                var snapshot = facts.Count > 0 ? OfflineNode.Read(facts[0])
                    : await QuestionOptions.ReadAsync(result, source, Scope, console, cancellationToken);
                wanted ??= IntentFiles.Of(snapshot) ?? throw NothingWanted();
                if ((result.GetValue(host) ?? snapshot.Host) is { } name && !FirewallComparer.IsAbout(wanted, name))
                {
                    throw OtherNodes(name, wanted);
                }
                comparison = FirewallComparer.AgainstIntent(snapshot, Rules(snapshot), wanted, result.GetValue(host), release: given);
            }
            else
            {
                var first = OfflineNode.Read(facts[0]);
                var second = facts.Count > 1 ? OfflineNode.Read(facts[1])
                    : await QuestionOptions.ReadAsync(result, source, Scope, console, cancellationToken);
                if (result.GetValue(semantic))
                {
                    return WriteMeaning(
                        console, Rules(first), Rules(second), (facts[0], facts.Count > 1 ? facts[1] : source), result.GetValue(json));
                }
                comparison = FirewallComparer.Between(Rules(first), Rules(second));
            }
            ViewOptions.Write(console, result.GetValue(json)
                ? ComparisonJson.Render(comparison)
                : ComparisonText.Render(comparison, ViewOptions.For(console)));
            return (int)(comparison.Findings.Count > 0 ? ExitStatus.Findings : ExitStatus.Fine);
        });
        return command;
    }

    /// <summary>Which of the arguments is what is wanted; the others are facts.</summary>
    private static NeutronIntent? ReadSides(string[] sides, string? from, CliConsole console, out List<string> facts)
    {
        facts = [];
        NeutronIntent? wanted = null;
        foreach (var side in sides)
        {
            if (wanted is null && IntentFiles.TryRead(side) is { } intent)
            {
                wanted = intent;
            }
            else
            {
                facts.Add(side);
            }
        }
        if (sides.Length == 0 && from is not null && Directory.Exists(from)
            && Path.Combine(Path.GetDirectoryName(Path.GetFullPath(from.TrimEnd('/')))!, "api") is var beside
            && IntentFiles.TryRead(beside) is { } found)
        {
            console.Note($"what is wanted is taken from {Printable.Escape(beside)}");
            return found;
        }
        if (wanted is null && facts.Count > 1 && from is not null)
        {
            throw new CliException(new Problem("two rulesets and --from are three", "plumb diff", "leave --from out"));
        }
        return wanted;
    }

    private static CliException NothingWanted() => new(new Problem(
        "nothing to compare with", "plumb diff",
        "name what Neutron wants (its API's answers, or YAML as plumb apply takes it), or another snapshot"));

    private static CliException OtherNodes(string host, NeutronIntent wanted)
    {
        var hosts = wanted.Ports.Select(p => p.Host).Where(h => h is { Length: > 0 }).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return new(new Problem(
            $"no port is bound to host {Printable.Escape(host)}", $"hosts of ports: {Printable.Escape(string.Join(", ", hosts))}",
            "say with --host how Neutron calls this node, or compare it with its own cloud's answers"));
    }

    private static int WriteMeaning(
        CliConsole console, NodeRules first, NodeRules second, (string? First, string? Second) files, bool isJson)
    {
        var diffs = MeaningDiff.Between(first, second, AnalysisBudget.Default);
        ViewOptions.Write(console, isJson
            ? MeaningDiffJson.Render(diffs, files.First, files.Second) : MeaningDiffText.Render(diffs, files.First, files.Second));
        return (int)(diffs.All(d => d.Report.Differences.Count + d.Report.Unproved.Count == 0) ? ExitStatus.Fine : ExitStatus.Findings);
    }

    private static NodeRules Rules(NodeSnapshot snapshot)
    {
        var rules = NodeRules.Read(snapshot);
        return rules.Rulesets.Count > 0 ? rules : throw FirewallProblems.NoRules(snapshot);
    }

    private static NeutronRelease? ReleaseOf(string? text)
    {
        if (text is null)
        {
            return null;
        }
        return NeutronReleases.TryParse(text, out var release) ? release
            : throw new CliException(new Problem($"no release is called \"{Printable.Escape(text)}\"", "--neutron", $"give one of {NeutronReleases.Known}"));
    }
}
