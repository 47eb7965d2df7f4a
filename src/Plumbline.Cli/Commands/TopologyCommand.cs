using System.CommandLine;
using Plumbline.Diagnosis;
using Plumbline.Node.Sources;
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
        var from = QuestionOptions.CreateFromSeveral();
        var json = ViewOptions.CreateJson();
        var format = new Option<string>("--output", "-o")
        {
            Description = "How to draw: " + string.Join(", ", _formats.Keys),
            HelpName = "FORMAT",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong([.. _formats.Keys]);
        var expand = new Option<bool>("--expand")
        {
            Description = "With -o svg: draw each chain whole, however large the picture becomes",
        };
        var command = new Command("topology", "Draw the node: VM, tap, qbr, qvb/qvo, br-int, patch, br-tun, tunnels, routers, DHCP")
        {
            target, format, json, expand, from,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var chosen = result.GetValue(json) ? "json" : result.GetValue(format)!;
            var files = result.GetValue(from) ?? [];
            var nodes = files.Length == 0
                ? [await QuestionOptions.ReadAsync(result, null, console, cancellationToken)]
                : CloudFiles.Name(OfflineNode.ReadNodes(files), files).Nodes;
            var topologies = Focused([.. nodes.Select(Topology.Build)], result.GetValue(target));
            ViewOptions.Write(console, topologies is [var (only, focus)]
                ? _formats[chosen](only, ViewOptions.For(console, focus) with { Expands = result.GetValue(expand) })
                : RenderSeveral([.. topologies.Select(found => found.Topology)], chosen,
                    ViewOptions.For(console) with { Expands = result.GetValue(expand) }));
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    private static string RenderSeveral(IReadOnlyList<Topology> nodes, string format, RenderOptions options) => format switch
    {
        "text" => NodeSetText.Render(nodes, options),
        "json" => NodeSetJson.Render(nodes, options),
        "dot" => NodeSetDot.Render(nodes, options),
        "svg" => NodeSetSvg.Render(nodes, options),
        "mermaid" => NodeSetMermaid.Render(nodes, options),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The nodes that know the target, which is mostly one; all of them without a target.</summary>
    private static List<(Topology Topology, Target? Focus)> Focused(IReadOnlyList<Topology> nodes, string? target) => target is null
        ? [.. nodes.Select(node => (node, (Target?)null))]
        : [.. TargetResolver.ResolveAmong(nodes, target).Select(found => (found.Topology, (Target?)found.Target))];
}
