using System.CommandLine;
using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb explain TARGET</c>: a port's firewall chains, rule by rule, in words.</summary>
internal static class ExplainCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var target = new Argument<string?>("TARGET")
        {
            Description = "A VM, port, IP, MAC or device; or a chain. Left out: the only port that the rules are about, else all chains",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var language = new Option<string?>("--lang")
        {
            Description = "Language: en, ru, zh (default: that of LC_ALL, LC_MESSAGES or LANG; else en)",
            HelpName = "LANG",
        };
        language.AcceptOnlyFromAmong([.. Languages.Codes]);
        var direction = new Option<string?>("--direction")
        {
            Description = "Only the way in (to the VM) or out (from it)",
            HelpName = "in|out",
        };
        direction.AcceptOnlyFromAmong("in", "out");
        var from = QuestionOptions.CreateFrom();
        var json = ViewOptions.CreateJson();
        var command = new Command("explain", "The security-group chains of a port, rule by rule in words, with counters")
        {
            target, language, direction, json, from,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var snapshot = await QuestionOptions.ReadAsync(
                result, result.GetValue(from), SnapshotScope.Topology | SnapshotScope.Firewall | SnapshotScope.GuestAddresses,
                console, cancellationToken);
            var firewall = NodeRules.Read(snapshot, withCut: true);
            if (firewall.Rulesets.Count == 0)
            {
                throw FirewallProblems.NoRules(snapshot);
            }
            foreach (var error in firewall.Errors)
            {
                console.Note(Printable.Escape($"{error.Tool}, line {error.Error.Line}, column {error.Error.Column}: {error.Error.What}"));
            }
            var words = result.GetValue(language) is { } code
                ? Languages.Find(code) ?? Language.English
                : Languages.OfEnvironment(Environment.GetEnvironmentVariable);
            bool? isIngress = result.GetValue(direction) is { } way ? way == "in" : null;
            var explanations = ExplainSubjectResolver.Resolve(Topology.Build(snapshot), firewall, result.GetValue(target)) switch
            {
                ExplainSubject.Ports ports => ports.Targets.Select(t => FirewallExplainer.ExplainPort(firewall, t, isIngress)).ToArray(),
                ExplainSubject.OfChain chain => [FirewallExplainer.ExplainChains(firewall, chain.Name)],
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            ViewOptions.Write(console, result.GetValue(json)
                ? ExplanationJson.Render(explanations, words)
                : string.Join("\n", explanations.Select(e => ExplanationText.Render(e, words, ViewOptions.For(console)))));
            return (int)ExitStatus.Fine;
        });
        return command;
    }
}
