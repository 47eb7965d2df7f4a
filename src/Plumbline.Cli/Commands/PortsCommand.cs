using System.CommandLine;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb ports</c>: one line a VIF.</summary>
internal static class PortsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var from = QuestionOptions.CreateFrom();
        var json = ViewOptions.CreateJson();
        var command = new Command("ports", "One line a virtual interface: VM, IP, MAC, tap, VLAN, network, state")
        {
            json, from,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var snapshot = await QuestionOptions.ReadAsync(result, result.GetValue(from), console, cancellationToken);
            if (result.GetValue(from) is null)
            {
                UnreadSources.Tell(snapshot, text => console.Note(Printable.Escape(text)));
            }
            var topology = Topology.Build(snapshot);
            var options = ViewOptions.For(console);
            ViewOptions.Write(
                console, result.GetValue(json) ? PortsTable.RenderJson(topology, options) : PortsTable.Render(topology, options));
            return (int)ExitStatus.Fine;
        });
        return command;
    }
}
