using System.Diagnostics;
using Plumbline.Linux.Compression;
using Plumbline.Packets.Pcapng;
using Plumbline.Primitives;

namespace Plumbline.Cli;

/// <summary>
/// A command run on another machine over the operator's own ssh: its answer comes back on standard output, a file of <c>-w</c> is written
/// here. Nothing is installed there; <c>--push</c> copies this one program into the operator's own folder where it is missing.
/// </summary>
internal sealed partial record RemoteCall
{
    private const int Patience = 20;
    private const string Pushed = PushFolder + "/plumb";

    private static readonly string[] _local = ["lab", "lab-vmm", "lab-metadata", "demo", "wireshark", "packets", "flows", "extcap"];

    private static readonly string[] _filesOfLatency = ["--from", "--baseline", "--svg", "--names", "-w", "--write"];

    private static readonly string[] _ring = ["--file-size", "--file-time", "--ring-files"];

    /// <summary>Where to: what ssh understands.</summary>
    public required string Host { get; init; }

    /// <summary>The command line without what is ours to do.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Copy the program where it is missing.</summary>
    public bool Push { get; init; }

    /// <summary>As root there, by <c>sudo -n</c>.</summary>
    public bool Sudo { get; init; }

    /// <summary>Where standard output goes; null: ours.</summary>
    public string? File { get; init; }

    /// <summary>No questions (password, host key): for Wireshark, where nobody would see them.</summary>
    public bool IsUnattended { get; init; }

    /// <summary>The call that a command line means; null where it means this machine.</summary>
    /// <exception cref="CliException">It cannot be run elsewhere.</exception>
    public static RemoteCall? TryParse(string[] arguments)
    {
        string? host = null;
        string? file = null;
        var push = false;
        var sudo = false;
        var rest = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, value) = arguments[i].StartsWith("--", StringComparison.Ordinal) && arguments[i].IndexOf('=', StringComparison.Ordinal) is var e and > 0
                ? (arguments[i][..e], arguments[i][(e + 1)..]) : (arguments[i], null);
            switch (name)
            {
                case "--":
                    rest.AddRange(arguments[i..]);
                    i = arguments.Length;
                    break;
                case "--host": host = value ?? (++i < arguments.Length ? arguments[i] : ""); break;
                case "--push" when value is null: push = true; break;
                case "--sudo" when value is null && arguments[0] != "wireshark": sudo = true; break;
                case "-w" or "--write" when rest.Contains("capture"):
                    file = value ?? (++i < arguments.Length ? arguments[i] : "-");
                    rest.AddRange(["-w", "-"]);
                    break;
                default: rest.Add(arguments[i]); break;
            }
        }
        if (host is null)
        {
            return !sudo ? null : throw new CliException(new(
                "--sudo is for another node", "--sudo", "here start plumb itself by sudo; there: --host USER@NODE --sudo"));
        }
        if (host.Length == 0 || host[0] == '-')
        {
            throw new CliException(new($"\"{host}\" is no host", "--host", "give what ssh understands: --host user@node"));
        }
        if (rest.Count == 0 || _local.Contains(rest[0]))
        {
            throw new CliException(new(
                $"plumb {rest.FirstOrDefault()} works on files or on this machine", "--host",
                "capture there first: plumb capture … --host NODE -w FILE"));
        }
        if (rest[0] == "latency" && Array.Find(_filesOfLatency, f => Has(rest, f)) is { } own)
        {
            throw new CliException(new(
                "with --host plumb latency captures there, and its files are here", own,
                "plumb capture --path FROM TO --host NODE -w FILE, then plumb latency --from FILE"));
        }
        if (rest[0] == "topology" && rest.Exists(w => Commands.TopologyCommand.IsFile(w[(w.IndexOf('=', StringComparison.Ordinal) + 1)..])))
        {
            throw new CliException(new(
                "with --host the drawing comes back on standard output", "-o", "plumb topology -o svg --host NODE > node.svg"));
        }
        if (rest.Contains("capture") && Array.Find(_ring, f => Has(rest, f)) is { } ring)
        {
            throw new CliException(new(
                "with --host one file is written here", ring, "leave it out, or capture into files there: ssh NODE plumb capture …"));
        }
        return new() { Host = host, Push = push, Sudo = sudo, Arguments = rest, File = file is "-" ? null : file };
    }

    private static bool Has(List<string> words, string option) =>
        words.Exists(w => w == option || w.StartsWith(option + "=", StringComparison.Ordinal));

    /// <summary>Runs it to its end.</summary>
    public async Task<int> RunAsync(CliConsole console, CancellationToken cancellationToken)
    {
        if (Push)
        {
            await PushAsync(console, cancellationToken);
        }
        await using var output = OpenOutput(console, out var zstd);
        using var ssh = Start(RemoteCommand(), redirectError: false);
        using var ended = new CancellationTokenSource();
        // standard input's end tells the other side to finish: it drains, writes its statistics, removes its mirror, and ends by itself
        var beating = BeatAsync(ssh, cancellationToken, ended.Token);
        var isReaderGone = false;
        IOException? notWritten = null;
        var watching = File is null ? WatchReaderAsync() : Task.CompletedTask;
        try
        {
            await ssh.StandardOutput.BaseStream.CopyToAsync(output, CancellationToken.None);
        }
        catch (IOException exception)
        {
            notWritten = exception;
            isReaderGone |= File is null && Linux.StandardOutput.IsReaderGone(); // a write may tell before the next look does
            await ended.CancelAsync(); // our own reader has gone, or the disk is full: the far side shall end too
            await DrainAsync(ssh);
        }
        await ssh.WaitForExitAsync(CancellationToken.None);
        await ended.CancelAsync();
        await beating;
        await watching;
        if (File is not null)
        {
            if (output is WholeBlockStream { IsEmpty: true })
            {
                System.IO.File.Delete(File); // nothing came: an empty file is no capture
            }
            notWritten ??= Complete(zstd);
            if (notWritten is not null)
            {
                throw new CliException(new(
                    $"cannot write packets: {notWritten.Message}; what was written up to here can be read", File, "choose another place with -w"));
            }
        }
        if (ssh.ExitCode is (int)ExitStatus.Fine or (int)ExitStatus.Interrupted)
        {
            TellFile(console);
        }
        return ssh.ExitCode switch
        {
            MissingThere => throw Missing(),
            UnableThere => throw Unable(),
            NoSuchProgram => throw new CliException(new("ssh cannot be started", "PLUMB_SSH", "install openssh-client")),
            SudoRefused => throw NoSudo(),
            (int)ExitStatus.LeftBehind => (int)ExitStatus.LeftBehind, // whoever ended it must know
            KilledThere when !cancellationToken.IsCancellationRequested => throw Killed(),
            255 or Signalled + 9 or Signalled + 15 when !cancellationToken.IsCancellationRequested => throw new CliException(new(
                File is null ? "ssh failed, or the connection was lost; what was made there is removed by the far side itself"
                    : $"ssh failed, or the connection was lost; what had come is in {File}, what was made there is removed by the far side itself",
                Host,
                $"ssh {Host} must work from here; plumb mirror list --host {Host} shows that nothing was left")),
            _ when isReaderGone => (int)ExitStatus.Fine,
            _ when cancellationToken.IsCancellationRequested => (int)ExitStatus.Interrupted,
            (int)ExitStatus.BadInput => await TellOtherVersionAsync(console),
            var status => status,
        };

        async Task WatchReaderAsync()
        {
            while (!ended.IsCancellationRequested)
            {
                if (Linux.StandardOutput.IsReaderGone())
                {
                    isReaderGone = true;
                    await ended.CancelAsync();
                }
                await Task.WhenAny(Task.Delay(250, CancellationToken.None), ssh.WaitForExitAsync(CancellationToken.None));
                if (ssh.HasExited)
                {
                    return;
                }
            }
        }
    }

    /// <summary>Starts ssh with a command; used for short questions too.</summary>
    public Process Start(string command, bool redirectError)
    {
        var program = (Environment.GetEnvironmentVariable("PLUMB_SSH") is { Length: > 0 } own ? own : "ssh")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // an interrupt from the terminal is ours: ssh respects that it is ignored, so that the tail of the capture still comes
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = redirectError,
        };
        string[] batch = IsUnattended ? ["-o", "BatchMode=yes", "-o", "ConnectTimeout=3"] : ["-o", "ConnectTimeout=15"];
        foreach (var argument in (string[])[
            "-c", "trap '' INT; exec \"$@\"", "sh", .. program, "-T", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3", .. batch,
            Host, $"exec sh -c {Quote(command)}"]) // whatever shell they log in to
        {
            start.ArgumentList.Add(argument);
        }
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new CliException(new($"cannot start ssh: {exception.Message}", program[0], "install openssh-client"));
        }
    }

    private static string Quote(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '@' or ',' or '=' or '+')
            ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static async Task BeatAsync(Process ssh, CancellationToken interrupted, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interrupted, ended);
        try
        {
            while (true)
            {
                await ssh.StandardInput.BaseStream.WriteAsync("."u8.ToArray(), CancellationToken.None);
                await ssh.StandardInput.BaseStream.FlushAsync(CancellationToken.None);
                await Task.Delay(TimeSpan.FromSeconds(Patience / 4), either.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            Close(ssh);
        }
    }

    /// <summary>What still comes: an ssh that could not get rid of it would never end, nor the far side.</summary>
    private static async Task DrainAsync(Process ssh)
    {
        try
        {
            await ssh.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        }
        catch (IOException)
        {
            return; // it has ended
        }
    }

    private static void Close(Process ssh)
    {
        try
        {
            ssh.StandardInput.Close();
        }
        catch (IOException)
        {
            return; // it has ended already
        }
    }

    /// <summary>A file holds whole blocks however the connection ends; one that ends with <c>.zst</c> is compressed here.</summary>
    private Stream OpenOutput(CliConsole console, out ZstdWriteStream? zstd)
    {
        zstd = null;
        if (File is null)
        {
            return console.OpenOutput();
        }
        try
        {
            var file = new FileStream(File, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 0);
            return new WholeBlockStream(File.EndsWith(".zst", StringComparison.Ordinal) ? zstd = new(file) : file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new($"cannot open the file: {exception.Message}", File, "choose another place with -w"));
        }
    }

    /// <summary>The far side knows no file: it has written to us.</summary>
    private void TellFile(CliConsole console)
    {
        if (File is not null && !Arguments.Contains("-q") && !Arguments.Contains("--quiet") && new FileInfo(File) is { Exists: true, Length: > 0 } file)
        {
            console.Error.WriteLine($"{File}, {CaptureReporter.Size(file.Length)}");
        }
    }

    private static IOException? Complete(ZstdWriteStream? zstd)
    {
        try
        {
            zstd?.Complete();
            return null;
        }
        catch (IOException exception)
        {
            return exception;
        }
    }
}
