using System.Text.Json;
using Plumbline.Node.Sources.Texts;

namespace Plumbline.Node.Sources;

/// <summary>
/// Finds which files are of which node. A node's folder is one with <c>sos_commands</c> in it, else one with a <c>MANIFEST.json</c> or a file
/// named after the host's name; without any of these all files are of one node, or, where only folders are there, each folder is one.
/// </summary>
internal static class NodeSplitter
{
    /// <summary>Nodes by folder, and the files that are of none.</summary>
    public static (SortedDictionary<string, List<CollectedFile>> Nodes, List<CollectedFile> Others) Split(IReadOnlyList<CollectedFile> files)
    {
        var roots = Roots(files);
        var nodes = new SortedDictionary<string, List<CollectedFile>>(StringComparer.Ordinal);
        var others = new List<CollectedFile>();
        foreach (var file in files)
        {
            var root = roots.Find(folder => folder.Length == 0 || file.Path.StartsWith(folder + "/", StringComparison.Ordinal));
            if (root is null)
            {
                others.Add(file);
                continue;
            }
            if (!nodes.TryGetValue(root, out var own))
            {
                nodes[root] = own = [];
            }
            own.Add(file);
        }
        return (nodes, others);
    }

    /// <summary>The texts of a node's files; commands are told by the list beside them.</summary>
    public static List<PastedText> TextsOf(string where, string root, List<CollectedFile> files)
    {
        var commands = new Dictionary<string, RecordedCommand>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (IsManifest(file))
            {
                ReadManifest(file, root, commands);
            }
        }
        var depth = root.Length == 0 ? 0 : root.Count(c => c == '/') + 1;
        var texts = new List<PastedText>(files.Count);
        foreach (var file in files)
        {
            if (!IsManifest(file))
            {
                texts.Add(new(
                    where.Length == 0 ? file.Path : $"{where.TrimEnd('/')}/{file.Path}",
                    file.Text,
                    ReportLayout.NamespaceOf(file.Segments.AsSpan(depth)),
                    commands.TryGetValue(file.Path, out var recorded) && !(recorded.HasFailed && string.IsNullOrWhiteSpace(file.Text))
                        ? recorded.Command : ReportLayout.CommandOf(file.Segments)));
            }
        }
        return texts;
    }

    private static bool IsManifest(CollectedFile file) => file.Segments[^1] == "MANIFEST.json";

    private static List<string> Roots(IReadOnlyList<CollectedFile> files)
    {
        var reports = new SortedSet<string>(StringComparer.Ordinal);
        var marked = new SortedSet<string>(StringComparer.Ordinal);
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        var common = CommonFolder(files);
        var depth = common.Length == 0 ? 0 : common.Count(c => c == '/') + 1;
        var hasTop = false;
        foreach (var file in files)
        {
            var at = Array.IndexOf(file.Segments, "sos_commands");
            if (at >= 0)
            {
                // what a container of the node printed is the node's
                at = Array.IndexOf(file.Segments, "sos_containers", 0, at) is var container and >= 0 ? container : at;
                reports.Add(string.Join('/', file.Segments[..at]));
            }
            var below = file.Segments.Length - 1 - depth;
            if (below <= 1 && (IsManifest(file) || file.Segments[^1].StartsWith("hostname", StringComparison.Ordinal)))
            {
                marked.Add(string.Join('/', file.Segments[..^1]));
            }
            hasTop |= below == 0;
            if (below >= 1)
            {
                folders.Add(string.Join('/', file.Segments[..(depth + 1)]));
            }
        }
        if (reports.Count > 0)
        {
            return [.. reports];
        }
        if (marked.Contains(common))
        {
            return [common];
        }
        if (marked.Count > 0)
        {
            return [.. marked];
        }
        return hasTop || folders.Count < 2 || folders.Any(folder => folder.EndsWith("netns", StringComparison.Ordinal))
            ? [common]
            : [.. folders];
    }

    private static string CommonFolder(IReadOnlyList<CollectedFile> files)
    {
        if (files.Count == 0)
        {
            return "";
        }
        var common = files[0].Segments.AsSpan(0, files[0].Segments.Length - 1);
        foreach (var file in files)
        {
            var length = 0;
            while (length < common.Length && length < file.Segments.Length - 1 && file.Segments[length] == common[length])
            {
                length++;
            }
            common = common[..length];
        }
        return string.Join('/', common.ToArray());
    }

    /// <summary>
    /// Flows and ports of bridges were asked for, as the list beside the files says, and no answer has a letter in it: nobody answered. A bridge
    /// without flows still has a heading.
    /// </summary>
    public static bool IsSwitchSilent(string root, IReadOnlyList<CollectedFile> files) =>
        IsSilent(root, files, c => c.StartsWith("ovs-ofctl show ", StringComparison.Ordinal) || c.StartsWith("ovs-ofctl dump-flows ", StringComparison.Ordinal),
            t => t.Contains("reply", StringComparison.OrdinalIgnoreCase));

    /// <summary>The database was asked, as the list beside the files says, and nothing was printed, while the switch itself answered.</summary>
    public static bool IsDatabaseSilent(string root, IReadOnlyList<CollectedFile> files) =>
        IsSilent(root, files, c => c.StartsWith("ovs-vsctl ", StringComparison.Ordinal) || c.StartsWith("ovsdb-client ", StringComparison.Ordinal),
            t => !string.IsNullOrWhiteSpace(t)) && !IsSwitchSilent(root, files);

    private static bool IsSilent(string root, IReadOnlyList<CollectedFile> files, Func<string, bool> isMeant, Func<string, bool> isAnswer)
    {
        var commands = new Dictionary<string, RecordedCommand>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (IsManifest(file))
            {
                ReadManifest(file, root, commands);
            }
        }
        var asked = 0;
        foreach (var (path, recorded) in commands)
        {
            if (!isMeant(recorded.Command))
            {
                continue;
            }
            asked++;
            foreach (var file in files)
            {
                if (file.Path == path && isAnswer(file.Text))
                {
                    return false;
                }
            }
        }
        return asked > 1;
    }

    /// <summary><c>{"FILE": {"command": "…", "rc": 0}}</c>, or <c>{"FILE": "COMMAND"}</c>.</summary>
    private static void ReadManifest(CollectedFile file, string root, Dictionary<string, RecordedCommand> commands)
    {
        var folder = file.Segments.Length > 1 ? string.Join('/', file.Segments[..^1]) + "/" : "";
        try
        {
            using var json = JsonDocument.Parse(file.Text);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !folder.StartsWith(root, StringComparison.Ordinal))
            {
                return;
            }
            foreach (var entry in json.RootElement.EnumerateObject())
            {
                var command = entry.Value.ValueKind == JsonValueKind.String
                    ? entry.Value.GetString()
                    : JsonMembers.Text(entry.Value, "command");
                if (command is not null)
                {
                    var status = entry.Value.ValueKind == JsonValueKind.Object && entry.Value.TryGetProperty("rc", out var rc)
                        && rc.ValueKind == JsonValueKind.Number ? rc.GetDouble() : 0;
                    commands[folder + entry.Name] = new(command, status != 0);
                }
            }
        }
        catch (JsonException)
        {
            return;     // a manifest is a help, not a need
        }
    }

    /// <param name="Command">As it was typed.</param>
    /// <param name="HasFailed">It ended with another status than 0: that it printed nothing tells nothing.</param>
    private readonly record struct RecordedCommand(string Command, bool HasFailed);
}
