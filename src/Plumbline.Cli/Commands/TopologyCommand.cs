using System.CommandLine;
using Plumbline.Diagnosis;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb topology [TARGET]</c>: the node, or one VM's chain.</summary>
internal static class TopologyCommand
{
    private static readonly Dictionary<string, Func<Topology, RenderOptions, string>> _formats = new(StringComparer.Ordinal)
    {
        ["text"] = TopologyText.Render,
        ["json"] = TopologyJson.Render,
        ["dot"] = TopologyDot.Render,
        ["mermaid"] = TopologyMermaid.Render,
        ["svg"] = TopologySvg.Render,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var target = new Argument<string?>("TARGET")
        {
            Description = "Draw this VM's, port's or device's chain only",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var from = QuestionOptions.CreateFrom();
        var json = ViewOptions.CreateJson();
        var format = new Option<string>("--output", "-o")
        {
            Description = "How to draw: " + string.Join(", ", _formats.Keys),
            HelpName = "FORMAT",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong([.. _formats.Keys]);
        var command = new Command("topology", "Draw the node: VM, tap, qbr, qvb/qvo, br-int, patch, br-tun, tunnels, routers, DHCP")
        {
            target, format, json, from,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var snapshot = await QuestionOptions.ReadAsync(result, result.GetValue(from), console, cancellationToken);
            var topology = Topology.Build(snapshot);
            var focus = result.GetValue(target) is { } text ? TargetResolver.Resolve(topology, text) : null;
            var render = _formats[result.GetValue(json) ? "json" : result.GetValue(format)!];
            ViewOptions.Write(console, render(topology, ViewOptions.For(console, focus)));
            return (int)ExitStatus.Fine;
        });
        return command;
    }
}
