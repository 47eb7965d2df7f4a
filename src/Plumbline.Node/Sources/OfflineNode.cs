using System.Text;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources.Texts;

namespace Plumbline.Node.Sources;

/// <summary>
/// Reads <c>--from</c>: our snapshot file, text as commands printed it (recognised by content, prose around it is fine), or a folder of
/// such texts about one node, whose subfolders <c>netns/NAME</c> are about its namespaces.
/// </summary>
public static partial class OfflineNode
{
    /// <summary>The largest text that is read, in bytes.</summary>
    private const int LargestText = 64 << 20;

    /// <summary>Reads the file or folder at <paramref name="path"/>; <c>-</c> is standard input.</summary>
    /// <exception cref="NodeException">No such file, a damaged or newer snapshot, several nodes in one text, or nothing in it that we know.</exception>
    public static NodeSnapshot Read(string path)
    {
        try
        {
            if (path == "-")
            {
                using var input = Console.OpenStandardInput();
                return Read(input, "standard input");
            }
            if (Directory.Exists(path))
            {
                return ReadDirectory(path);
            }
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            return Read(file, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new NodeException(Problems.CannotRead(path, exception), inner: exception);
        }
    }

    /// <summary>Reads a snapshot or a text from <paramref name="stream"/>; <paramref name="name"/> stands in reports and errors.</summary>
    /// <exception cref="NodeException">As <see cref="Read(string)"/>.</exception>
    public static NodeSnapshot Read(Stream stream, string name)
    {
        var start = new byte[16];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (SnapshotFile.IsSnapshot(start.AsSpan(0, length)))
        {
            return SnapshotFile.Read(new PrefixedStream(start.AsMemory(0, length), stream), name);
        }
        using var whole = new MemoryStream();
        whole.Write(start, 0, length);
        var buffer = new byte[64 << 10];
        while (stream.Read(buffer) is var count && count > 0)
        {
            whole.Write(buffer, 0, count);
            if (whole.Length > LargestText)
            {
                throw new NodeException(Problems.TooLarge(name, LargestText));
            }
        }
        return ReadText(Encoding.UTF8.GetString(whole.GetBuffer(), 0, (int)whole.Length), name);
    }

    /// <summary>Reads commands' output out of <paramref name="text"/>.</summary>
    /// <exception cref="NodeException">Nothing in it that we know, or several nodes.</exception>
    public static NodeSnapshot ReadText(string text, string name) => Read([new PastedText(name, text)], name);

    /// <summary>What is understood, a command each: for help texts.</summary>
    public static IReadOnlyList<string> Understood => [.. TextSources.All.Select(source => source.Command)];

    private static NodeSnapshot Read(IReadOnlyList<PastedText> texts, string name)
    {
        var builder = new SnapshotBuilder();
        var reports = new List<SourceReport>();
        foreach (var source in TextSources.All)
        {
            foreach (var text in texts)
            {
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
        if (reports.Count == 0 || reports.TrueForAll(report => report.Source == "host"))
        {
            throw new NodeException(Problems.NothingKnown(name, Understood));
        }
        if (builder.Hosts.Count > 1)
        {
            throw new NodeException(Problems.SeveralNodes(name, builder.Hosts));
        }
        return builder.Build((ovs, switching) =>
        {
            reports.AddRange(builder.Remarks);
            AddAbsent(reports, builder, name);
            return reports;
        });
    }
}
