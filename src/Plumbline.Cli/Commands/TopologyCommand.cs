using System.CommandLine;
using Plumbline.Diagnosis;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb topology [TARGET]</c>: the node, or one VM's chain.</summary>
internal static class TopologyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var target = new Argument<string?>("TARGET")
        {
            Description = "Show this VM's or port's chain only",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var from = QuestionOptions.CreateFrom();
        var command = new Command("topology", "Draw the node: VM, tap, qbr, qvb/qvo, br-int, patch, br-tun, tunnels, routers, DHCP")
        {
            target, from,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var snapshot = await QuestionOptions.ReadAsync(
                result, result.GetValue(from), SnapshotScope.Topology, console, cancellationToken);
            var topology = Topology.Build(snapshot);
            _ = result.GetValue(target) is { } text ? TargetResolver.Resolve(topology, text) : null;
            return (int)ExitStatus.Fine;
        });
        return command;
    }
}
