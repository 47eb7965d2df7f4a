using System.Diagnostics;
using Plumbline.Linux;
using Plumbline.Node;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// A capture of several places to which something happens: two devices, and a mirror on each of two bridges. It runs on the node itself, or
/// there while its command and its file are here, over a real sshd.
/// </summary>
internal sealed class FaultScene : IAsyncDisposable
{
    public const string Places = "tap,qvo,br-int,tunnel";

    /// <summary>A silence is noticed after 15 s here (ssh's own questions), after 20 s there; ovsdb-server is waited for for 15 s.</summary>
    private const int Patience = 60;

    private readonly bool _survivesRestart;
    private readonly List<PlumbProcess> _started = [];
    private readonly string _before;
    private readonly string _filesBefore;
    private RealSsh? _ssh;

    private FaultScene(CaptureNode node, bool survivesRestart)
    {
        Node = node;
        _survivesRestart = survivesRestart;
        _before = node.Dump(survivesRestart);
        _filesBefore = FilesOf(node.Folder);
    }

    public CaptureNode Node { get; }

    public RealSsh Ssh => _ssh ?? throw new InvalidOperationException("this scene is on the node itself");

    public string File => Node.Folder + "/out.pcapng";

    /// <summary>Makes one.</summary>
    /// <param name="far">Over ssh.</param>
    /// <param name="survivesRestart">ovs-vswitchd will be started anew: no router, and its own devices are not compared.</param>
    public static async Task<FaultScene> StartAsync(bool far, bool survivesRestart = false)
    {
        var node = survivesRestart ? await CaptureNode.StartAsync(withRouter: false, failMode: "standalone") : await CaptureNode.StartAsync();
        var scene = new FaultScene(node, survivesRestart);
        try
        {
            scene._ssh = far ? RealSsh.Start() : null;
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts plumb on the node of the scene.</summary>
    public PlumbProcess Plumb(params string[] arguments) => Plumb(true, arguments);

    /// <inheritdoc cref="Plumb(string[])"/>
    public PlumbProcess Plumb(bool readOutput, params string[] arguments)
    {
        var process = _ssh is null ? PlumbProcess.Start(Node, readOutput, arguments) : PlumbProcess.StartProgram(
            readOutput, "env",
            [
                $"PLUMB_SSH={_ssh.Program}", $"PLUMB_REMOTE={PlumbProcess.Program}", PlumbProcess.Program, .. arguments, "--host", "there",
                .. Node.Options,
            ]);
        _started.Add(process);
        return process;
    }

    /// <summary>Starts the capture of <see cref="Places"/> into <see cref="File"/>.</summary>
    public PlumbProcess Capture(params string[] more) => Plumb(["capture", CaptureNode.Tap, "--at", Places, "-w", File, .. more]);

    /// <summary>So many questions and as many answers, at each of three places.</summary>
    public void Ping(int count = 3) => Node.Ping(_survivesRestart ? CaptureNode.OtherAddress : CaptureNode.RouterAddress, count);

    /// <summary>Waits until packets are in the file.</summary>
    public void WaitForPackets(int packets = 1) => CaptureNode.Until(
        () => System.IO.File.Exists(File) && Count(File, out _) >= packets, $"{packets} packets are in the file");

    /// <summary>The processes that the mark of the mirrors names: who captures, and its guard.</summary>
    public (ProcessIdentity Owner, ProcessIdentity Guard) Marked()
    {
        var text = Node.Vsctl("--bare", "--columns=external_ids", "find", "Mirror", "external_ids:plumb-session!=x");
        return (Find(OwnershipMark.OwnerKey), Find(OwnershipMark.GuardKey));

        ProcessIdentity Find(string key)
        {
            var part = text.Split(' ', ',', '\n').First(p => p.StartsWith(key + "=", StringComparison.Ordinal));
            return ProcessIdentity.TryParse(part[(key.Length + 1)..].Trim('"'))!;
        }
    }

    /// <summary>The file ends with a whole packet, our reader and tshark say so.</summary>
    /// <returns>How many packets it has.</returns>
    public int CountWhole(string? path = null)
    {
        var count = Count(path ?? File);
        using var tshark = Process.Start(new ProcessStartInfo("tshark", ["-n", "-r", path ?? File, "-T", "fields", "-e", "frame.number"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = tshark.StandardError.ReadToEndAsync();
        var lines = tshark.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        Assert.DoesNotContain("cut short", error.GetAwaiter().GetResult(), StringComparison.Ordinal);
        Assert.Equal(count, lines);
        return count;
    }

    /// <summary>
    /// Database and links are as before, or become so soon; no process of ours still runs there, and no file is left
    /// but captures.
    /// </summary>
    public void AssertAsBefore()
    {
        var deadline = Stopwatch.StartNew();
        while (Node.Dump(_survivesRestart) is var now && now != _before)
        {
            if (deadline.Elapsed > TimeSpan.FromSeconds(Patience))
            {
                Assert.Equal(_before, now);
            }
            using var pause = new ManualResetEventSlim();
            pause.Wait(50);
        }
        CaptureNode.Until(
            () => Node.Processes().All(p => _started.Exists(s => !s.Process.HasExited && s.Process.Id == p)),
            "no process is left", Patience);
        Assert.Equal(_filesBefore, FilesOf(Node.Folder));
    }

    /// <summary>All but captures and what a test itself made.</summary>
    private static string FilesOf(string folder) => string.Join('\n', Directory
        .EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
        .Where(f => !f.Contains(".pcapng", StringComparison.Ordinal) && !f.StartsWith(folder + "/small",
            StringComparison.Ordinal))
        .Order(StringComparer.Ordinal));

    /// <summary>Something of ours stands on the node.</summary>
    public bool IsChanged => Node.Dump(_survivesRestart) != _before;

    /// <summary>Waits for the end longer than others do: a cut line is noticed late.</summary>
    public static int WaitForExit(PlumbProcess plumb)
    {
        CaptureNode.Until(() => plumb.Process.HasExited, "plumb ends", Patience);
        return plumb.WaitForExit(); // its output too: the guard must have let go of it
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            process.Dispose();
        }
        _ssh?.Dispose();
        await Node.DisposeAsync();
    }

    /// <summary>As <see cref="CountWhole"/>, but by our reader alone: tshark reads no .zst.</summary>
    public static int Count(string path)
    {
        var count = Count(path, out var isTruncated);
        Assert.False(isTruncated);
        return count;
    }

    private static int Count(string path, out bool isTruncated)
    {
        using var file = Diagnosis.Reading.CaptureFile.Open(path, follow: false, CancellationToken.None);
        var count = 0;
        while (file.Reader.TryRead(out _))
        {
            count++;
        }
        isTruncated = file.Reader.IsTruncated;
        return count;
    }
}
