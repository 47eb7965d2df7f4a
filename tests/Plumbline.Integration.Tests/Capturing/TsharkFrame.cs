using System.Globalization;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>A frame as tshark reads it from a capture file.</summary>
/// <param name="Seconds">frame.time_epoch.</param>
/// <param name="Hex">Its bytes, from <c>tshark -x</c>.</param>
internal sealed record TsharkFrame(decimal Seconds, string Hex)
{
    /// <summary>Source MAC, EtherType and, of IPv4, the protocol: what one program or timer sends, one frame after the other.</summary>
    public string Sender => string.Concat(Hex.AsSpan(12, 16), Hex.AsSpan(24, 4) is "0800" ? Hex.AsSpan(46, 2) : default);

    /// <summary>The frames of a file, in its order; tshark must find nothing to complain of.</summary>
    public static List<TsharkFrame> Read(CaptureNode node, string file)
    {
        var times = Run(node, file, "-T", "fields", "-e", "frame.time_epoch")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // "0000  fa 16 3e …   ..>…", 16 bytes a line, an empty line between frames
        var frames = Run(node, file, "-x").Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(text => string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line[4..Math.Min(line.Length, 54)].Replace(" ", "", StringComparison.Ordinal))))
            .ToList();
        Assert.Equal(times.Length, frames.Count);
        return [.. times.Select((time, i) => new TsharkFrame(decimal.Parse(time, CultureInfo.InvariantCulture), frames[i]))];
    }

    private static string Run(CaptureNode node, string file, params string[] what)
    {
        var errors = file + ".err";
        var output = node.Namespace.Run(
            "sh", ["-c", "f=$1; e=$2; shift 2; tshark -n -r \"$f\" \"$@\" 2>\"$e\"", "sh", file, errors, .. what]);
        Assert.DoesNotMatch("cut short|damaged|malformed|appears", File.ReadAllText(errors));
        return output;
    }
}
