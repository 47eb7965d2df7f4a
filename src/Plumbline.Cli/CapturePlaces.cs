using Plumbline.Diagnosis.Capturing;

namespace Plumbline.Cli;

/// <summary>The words of <c>--at</c>.</summary>
internal static class CapturePlaces
{
    private static readonly (string Word, CaptureAt At)[] _words =
    [
        ("tap", CaptureAt.Tap), ("qbr", CaptureAt.HybridBridge), ("qvb", CaptureAt.HybridVethBridgeEnd),
        ("qvo", CaptureAt.HybridVethOvsEnd), ("br-int", CaptureAt.IntegrationBridge), ("br-tun", CaptureAt.TunnelBridge),
        ("tunnel", CaptureAt.Tunnel), ("nic", CaptureAt.Nic), ("device", CaptureAt.Device),
    ];

    /// <summary>One or several, parted by commas; none where nothing was said.</summary>
    /// <exception cref="CliException">A word that is none of them.</exception>
    public static IReadOnlyList<CaptureAt> Parse(string? text)
    {
        if (text is null)
        {
            return [];
        }
        var result = new List<CaptureAt>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var found = Array.FindIndex(_words, w => w.Word == word);
            if (found < 0)
            {
                throw new CliException(new(
                    $"\"{word}\" is no place on a VM's way", "--at", $"one or several of {string.Join(", ", _words.Select(w => w.Word))}, "
                        + "with commas: --at tap,qvo,nic"));
            }
            result.Add(_words[found].At);
        }
        return result;
    }

    /// <summary>A mirror may be needed there.</summary>
    public static bool MayMirror(IReadOnlyList<CaptureAt> places) => places.Count == 0 || places.Any(p => p
        is CaptureAt.Default or CaptureAt.IntegrationBridge or CaptureAt.TunnelBridge or CaptureAt.Tunnel);
}
