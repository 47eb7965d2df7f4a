using Plumbline.Node.Facts;
using Plumbline.Node.Sources.Texts;

namespace Plumbline.Node.Sources;

public static partial class OfflineNode
{
    /// <summary>The most that a compressed file may unpack to, in bytes.</summary>
    private const long LargestUnpacked = 16L << 30;

    private static NodeSet ReadFolder(string path)
    {
        var collector = new FileCollector(path);
        var archives = FolderReader.Read(path, collector);
        collector.Finish();
        var set = collector.Files.Count > 0 || archives.Count == 0 ? ReadFiles(collector, path, archives.Count > 0) : new([]);
        if (archives.Count == 0)
        {
            return set;
        }
        var nodes = new List<NodeSnapshot>(set.Nodes);
        var sources = new List<SourceReport>(set.Sources);
        foreach (var archive in archives)
        {
            try
            {
                nodes.AddRange(ReadNodes(archive).Nodes);
            }
            catch (NodeException exception) when (nodes.Count > 0 || archives.Count > 1)
            {
                sources.Add(new()
                {
                    Source = "files",
                    Where = archive,
                    Outcome = SourceOutcome.Failed,
                    Detail = exception.Problem.What,
                    Consequence = "the node in it is not known",
                });
            }
        }
        return nodes.Count > 0
            ? set with { Nodes = nodes, Sources = sources }
            : throw new NodeException(Problems.NothingKnown(path, Understood));
    }

    private static NodeSet ReadPacked(Stream packed, ReadOnlySpan<byte> start, string name)
    {
        try
        {
            using var unpacked = Compression.Open(packed, start, name, LargestUnpacked);
            var first = new byte[512];
            var length = unpacked.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            return ReadPlain(new PrefixedStream(first.AsMemory(0, length), unpacked), first.AsSpan(0, length), name);
        }
        catch (InvalidDataException exception)
        {
            throw new NodeException(Problems.DamagedArchive(name, exception.Message), inner: exception);
        }
    }

    /// <summary>A tar archive or a text.</summary>
    private static NodeSet ReadPlain(Stream stream, ReadOnlySpan<byte> start, string name)
    {
        if (start.Length >= 262 && start[257..262].SequenceEqual("ustar"u8))
        {
            var collector = new FileCollector(name);
            using var buffered = new BufferedStream(stream, 1 << 18);
            try
            {
                ArchiveReader.Read(buffered, collector);
            }
            catch (Exception exception) when (ArchiveReader.IsDamage(exception))
            {
                throw new NodeException(Problems.DamagedArchive(name, exception.Message), inner: exception);
            }
            collector.Finish();
            return ReadFiles(collector, name, mayBeEmpty: false);
        }
        using var whole = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (stream.Read(buffer) is var count && count > 0)
        {
            whole.Write(buffer, 0, count);
            if (whole.Length > FileCollector.LargestText)
            {
                throw new NodeException(Problems.TooLarge(name, FileCollector.LargestText));
            }
        }
        return ReadTexts(TextDecoding.Decode(whole.GetBuffer().AsSpan(0, (int)whole.Length)), name);
    }

    private static NodeSet ReadFiles(FileCollector collector, string where, bool mayBeEmpty)
    {
        var (found, others) = NodeSplitter.Split(collector.Files);
        var nodes = new List<NodeSnapshot>();
        var api = new SortedDictionary<string, ApiDocument>(StringComparer.Ordinal);
        var sources = new List<SourceReport>();
        foreach (var (root, files) in found)
        {
            var texts = NodeSplitter.TextsOf(where, root, files);
            var builder = new SnapshotBuilder();
            var reports = Apply(texts, builder);
            if (builder.TellsOfNode)
            {
                builder.KeepFirstHost();
                reports.AddRange(collector.Remarks);
                if (NodeSplitter.IsSwitchSilent(root, files))
                {
                    reports.Add(new()
                    {
                        Source = "flows",
                        Where = root.Length == 0 ? where : root,
                        Outcome = SourceOutcome.Failed,
                        Detail = "ovs-vswitchd did not answer: ovs-ofctl show and dump-flows printed nothing",
                        Consequence = "how Open vSwitch forwards is not known",
                    });
                }
                else if (NodeSplitter.IsDatabaseSilent(root, files))
                {
                    reports.Add(new()
                    {
                        Source = "ovsdb",
                        Where = root.Length == 0 ? where : root,
                        Outcome = SourceOutcome.Failed,
                        Detail = "ovsdb-server did not answer: ovs-vsctl printed nothing",
                        Consequence = "no OVS bridges, no VLAN tags",
                    });
                }
                nodes.Add(Build(builder, reports, root.Length == 0 ? where : $"{where.TrimEnd('/')}/{root}"));
            }
            else
            {
                foreach (var document in builder.Api.Values)
                {
                    api.TryAdd(document.Collection, document);
                }
            }
        }
        ReadBeside(where, others, api, sources);
        return nodes.Count > 0 || api.Count > 0 || mayBeEmpty
            ? new(nodes) { Api = [.. api.Values], Sources = sources }
            : throw new NodeException(Problems.NothingKnown(where, Understood));
    }

    /// <summary>Of files beside the nodes' folders only the API's answers are facts: what a guest or a script shows is no node's.</summary>
    private static void ReadBeside(
        string where, List<CollectedFile> files, SortedDictionary<string, ApiDocument> api, List<SourceReport> sources)
    {
        var source = new NeutronApiSource();
        var builder = new SnapshotBuilder();
        var left = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var text = new PastedText($"{where.TrimEnd('/')}/{file.Path}", file.Text);
            if (TextSources.MayTell(source, text) && source.Apply(text, builder) > 0)
            {
                sources.Add(new() { Source = "api", Where = text.Where, Outcome = SourceOutcome.Read, Detail = source.Command });
            }
            else
            {
                left.Add(file.Segments[0]);
            }
        }
        foreach (var document in builder.Api.Values)
        {
            api.TryAdd(document.Collection, document);
        }
        if (left.Count > 0)
        {
            sources.Add(new()
            {
                Source = "files",
                Where = where,
                Outcome = SourceOutcome.Partial,
                Detail = $"not a node's, and left: {string.Join(", ", left.Take(12))}",
            });
        }
    }
}
