using Plumbline.Node.Facts;
using Plumbline.Node.Sources.Texts;

namespace Plumbline.Node.Sources;

/// <summary>
/// Reads <c>--from</c>: our snapshot file, text as commands printed it (recognised by content, prose around it is fine), a folder of such texts,
/// a sosreport, packed or not, or a folder with several nodes' folders or archives.
/// </summary>
public static partial class OfflineNode
{
    /// <summary>Reads the one node at <paramref name="path"/>; <c>-</c> is standard input.</summary>
    /// <exception cref="NodeException">No such file, a damaged or newer snapshot, several nodes in it, or nothing in it that we know.</exception>
    public static NodeSnapshot Read(string path) => OnlyOne(ReadNodes(path), path);

    /// <summary>Reads a snapshot, a text or an archive from <paramref name="stream"/>; <paramref name="name"/> stands in reports and errors.</summary>
    /// <exception cref="NodeException">As <see cref="Read(string)"/>.</exception>
    public static NodeSnapshot Read(Stream stream, string name) => OnlyOne(ReadNodes(stream, name), name);

    /// <summary>Reads all nodes at <paramref name="paths"/>, in their order.</summary>
    /// <exception cref="NodeException">As <see cref="Read(string)"/>, or none of them tells of a node.</exception>
    public static NodeSet ReadNodes(IReadOnlyList<string> paths)
    {
        var nodes = new List<NodeSnapshot>();
        var api = new List<ApiDocument>();
        var sources = new List<SourceReport>();
        var from = new List<string>();
        foreach (var path in paths)
        {
            var set = ReadNodes(path);
            foreach (var node in set.Nodes)
            {
                if (nodes.FindIndex(other => SameNode.Are(other, node)) is >= 0 and var known)
                {
                    throw new NodeException(Problems.ToldTwice(node.Host ?? "?", from[known], path));
                }
            }
            nodes.AddRange(set.Nodes);
            from.AddRange(Enumerable.Repeat(path, set.Nodes.Count));
            api.AddRange(set.Api.Where(document => !api.Exists(known => known.Collection == document.Collection)));
            sources.AddRange(set.Sources);
        }
        return nodes.Count > 0
            ? new(nodes) { Api = api, Sources = sources }
            : throw new NodeException(Problems.NothingKnown(string.Join(", ", paths), Understood));
    }

    /// <summary>Reads what is at <paramref name="path"/>: one node, several, or answers of the API alone.</summary>
    /// <exception cref="NodeException">As <see cref="Read(string)"/>.</exception>
    public static NodeSet ReadNodes(string path)
    {
        try
        {
            if (path == "-")
            {
                using var input = Console.OpenStandardInput();
                return ReadNodes(input, "standard input");
            }
            if (Directory.Exists(path))
            {
                return ReadFolder(path);
            }
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            return ReadNodes(file, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new NodeException(Problems.CannotRead(path, exception), inner: exception);
        }
    }

    /// <summary>Reads commands' output out of <paramref name="text"/>.</summary>
    /// <exception cref="NodeException">Nothing in it that we know, or several nodes.</exception>
    public static NodeSnapshot ReadText(string text, string name) => OnlyOne(ReadTexts(text, name), name);

    /// <summary>What is understood, a command each: for help texts.</summary>
    public static IReadOnlyList<string> Understood => [.. TextSources.All.Select(source => source.Command)];

    private static NodeSnapshot OnlyOne(NodeSet set, string name) => set.Nodes switch
    {
        [var only] => set.Api.Count > 0 && only.Api is null ? only with { Api = set.Api } : only,
        [] => throw new NodeException(Problems.NothingKnown(name, Understood)),
        var several => throw new NodeException(Problems.SeveralNodes(name, several.Select(node => node.Host ?? "?"))),
    };

    private static NodeSet ReadNodes(Stream stream, string name)
    {
        var start = new byte[512];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (SnapshotFile.IsSnapshot(start.AsSpan(0, length)))
        {
            return new([SnapshotFile.Read(new PrefixedStream(start.AsMemory(0, length), stream), name)]);
        }
        var all = new PrefixedStream(start.AsMemory(0, length), stream);
        return Compression.IsGzip(start.AsSpan(0, length)) || Compression.ProgramFor(start.AsSpan(0, length)) is not null
            ? ReadPacked(all, start.AsSpan(0, length), name)
            : ReadPlain(all, start.AsSpan(0, length), name);
    }

    /// <summary>A text, or texts one after the other.</summary>
    private static NodeSet ReadTexts(string text, string name)
    {
        var pasted = new PastedText(name, text) { MayBeBroken = true };
        var builder = new SnapshotBuilder();
        var reports = Apply([pasted], builder);
        if (builder.Hosts.Count < 2 && !pasted.Prompts.Any(prompt => prompt.IsElsewhere))
        {
            return NodeOrApi(builder, reports, name);
        }

        // prompts of several hosts: each host's own lines
        var nodes = new List<NodeSnapshot>();
        foreach (var part in pasted.ByHost())
        {
            var own = new SnapshotBuilder();
            var told = Apply([part], own);
            if (own.TellsOfNode)
            {
                nodes.Add(Build(own, told, name));
            }
        }
        return nodes.Count > 1 ? new(nodes) : builder.Hosts.Count < 2 ? NodeOrApi(builder, reports, name) : throw new NodeException(Problems.SeveralNodes(name, builder.Hosts));
    }

    private static List<SourceReport> Apply(IReadOnlyList<PastedText> texts, SnapshotBuilder builder)
    {
        var reports = new List<SourceReport>();
        foreach (var source in TextSources.All)
        {
            foreach (var given in texts)
            {
                var text = source.NeedsWhole ? given.Whole : given;
                if (TextSources.MayTell(source, text) && source.Apply(text, builder) > 0)
                {
                    reports.Add(new()
                    {
                        Source = source.Source,
                        Where = text.Where,
                        Outcome = SourceOutcome.Read,
                        Detail = source.Command,
                    });
                }
            }
        }
        AddParts(texts, builder);
        return reports;
    }

    /// <summary>Names the commands of which a part was sent that some reader left alone.</summary>
    private static void AddParts(IReadOnlyList<PastedText> texts, SnapshotBuilder builder)
    {
        foreach (var text in texts)
        {
            foreach (var command in text.Parts.Where(TextSources.NeedsWhole).Distinct(StringComparer.Ordinal))
            {
                builder.Remarks.Add(new()
                {
                    Source = "unread",
                    Where = text.Where,
                    Outcome = SourceOutcome.Partial,
                    Detail = $"of \"{command}\" a part is there",
                    Consequence = "it is left out, as what it does not show would be taken for gone: add its whole output",
                });
            }
        }
    }

    private static NodeSet NodeOrApi(SnapshotBuilder builder, List<SourceReport> reports, string name) =>
        builder.TellsOfNode ? new([Build(builder, reports, name)])
        : builder.Api.Count > 0 ? new([]) { Api = [.. builder.Api.Values], Sources = reports }
        : throw new NodeException(Problems.NothingKnown(name, Understood));

    private static NodeSnapshot Build(SnapshotBuilder builder, List<SourceReport> reports, string name) => builder.Build((ovs, switching) =>
    {
        reports.AddRange(builder.Remarks);
        AddAbsent(reports, builder, ovs, switching, name);
        return reports;
    });
}
