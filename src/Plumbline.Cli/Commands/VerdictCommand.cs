using System.CommandLine;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Diagnosis.Verdicts;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb verdict TARGET …</c>: which rule decides one packet, and the way to it.</summary>
internal static class VerdictCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var target = new Argument<string?>("TARGET")
        {
            Description = "A VM, port, IP, MAC or device; left out where --physdev-in or -i say the way",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var options = new VerdictOptions();
        var json = ViewOptions.CreateJson();
        var command = new Command(
            "verdict", "What the iptables rules do to one packet: accept or drop, by which rule, and the way there") { target, json };
        foreach (var option in options.All)
        {
            command.Options.Add(option);
        }
        command.SetAction(async (result, cancellationToken) =>
        {
            var question = options.Read(result, out var file) with { Target = result.GetValue(target) };
            var snapshot = await QuestionOptions.ReadAsync(
                result, file, SnapshotScope.Topology | SnapshotScope.OwnFirewall | NotNeeded(question), console, cancellationToken);
            var rules = NodeRules.Read(snapshot);
            foreach (var error in rules.Errors)
            {
                console.Note(Printable.Escape($"{error.Tool}, line {error.Error.Line}, column {error.Error.Column}: {error.Error.What}"));
            }
            var answer = FirewallVerdict.Ask(question, snapshot, Topology.Build(snapshot), rules);
            ViewOptions.Write(
                console, result.GetValue(json) ? VerdictJson.Render(answer) : VerdictText.Render(answer, ViewOptions.For(console)));
            return (int)(answer.Outcome == Outcome.Passed ? ExitStatus.Fine : ExitStatus.Findings);
        });
        return command;
    }

    /// <summary>The rules of a family that the packet cannot be of are not read: half of the time of a big node.</summary>
    private static SnapshotScope NotNeeded(VerdictQuestion question)
    {
        var family = question.ToldFamily;
        return question.Target is { } target && MaskedAddress.TryParse(target, out var own) && own.Family != family ? 0 : family switch
        {
            IPFamily.IPv4 => SnapshotScope.NoIPv6Rules,
            IPFamily.IPv6 => SnapshotScope.NoIPv4Rules,
            _ => 0,
        };
    }
}
