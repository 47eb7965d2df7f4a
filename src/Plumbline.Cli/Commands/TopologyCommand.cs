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

    private static readonly Dictionary<string, string> _endings = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = "text",
        [".json"] = "json",
        [".dot"] = "dot",
        [".gv"] = "dot",
        [".mmd"] = "mermaid",
        [".svg"] = "svg",
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
            Description = $"How to draw: {string.Join(", ", _formats.Keys)}; or a file to write, whose ending says how "
                + $"({string.Join(", ", _endings.Keys)})",
            HelpName = "FORMAT|FILE",
            DefaultValueFactory = _ => "text",
        };
        format.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } value && FormatOf(value) is null)
            {
                result.AddError($"-o '{value}' is no format ({string.Join(", ", _formats.Keys)}) and no file that ends in one of "
                    + string.Join(", ", _endings.Keys));
            }
        });
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
            var output = result.GetValue(format)!;
            var chosen = result.GetValue(json) ? "json" : FormatOf(output)!;   // the option's validator saw it
            var file = _formats.ContainsKey(output) ? null : output;
            var files = result.GetValue(from) ?? [];
            var nodes = files.Length == 0
                ? [await QuestionOptions.ReadAsync(result, null, console, cancellationToken)]
                : CloudFiles.Name(OfflineNode.ReadNodes(files), files).Nodes;
            var topologies = Focused([.. nodes.Select(Topology.Build)], result.GetValue(target));
            var focus = topologies is [var (_, found)] ? found : null;
            var options = (file is null ? ViewOptions.For(console, focus) : RenderOptions.Plain with { Focus = focus })
                with
            { Expands = result.GetValue(expand) };
            var text = topologies is [var (only, _)]
                ? _formats[chosen](only, options)
                : RenderSeveral([.. topologies.Select(one => one.Topology)], chosen, options);
            if (file is null)
            {
                ViewOptions.Write(console, text);
            }
            else
            {
                await WriteAsync(file, text.EndsWith('\n') ? text : text + "\n", cancellationToken);
                console.Error.WriteLine($"{file}: {chosen}, {text.Length / 1024.0:0.0} KiB");
            }
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    /// <summary>What <c>-o</c> would take for a file.</summary>
    public static bool IsFile(string output) => !_formats.ContainsKey(output) && FormatOf(output) is not null;

    /// <summary>The format that a name or a file's ending means; null where neither does.</summary>
    private static string? FormatOf(string output) => _formats.ContainsKey(output) ? output
        : _endings.GetValueOrDefault(Path.GetExtension(output));

    private static async Task WriteAsync(string file, string text, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(file, text, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new($"cannot write the drawing: {exception.Message}", $"-o {file}",
                "choose another path with -o; without one the drawing goes to standard output"));
        }
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
