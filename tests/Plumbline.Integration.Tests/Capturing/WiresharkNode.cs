using System.Diagnostics;
using Plumbline.Packets.Pcapng;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>A compute node, and the real tshark with our interfaces installed into a home of its own.</summary>
internal sealed class WiresharkNode : IAsyncDisposable
{
    private readonly List<PlumbProcess> _started = [];
    private RealSsh? _ssh;

    private WiresharkNode(CaptureNode node)
    {
        Node = node;
        Before = node.Dump();
    }

    public CaptureNode Node { get; }

    /// <summary>The node as it was.</summary>
    public string Before { get; }

    public string File => Path.Combine(Node.Folder, "shark.pcapng");

    /// <summary>The script in Wireshark's folder.</summary>
    public string Script => Path.Combine(Node.Folder, ".config/wireshark/extcap/plumb");

    /// <summary>Makes one; the same node is reached as <c>there</c> by a real sshd too, where asked.</summary>
    public static async Task<WiresharkNode> StartAsync(bool overSsh = false)
    {
        CaptureNode.SkipUnlessPossible();
        Root.SkipUnlessInstalled("tshark");
        var node = new WiresharkNode(await CaptureNode.StartAsync());
        try
        {
            node._ssh = overSsh ? RealSsh.Start() : null;
            using var install = node.Start(
                PlumbProcess.Program, ["wireshark", "install", .. overSsh ? new[] { "--remote", "there" } : [], .. node.Node.Options]);
            Assert.True(install.WaitForExit() == 0, install.Error);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a program that finds the home.</summary>
    public PlumbProcess Start(string program, params string[] arguments)
    {
        var far = Path.Combine(Node.Folder, "far-plumb");
        if (_ssh is not null && !System.IO.File.Exists(far))
        {
            // what the far plumb would be told to look at is this node: its options are in the program's place
            System.IO.File.WriteAllText(far, $"#!/bin/sh\nc=$1; shift; exec '{PlumbProcess.Program}' $c {string.Join(' ', Node.Options)} \"$@\"\n");
            System.IO.File.SetUnixFileMode(far, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        string[] remote = _ssh is null ? [] : [$"PLUMB_SSH={_ssh.Program}", $"PLUMB_REMOTE={far}"];
        var process = PlumbProcess.StartProgram(
            true, "env", ["-u", "XDG_CONFIG_HOME", $"HOME={Node.Folder}", .. remote, program, .. arguments]);
        _started.Add(process);
        return process;
    }

    public PlumbProcess Tshark(params string[] arguments) => Start("tshark", arguments);

    /// <summary>Starts tshark into <see cref="File"/>, and waits until our file head has come through the pipe.</summary>
    public PlumbProcess Capture(params string[] arguments)
    {
        var tshark = Tshark([.. arguments, "-q", "-w", File]);
        CaptureNode.Until(
            () => tshark.Process.HasExited || new FileInfo(File) is { Exists: true, Length: > 0 }, "tshark has the head of a file");
        Assert.False(tshark.Process.HasExited, tshark.Error);
        return tshark;
    }

    /// <summary>Stops it as Wireshark's red button does.</summary>
    /// <returns>Until nothing of ours is left on the node, neither rows nor processes.</returns>
    public TimeSpan Stop(PlumbProcess tshark, string signal = "INT")
    {
        var watch = Stopwatch.StartNew();
        tshark.Signal(signal);
        CaptureNode.Until(() => tshark.Process.HasExited, "tshark ends");
        CaptureNode.Until(() => Node.Dump() == Before, "the node is as before");
        CaptureNode.Until(() => !AnyOfOurs(), "no process of ours is left");
        return watch.Elapsed;
    }

    /// <summary>Waits until so many packets have come through the pipe: what is under way when Wireshark closes it, it does not want.</summary>
    public void WaitFor(int packets) => CaptureNode.Until(() => Count(out _).Sum(c => c.Packets) >= packets, $"{packets} packets have come");

    /// <summary>Names of interfaces and packets of each in the file that tshark wrote, which must be whole.</summary>
    public IReadOnlyList<(string Name, int Packets)> Read()
    {
        var counts = Count(out var isTruncated);
        Assert.False(isTruncated);
        return counts;
    }

    private IReadOnlyList<(string Name, int Packets)> Count(out bool isTruncated)
    {
        using var stream = System.IO.File.OpenRead(File);
        var reader = new PcapngReader(stream, File);
        var counts = new List<int>();
        while (reader.ReadPacket() is { } packet)
        {
            while (counts.Count <= packet.InterfaceNumber)
            {
                counts.Add(0);
            }
            counts[packet.InterfaceNumber]++;
        }
        isTruncated = reader.IsTruncated;
        return [.. reader.Interfaces.Select((f, i) => (f.Name!, i < counts.Count ? counts[i] : 0))];
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

    /// <summary>Processes that capture on this very node: its folder stands in their arguments.</summary>
    private bool AnyOfOurs()
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out _))
            {
                continue;
            }
            try
            {
                var line = System.IO.File.ReadAllText(folder + "/cmdline");
                if (line.Contains(PlumbProcess.Program, StringComparison.Ordinal) && line.Contains(Node.Folder, StringComparison.Ordinal))
                {
                    return true;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                continue; // it has ended meanwhile
            }
        }
        return false;
    }
}
