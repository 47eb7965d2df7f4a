using System.Globalization;
using Plumbline.Integration.Tests.Capturing;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>One dumpcap at each of several devices in several namespaces; their files joined to one with an interface a hop.</summary>
internal sealed class HopCaptures : IDisposable
{
    private readonly List<PlumbProcess> _captures = [];
    private readonly List<string> _files = [];
    private readonly string _folder;

    /// <summary>Starts all, and waits until they capture.</summary>
    /// <param name="folder">For their files.</param>
    /// <param name="hops">Namespaces, which must stand in /run/netns, and devices.</param>
    /// <param name="snapLength">Bytes kept of each packet; 0: all.</param>
    public HopCaptures(string folder, IReadOnlyList<(TestNamespace Space, string Device)> hops, int snapLength = 0)
    {
        _folder = folder;
        foreach (var (space, device) in hops)
        {
            var file = Path.Join(folder, device + ".pcapng");
            File.Delete(file);
            _files.Add(file);
            _captures.Add(PlumbProcess.StartProgram(
                true, "ip", "netns", "exec", space.Name, "dumpcap", "-q", "-i", device, "-B", "16", "-s",
                snapLength.ToString(CultureInfo.InvariantCulture), "-w", file));
        }
        foreach (var capture in _captures)
        {
            CaptureNode.Until(() => capture.Error.Contains("File:", StringComparison.Ordinal) || capture.Process.HasExited, "dumpcap is ready");
            Assert.False(capture.Process.HasExited, capture.Error);
        }
    }

    /// <summary>Ends them all.</summary>
    /// <returns>The joined file.</returns>
    public string Join()
    {
        _captures.ForEach(c => c.Signal("INT"));
        _captures.ForEach(c => Assert.True(c.WaitForExit() == 0, c.Error));
        var joined = Path.Join(_folder, "joined.pcapng");
        using var mergecap = PlumbProcess.StartProgram(true, "mergecap", ["-w", joined, .. _files]);
        Assert.True(mergecap.WaitForExit() == 0, mergecap.Error);
        return joined;
    }

    public void Dispose() => _captures.ForEach(c => c.Dispose());
}
