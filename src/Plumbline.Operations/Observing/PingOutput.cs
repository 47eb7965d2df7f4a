using System.Globalization;
using Plumbline.Diagnosis.Observing;

namespace Plumbline.Operations.Observing;

/// <summary>What ping(8) of iputils or busybox prints.</summary>
internal static class PingOutput
{
    /// <summary>Reads it: the summary's counts, the replies' times, the first error.</summary>
    public static ProbeAnswer Read(TraceProbe probe, string output, string errors)
    {
        var (sent, received) = (0, 0);
        var times = new List<double>();
        string? said = null;
        foreach (var line in output.Split('\n'))
        {
            if (line.Contains(" packets transmitted", StringComparison.Ordinal))
            {
                var words = line.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
                sent = NumberBefore(words, "packets");
                received = NumberBefore(words, "received");
                if (received == 0)
                {
                    received = NumberBefore(words, "packets", from: 3);     // busybox: "5 packets transmitted, 3 packets received"
                }
            }
            else if (line.IndexOf(" time=", StringComparison.Ordinal) is var at and > 0)
            {
                var time = line[(at + " time=".Length)..].Split(' ')[0];
                if (double.TryParse(time, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds))
                {
                    times.Add(milliseconds);
                }
            }
            else if (line.StartsWith("From ", StringComparison.Ordinal))
            {
                said ??= line.Trim();
            }
        }
        times.Sort();
        var error = errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new()
        {
            Probe = probe,
            Sent = sent,
            Received = Math.Min(received, sent),
            RoundTrip = times.Count > 0 ? TimeSpan.FromMilliseconds(times[times.Count / 2]) : null,
            Said = said ?? (error.Length > 0 ? error[0] : null),
        };
    }

    private static int NumberBefore(string[] words, string word, int from = 1)
    {
        var at = Array.IndexOf(words, word, Math.Min(from, words.Length));
        return at > 0 && int.TryParse(words[at - 1], CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
