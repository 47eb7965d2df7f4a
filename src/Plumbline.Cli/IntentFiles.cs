using System.Text.Json;
using Plumbline.Neutron.Intent;
using Plumbline.Primitives;

namespace Plumbline.Cli;

/// <summary>Reads what is wanted: Neutron's API answers, in a folder (ports.json, security-groups.json …) or in one JSON file.</summary>
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
        var documents = new List<JsonDocument>();
        try
        {
            if (Directory.Exists(path))
            {
                var folder = File.Exists(Path.Combine(path, "ports.json")) ? path : Path.Combine(path, "api");
                foreach (var name in _names)
                {
                    if (File.Exists(Path.Combine(folder, name)))
                    {
                        documents.Add(Parse(Path.Combine(folder, name)));
                    }
                }
            }
            else if (File.Exists(path) && StartsAsJson(path))
            {
                documents.Add(Parse(path));
            }
            var known = documents.Select(d => d.RootElement).Where(NeutronIntent.IsKnown).ToList();
            return known.Count == 0 ? null : NeutronIntent.Read(known);
        }
        finally
        {
            documents.ForEach(d => d.Dispose());
        }
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException exception)
        {
            throw new CliException(new Problem($"not JSON: {exception.Message}", path, "give it as Neutron's API answers"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new Problem($"cannot read it: {exception.Message}", path, "check the path and who may read it"));
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
