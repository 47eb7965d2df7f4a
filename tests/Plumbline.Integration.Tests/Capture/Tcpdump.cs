using System.Diagnostics;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capture;

/// <summary>A tcpdump that writes each packet at once; it listens when the constructor returns.</summary>
internal sealed class Tcpdump : IDisposable
{
    // with tcpdump's own snap length of 256 KiB, 64 packets would fill 16 MiB
    private readonly Process _process;

    public Tcpdump(TestNamespace test, string device, string path, string filter)
    {
        Path = path;
        var start = new ProcessStartInfo("tcpdump") { RedirectStandardError = true };
        foreach (var argument in new[] { "--immediate-mode", "-U", "-Z", "root", "-s", "4096", "-B", "16384", "-i", device, "-w", path })
        {
            start.ArgumentList.Add(argument);
        }
        if (filter.Length > 0)
        {
            start.ArgumentList.Add(filter);
        }
        _process = test.Namespace.Run(() => Process.Start(start)!);
        string? line;
        do
        {
            line = _process.StandardError.ReadLine();
        }
        while (line?.Contains("listening on", StringComparison.Ordinal) == false);
        Assert.True(line is not null, $"tcpdump did not start with \"{filter}\"");
    }

    public string Path { get; }

    /// <summary>
    /// Its first <paramref name="count"/> packets, once it has written them. It leaves the newest in its ring until
    /// another comes (libpcap 1.10: "19 packets captured, 20 packets received by filter"), so <paramref name="nudge"/>
    /// sends more.
    /// </summary>
    public IEnumerable<byte[]> ReadFirst(int count, Action nudge)
    {
        CaptureBench.WaitUntil(
            () =>
            {
                var isComplete = CaptureBench.ReadFile(Path).Count >= count;
                if (!isComplete)
                {
                    nudge();
                }
                return isComplete;
            },
            $"tcpdump wrote {count} packets");
        return CaptureBench.ReadFile(Path).Take(count).Select(packet => packet.Data.ToArray());
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
