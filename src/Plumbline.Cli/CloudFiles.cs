using System.Text.Json;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Cli;

/// <summary>Reads what Neutron wants: a folder of the API's answers (ports.json, networks.json …), or one JSON file with several lists.</summary>
internal static class CloudFiles
{
    /// <summary>The cloud in <paramref name="path"/>.</summary>
    /// <exception cref="CliException">It cannot be read, or nothing in it is an answer of Neutron's API.</exception>
    public static Cloud Read(string path)
    {
        try
        {
            var files = Directory.Exists(path)
                ? Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal).ToArray() : [path];
            return Read(files.Select(f => (f, File.ReadAllBytes(f))), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new Problem($"cannot read it: {exception.Message}", path, "check the path and who may read it"));
        }
    }

    /// <summary>The cloud that snapshots carry, or that lies beside their folders (<c>api/</c>); null where none does.</summary>
    public static Cloud? Find(NodeSet nodes, IEnumerable<string> sources, CliConsole console)
    {
        if (Carried(nodes) is { Count: > 0 } carried)
        {
            return Read(carried, "the snapshot");
        }
        if (Beside(sources) is { } beside)
        {
            console.Note($"what is wanted is taken from {Printable.Escape(beside)}");
            return Read(beside);
        }
        return null;
    }

    /// <summary>The nodes with their VMs' names, where snapshots carry the API's answers or such lie beside their folders.</summary>
    public static NodeSet Name(NodeSet nodes, IReadOnlyList<string> sources)
    {
        // answers that name nothing, as security groups alone, are no fault of a question that wants none
        var cloud = Carried(nodes) is { Count: > 0 } carried ? Parse(carried) : Beside(sources) is { } beside ? Read(beside) : null;
        return Name(nodes, cloud);
    }

    /// <summary>The nodes with their VMs' names.</summary>
    public static NodeSet Name(NodeSet nodes, Cloud? cloud) =>
        cloud is null ? nodes : nodes with { Nodes = [.. nodes.Nodes.Select(n => Name(n, CloudNames.Of(cloud)))] };

    private static NodeSnapshot Name(NodeSnapshot node, IReadOnlyDictionary<string, string> names) => node with
    {
        Names = names,
        // libvirt's absence keeps us from nothing then
        Sources = [.. node.Sources.Where(s => names.Count == 0 || s is not { Source: "libvirt", Outcome: SourceOutcome.Absent })],
    };

    private static List<(string Name, byte[] Text)> Carried(NodeSet nodes) =>
        [.. nodes.Api.Concat(nodes.Nodes.SelectMany(s => s.Api ?? [])).Select(d => (d.Collection, System.Text.Encoding.UTF8.GetBytes(d.Json)))];

    private static string? Beside(IEnumerable<string> sources) => sources.Where(Directory.Exists)
        .Select(s => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(s.TrimEnd('/')))!, "api"))
        .FirstOrDefault(beside => File.Exists(Path.Combine(beside, "ports.json")));

    private static Cloud Read(IEnumerable<(string Name, byte[] Text)> texts, string where) => Parse(texts) switch
    {
        { Ports: null, Networks: null, Agents: null, Routers: null } => throw new CliException(new Problem(
            "nothing in it is an answer of Neutron's API", where,
            "give ports, networks, subnets, security-groups, routers, floatingips, agents as the API answers them: {\"ports\": [ … ]}")),
        var cloud => cloud,
    };

    private static Cloud Parse(IEnumerable<(string Name, byte[] Text)> texts)
    {
        var documents = new List<JsonDocument>();
        try
        {
            foreach (var (name, text) in texts)
            {
                try
                {
                    documents.Add(JsonDocument.Parse(text));
                }
                catch (JsonException exception)
                {
                    throw new CliException(new Problem($"not JSON: {exception.Message}", name, "give it as Neutron's API answers"));
                }
            }
            return Cloud.Read([.. documents.Select(d => d.RootElement)]);
        }
        finally
        {
            documents.ForEach(d => d.Dispose());
        }
    }
}
