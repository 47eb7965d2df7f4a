namespace Plumbline.Operations.Capturing;

/// <summary>When the next file is begun, and how many are kept.</summary>
/// <param name="Bytes">A file is full when it has this many (the block that reaches it still goes in); null: no limit.</param>
/// <param name="Time">A file spans this much of the packets' time; null: no limit.</param>
/// <param name="Count">The oldest file goes when there are more; null: all are kept.</param>
public sealed record FileLimits(long? Bytes, TimeSpan? Time, int? Count)
{
    /// <summary><c>out.pcapng</c>, number 3, begun at a time: <c>out_00003_20261122083351.pcapng</c>, as dumpcap names them.</summary>
    public static string NameOf(string path, int number, DateTimeOffset begun)
    {
        var folder = Path.GetDirectoryName(path);
        var name = Path.GetFileName(path);
        var dot = name.EndsWith(".zst", StringComparison.Ordinal) ? name[..^4].LastIndexOf('.') : name.LastIndexOf('.');
        dot = dot < 0 ? name.Length : dot;
        var numbered = string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{name[..dot]}_{number:00000}_{begun.ToLocalTime():yyyyMMddHHmmss}{name[dot..]}");
        return string.IsNullOrEmpty(folder) ? numbered : Path.Combine(folder, numbered);
    }
}
