using System.CommandLine;
using System.Text.RegularExpressions;
using Plumbline.Neutron.Scenarios;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb compile</c>: what Neutron's agent makes of ports, groups and changes.</summary>
internal static partial class CompileCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var scenario = new Argument<string>("SCENARIO") { Description = "JSON file with ports, groups and changes (docs/compile.md)" };
        var output = new Option<string>("--output", "-o") { Description = "Folder for the files", HelpName = "DIR", Required = true };
        var neutron = new Option<string?>("--neutron")
        {
            Description = "Whose rules: juno … zed, 2024.1, 2026.1 (default: what the scenario says, else zed)",
            HelpName = "RELEASE",
        };
        var command = new Command("compile",
            "Security groups to iptables: tables, sets and commands of Neutron's agent, phase by phase, to files")
        {
            scenario, output, neutron,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var path = result.GetValue(scenario)!;
            var read = ScenarioReader.Read(
                await ReadAsync(path, cancellationToken), Printable.Escape(path), ReleaseOf(result.GetValue(neutron)));
            var folder = result.GetValue(output)!;
            await WriteAsync(folder, ScenarioRun.Play(read), cancellationToken);
            foreach (var rejected in read.Rejected)
            {
                console.Note(Printable.Escape($"group {rejected.Group}: the API refuses a rule: {rejected.Reason}"));
            }
            return (int)ExitStatus.Fine;
        });
        return command;
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new($"cannot read the scenario: {exception.Message}", Printable.Escape(path), "name a JSON file that you may read"));
        }
    }

    private static async Task WriteAsync(
        string folder, IReadOnlyList<(string Name, byte[] Content)> files, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var stale in Directory.EnumerateFiles(folder).Where(f => RestoreName().IsMatch(Path.GetFileName(f))).ToList())
            {
                File.Delete(stale);
            }
            foreach (var (name, content) in files)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, name), content, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new($"cannot write: {exception.Message}", Printable.Escape(folder), "name a folder that you may write to with -o"));
        }
    }

    private static NeutronRelease? ReleaseOf(string? name) => name is null
        ? null
        : NeutronReleases.TryParse(name, out var release)
            ? release
            : throw new CliException(new(
                $"unknown Neutron release \"{Printable.Escape(name)}\"", "--neutron", $"one of {NeutronReleases.Known}"));

    [GeneratedRegex(@"^\d\d-restore(\.\d+)?\.v[46]$")]
    private static partial Regex RestoreName();
}
