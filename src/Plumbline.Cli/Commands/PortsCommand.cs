using System.CommandLine;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb ports</c>: one line a VIF.</summary>
internal static class PortsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var from = QuestionOptions.CreateFrom();
        var command = new Command("ports", "One line a virtual interface: VM, IP, MAC, tap, VLAN, network, state")
        {
            from,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var snapshot = await QuestionOptions.ReadAsync(
                result, result.GetValue(from), SnapshotScope.Everything, console, cancellationToken);
            _ = Topology.Build(snapshot);
            return (int)ExitStatus.Fine;
        });
        return command;
    }
}
