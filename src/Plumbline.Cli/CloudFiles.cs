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
        var carried = nodes.Api.Concat(nodes.Nodes.SelectMany(s => s.Api ?? []))
            .Select(d => (d.Collection, System.Text.Encoding.UTF8.GetBytes(d.Json))).ToList();
        if (carried.Count > 0)
        {
            return Read(carried, "the snapshot");
        }
        foreach (var source in sources.Where(Directory.Exists))
        {
            var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(source.TrimEnd('/')))!, "api");
            if (File.Exists(Path.Combine(beside, "ports.json")))
            {
                console.Note($"what is wanted is taken from {Printable.Escape(beside)}");
                return Read(beside);
            }
        }
        return null;
    }

    private static Cloud Read(IEnumerable<(string Name, byte[] Text)> texts, string where)
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
            var cloud = Cloud.Read([.. documents.Select(d => d.RootElement)]);
            return cloud is { Ports: null, Networks: null, Agents: null, Routers: null }
                ? throw new CliException(new Problem(
                    "nothing in it is an answer of Neutron's API", where,
                    "give ports, networks, subnets, security-groups, routers, floatingips, agents as the API answers them: {\"ports\": [ … ]}"))
                : cloud;
        }
        finally
        {
            documents.ForEach(d => d.Dispose());
        }
    }
}
