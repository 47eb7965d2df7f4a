using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Plumbline.Testing.Ovsdb;

/// <summary>
/// A real ovsdb-server with an empty Open_vSwitch database in a directory of its own; needs no root. A child of the test process, ended
/// with it.
/// </summary>
public sealed class RealOvsdbServer : IAsyncDisposable
{
    private const string Schema = "/usr/share/openvswitch/vswitch.ovsschema";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private readonly string[] _arguments;
    private Process? _process;

    private RealOvsdbServer(string directory, string[] arguments)
    {
        Directory = directory;
        _arguments = arguments;
    }

    /// <summary>The server's run directory: db.sock, ovsdb-server.pid, ovsdb-server.PID.ctl, conf.db, log.</summary>
    public string Directory { get; }

    /// <summary>Path of the unix socket.</summary>
    public string Socket => Path.Combine(Directory, "db.sock");

    /// <summary>Process ID of the moment.</summary>
    public int Pid => _process?.Id ?? throw new InvalidOperationException("not running");

    /// <summary>Null where a server can be started here, else why not.</summary>
    public static string? WhyNot() =>
        !File.Exists(Schema) ? "openvswitch-common is not installed: no " + Schema
        : Find("ovsdb-server") is null || Find("ovsdb-tool") is null ? "ovsdb-server or ovsdb-tool is not installed"
        : null;

    /// <summary>Starts one and returns when it accepts connections. <paramref name="arguments"/> come on top, e.g. <c>--remote=ptcp:0:127.0.0.1</c>.</summary>
    public static async Task<RealOvsdbServer> StartAsync(params string[] arguments)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("plt-ovsdb-").FullName;
        var server = new RealOvsdbServer(directory, arguments);
        using (var tool = Process.Start(
            new ProcessStartInfo(Find("ovsdb-tool")!, ["create", Path.Combine(directory, "conf.db"), Schema]))!)
        {
            await tool.WaitForExitAsync();
        }
        await server.StartProcessAsync();
        return server;
    }

    /// <summary>Starts it again after <see cref="Kill"/>, on the same database.</summary>
    public async Task StartProcessAsync()
    {
        var start = new ProcessStartInfo(
            Find("ovsdb-server")!,
            [
                Path.Combine(Directory, "conf.db"),
                "--remote=punix:" + Socket,
                "--pidfile=" + Path.Combine(Directory, "ovsdb-server.pid"),
                "--log-file=" + Path.Combine(Directory, "log"),
                "-vconsole:off",
                .. _arguments,
            ]);
        start.Environment["OVS_RUNDIR"] = Directory;
        start.Environment["OVS_DBDIR"] = Directory;
        start.Environment["OVS_LOGDIR"] = Directory;
        start.Environment["OVS_SYSCONFDIR"] = Directory;
        _process = Process.Start(start)!;
        var deadline = DateTime.UtcNow + _patience;
        // the control socket comes a moment after the first remote
        while (!Accepts() || !File.Exists(Path.Combine(Directory, $"ovsdb-server.{_process.Id}.ctl")))
        {
            if (_process.HasExited || DateTime.UtcNow > deadline)
            {
                throw new InvalidOperationException("ovsdb-server did not start: " + Log());
            }
            await Task.Delay(5);
        }
    }

    /// <summary>Ends the process at once (SIGKILL); socket and pidfile stay behind.</summary>
    public void Kill()
    {
        if (_process is { } process)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>The TCP port that the kernel chose for a remote <c>ptcp:0:…</c> or <c>pssl:0:…</c>, from the log.</summary>
    public async Task<int> GetPortAsync()
    {
        var deadline = DateTime.UtcNow + _patience;
        while (true)
        {
            const string Mark = ": listening on port ";
            var log = Log();
            var at = log.LastIndexOf(Mark, StringComparison.Ordinal);
            if (at >= 0 && log.IndexOf('\n', at) is > 0 and var end)
            {
                return int.Parse(log.AsSpan(at + Mark.Length, end - at - Mark.Length), CultureInfo.InvariantCulture);
            }
            if (DateTime.UtcNow > deadline)
            {
                throw new InvalidOperationException("no port in the log: " + log);
            }
            await Task.Delay(5);
        }
    }

    /// <summary>What the server has logged.</summary>
    public string Log()
    {
        var path = Path.Combine(Directory, "log");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Kill();
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    private bool Accepts()
    {
        using var probe = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(Socket));
            return true;
        }
        catch (SocketException)
        {
            return false; // not yet
        }
    }

    private static string? Find(string program)
    {
        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/usr/bin:/sbin").Split(':'))
        {
            var path = Path.Combine(directory, program);
            if (directory.Length > 0 && File.Exists(path))
            {
                return path;
            }
        }
        return null;
    }
}
