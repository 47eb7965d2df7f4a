using System.Globalization;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources.Texts;

namespace Plumbline.Node.Sources;

/// <summary>
/// Takes the files that may tell something out of a folder or an archive, and remembers why others were left. Memory is bounded: a text
/// without any word that a reader looks for is not kept, nor more than <see cref="MostKept"/> bytes together.
/// </summary>
internal sealed class FileCollector(string where)
{
    /// <summary>The largest text that is read, in bytes.</summary>
    public const int LargestText = 64 << 20;

    private const int MostFiles = 200_000;
    private const long MostKept = 512L << 20;

    private readonly List<CollectedFile> _files = [];
    private long _kept;
    private int _seen;
    private int _left;
    private string? _firstLeft;

    /// <summary>What was kept.</summary>
    public IReadOnlyList<CollectedFile> Files => _files;

    /// <summary>What was left, and why.</summary>
    public List<SourceReport> Remarks { get; } = [];

    /// <summary>The file is worth opening.</summary>
    public bool Wants(string path, long length)
    {
        if (length <= 0 && !TellsByNothing(path) || ReportLayout.IsBeside(path))
        {
            return false;
        }
        if (++_seen > MostFiles || length > LargestText || _kept + length > MostKept)
        {
            _left++;
            _firstLeft ??= path;
            return false;
        }
        return true;
    }

    /// <summary>Takes a wanted file's content, unless it is binary or has none of the words that readers look for.</summary>
    public void Take(string path, ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty && !TellsByNothing(path) || (!TextDecoding.IsWide(content) && (content.Contains((byte)0) || !TextSources.MayTell(content))))
        {
            return;
        }
        _kept += content.Length;
        _files.Add(new(path, TextDecoding.Decode(content)));
    }

    /// <summary>Files that tell something by being empty: there are no rules, dnsmasq answers nobody.</summary>
    private static bool TellsByNothing(string path) => path.AsSpan(path.LastIndexOf('/') + 1).Contains("tables-save", StringComparison.Ordinal)
        || path.EndsWith("/host", StringComparison.Ordinal) && path.Contains("/dhcp/", StringComparison.Ordinal);

    /// <summary>Remembers why something is missing.</summary>
    public void Remark(string what, string? consequence = null) => Remarks.Add(new()
    {
        Source = "files",
        Where = where,
        Outcome = SourceOutcome.Partial,
        Detail = what,
        Consequence = consequence,
    });

    /// <summary>Says how much was too large.</summary>
    public void Finish()
    {
        if (_left > 0)
        {
            Remark(
                string.Create(CultureInfo.InvariantCulture, $"{_left} files are too large or too many and were left, the first is {_firstLeft}"),
                "what only these tell is not known");
            _left = 0;
        }
    }
}
