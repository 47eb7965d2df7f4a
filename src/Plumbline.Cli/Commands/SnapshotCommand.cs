using System.CommandLine;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb snapshot</c>: saves the node's facts.</summary>
internal static class SnapshotCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "The file to write",
            HelpName = "FILE",
            Required = true,
        };
        var command = new Command("snapshot", "Save all facts of the node as one file; every question reads it with --from")
        {
            output,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var snapshot = await LiveNode.ReadAsync(
                NodeOptions.Resolve(result, console), SnapshotScope.Everything, cancellationToken);
            var path = result.GetValue(output)!;
            SnapshotFile.Write(snapshot, path);
            console.Error.WriteLine($"{path}: {new FileInfo(path).Length / 1024.0:0.0} KiB, {Describe(snapshot)}");
            foreach (var source in snapshot.Sources.Where(s => s.Outcome != SourceOutcome.Read))
            {
                console.Note($"{source.Source}: {source.Outcome.ToString().ToLowerInvariant()}, {source.Where}"
                    + (source.Detail is null ? "" : $": {Printable.Escape(source.Detail)}"));
            }
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    private static string Describe(NodeSnapshot snapshot) =>
        $"{snapshot.Namespaces.Count} namespaces, {snapshot.Namespaces.Sum(n => n.Links.Count)} links, "
        + $"{snapshot.Ovs?.Bridges.Count ?? 0} OVS bridges, {snapshot.Domains.Count} domains";
}
