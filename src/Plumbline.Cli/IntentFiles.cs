using System.Text.Json;
using Plumbline.Neutron.Intent;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Cli;

/// <summary>
/// Reads what is wanted: Neutron's API answers in a folder (ports.json, security-groups.json …), or a JSON or YAML file as <c>plumb
/// apply</c> takes it.
/// </summary>
internal static class IntentFiles
{
    private static readonly string[] _names =
    [
        "ports.json", "security-groups.json", "security-group-rules.json", "security_groups.json", "security_group_rules.json",
        "address-groups.json", "address_groups.json",
    ];

    /// <summary>The intent in <paramref name="path"/>; null where that is something else (a snapshot, command outputs).</summary>
    public static NeutronIntent? TryRead(string path)
    {
        if (Directory.Exists(path))
        {
            var folder = File.Exists(Path.Combine(path, "ports.json")) ? path : Path.Combine(path, "api");
            var documents = new List<JsonElement>();
            foreach (var file in _names.Select(n => Path.Combine(folder, n)).Where(File.Exists))
            {
                documents.Add(Parse(ReadBytes(file), file));
            }
            return Known(documents);
        }
        if (!File.Exists(path))
        {
            return null;
        }
        var isYaml = Path.GetExtension(path) is ".yaml" or ".yml";
        if (!isYaml && !StartsAsJson(path))
        {
            return null;
        }
        var content = ReadBytes(path);
        return isYaml || IsIntent(Parse(content, path)) ? NeutronIntent.Read([IntentText.Read(content, Printable.Escape(path))]) : null;
    }

    /// <summary>What the node's own snapshot holds of the API's answers; null where it holds none.</summary>
    public static NeutronIntent? Of(NodeSnapshot snapshot) =>
        Known([.. (snapshot.Api ?? []).Select(d => Parse(System.Text.Encoding.UTF8.GetBytes(d.Json), d.Collection))]);

    private static NeutronIntent? Known(List<JsonElement> documents)
    {
        var known = documents.Where(NeutronIntent.IsKnown).ToList();
        return known.Exists(d => d.TryGetProperty("ports", out _)) ? NeutronIntent.Read(known) : null;
    }

    private static bool IsIntent(JsonElement root) =>
        NeutronIntent.IsKnown(root) || (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("groups", out _));

    private static JsonElement Parse(byte[] content, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new CliException(new Problem($"not JSON: {exception.Message}", where, "give it as Neutron's API answers"));
        }
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new Problem(
                $"cannot read it: {exception.Message}", Printable.Escape(path), "name a file that you may read"));
        }
    }

    private static bool StartsAsJson(string path)
    {
        using var file = File.OpenText(path);
        int next;
        while ((next = file.Read()) >= 0)
        {
            if (!char.IsWhiteSpace((char)next))
            {
                return next is '{';
            }
        }
        return false;
    }
}
