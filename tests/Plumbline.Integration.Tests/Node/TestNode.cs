using System.Diagnostics;
using System.Globalization;
using Plumbline.Linux;
using Plumbline.Node;
using Plumbline.Testing;
using Plumbline.Testing.Ovsdb;

namespace Plumbline.Integration.Tests.Node;

/// <summary>
/// A node of a test's own: a root namespace, a folder for named ones, a real ovsdb-server, and ovs-vswitchd on the userspace datapath.
/// Ended and removed with it.
/// </summary>
internal sealed class TestNode : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("plt-node-").FullName;
    private readonly List<string> _named = [];
    private RealOvsdbServer? _server;
    private Process? _switch;

    private TestNode(TestNamespace own) => Own = own;

    /// <summary>The node's own namespace.</summary>
    public TestNamespace Own { get; }

    /// <summary>The folder for named namespaces.</summary>
    public string NamespaceFolder => Path.Combine(_folder, "netns");

    /// <summary>A folder for domain XML.</summary>
    public string LibvirtFolder => Path.Combine(_folder, "libvirt");

    public NodeAccess Access => new()
    {
        Name = "test-node",
        NamespaceFile = Own.Path,
        NamespaceDirectory = NamespaceFolder,
        OvsRunDirectory = _server?.Directory ?? Path.Combine(_folder, "no-ovs"),
        LibvirtDirectories = [LibvirtFolder],
    };

    public static TestNode Create()
    {
        var node = new TestNode(TestNamespace.Create("node"));
        Directory.CreateDirectory(node.NamespaceFolder);
        Directory.CreateDirectory(node.LibvirtFolder);
        return node;
    }

    /// <summary>Makes a named namespace and returns its file.</summary>
    public string AddNamespace(string name)
    {
        var path = Path.Combine(NamespaceFolder, name);
        NetworkNamespace.Create(path).Dispose();
        _named.Add(path);
        return path;
    }

    /// <summary>Starts ovsdb-server, and ovs-vswitchd inside the node's namespace.</summary>
    public async Task StartSwitchAsync()
    {
        Skip.If(RealOvsdbServer.WhyNot() is not null, RealOvsdbServer.WhyNot());
        Root.SkipUnlessInstalled("ovs-vswitchd");
        _server = await RealOvsdbServer.StartAsync();
        VsCtl("--no-wait", "init");
        var start = new ProcessStartInfo(
            "ovs-vswitchd",
            [
                "unix:" + _server.Socket,
                "--pidfile=" + Path.Combine(_server.Directory, "ovs-vswitchd.pid"),
                "--log-file=" + Path.Combine(_server.Directory, "ovs-vswitchd.log"),
                "-vconsole:off",
            ]);
        start.Environment["OVS_RUNDIR"] = _server.Directory;
        _switch = Own.Namespace.Run(() => Process.Start(start)!);
    }

    /// <summary>Ends ovs-vswitchd as a crash would: the pid file stays.</summary>
    public async Task KillSwitchAsync()
    {
        _switch!.Kill();
        await _switch.WaitForExitAsync();
    }

    /// <summary>Runs ovs-vsctl against the node's database.</summary>
    public string VsCtl(params string[] arguments) => Own.Run(
        "ovs-vsctl",
        [
            "--db=unix:" + _server!.Socket,
            string.Create(CultureInfo.InvariantCulture, $"--timeout={(int)_patience.TotalSeconds}"),
            .. arguments,
        ]);

    /// <summary>Runs a program inside the namespace file <paramref name="path"/>.</summary>
    public static string RunIn(string path, string program, params string[] arguments)
    {
        using var opened = NetworkNamespace.Open(path);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using var process = opened.Run(() => Process.Start(start)!);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        if (_switch is { HasExited: false })
        {
            await KillSwitchAsync();
        }
        _switch?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        foreach (var leftover in Directory.GetFiles(NamespaceFolder).Except(_named))
        {
            File.Delete(leftover);      // what is no namespace keeps the folder a mount point
        }
        foreach (var path in _named)
        {
            NetworkNamespace.Delete(path);
        }
        Own.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
