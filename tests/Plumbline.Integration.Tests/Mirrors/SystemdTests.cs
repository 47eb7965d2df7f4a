using System.Diagnostics;
using System.Globalization;
using Plumbline.Integration.Tests.Capturing;
using Plumbline.Testing;
using static System.StringComparison;

namespace Plumbline.Integration.Tests.Mirrors;

/// <summary>
/// packaging/plumb-mirror.service under a real systemd: a user manager of its own, which starts, restarts, kills and
/// stops by the very rules of the unit. Only the program's path and the node's options are put in.
/// </summary>
public sealed class SystemdTests
{
    [SkippableFact]
    public async Task Unit_starts_the_service_brings_a_killed_one_back_and_stopping_it_leaves_nothing()
    {
        await using var node = await LastingNode.StartAsync(withService: false);
        var before = node.Node.Dump();
        using var systemd = Manager.Start(node);
        CaptureNode.Until(() => systemd.Show("ActiveState") == "active", "the service says that it is ready",
            seconds: 60);

        node.Plumb(0, "add", "ids", "test-vm");
        var row = node.Row("ids")!;
        var first = systemd.Show("MainPID");
        PlumbProcess.Signal(int.Parse(first, CultureInfo.InvariantCulture), "KILL");
        CaptureNode.Until(
            () => systemd.Show("MainPID") is var pid && pid != "0" && pid != first
                && systemd.Show("ActiveState") == "active",
            "systemd starts another one", seconds: 60);
        Assert.Equal(row.Uuid, node.Row("ids")!.Uuid); // taken over as it is

        // a node that starts anew: Open vSwitch goes and comes back with its database, and the service with it
        node.Node.Server.Kill();
        await node.Node.Server.StartProcessAsync();
        node.Node.Vsctl("set", "Open_vSwitch", ".", "external_ids:hostname=capture-test");
        Assert.Contains("working", node.Plumb(1, "list"), Ordinal); // 1: others' broken ones

        systemd.Control("stop", Manager.Unit);
        Assert.Equal("inactive", systemd.Show("ActiveState"));
        Assert.Equal(before, node.Node.Dump());
        systemd.Control("start", Manager.Unit);
        CaptureNode.Until(() => node.Row("ids") is { SelectSourcePorts.Count: 1 }, "the mirror is back");
        node.Plumb(0, "remove", "ids");
        Assert.Equal(before, node.Node.Dump());
    }

    /// <summary>The unit's own KillMode lets the guard live when systemd ends what it killed.</summary>
    [SkippableFact]
    public async Task Lease_is_renewed_while_the_service_runs_and_ends_the_mirror_when_it_is_killed_and_stays_away()
    {
        await using var node = await LastingNode.StartAsync(withService: false);
        var before = node.Node.Dump();
        using var systemd = Manager.Start(node, lease: "8s", restart: "no");
        CaptureNode.Until(() => systemd.Show("ActiveState") == "active", "the service says that it is ready", seconds: 60);

        node.Plumb(0, "add", "ids", "test-vm");
        var first = Lease(node)!.Value;
        CaptureNode.Until(() => Lease(node) >= first.AddSeconds(6), "the lease is renewed, and again", seconds: 60);

        // a time of its own ends it sooner
        node.Plumb(0, "add", "short", "test-vm", "--for", "3s");
        CaptureNode.Until(() => node.Row("short") is null, "the time that was asked for is over", seconds: 60);
        Assert.NotNull(node.Row("ids"));

        PlumbProcess.Signal(int.Parse(systemd.Show("MainPID"), CultureInfo.InvariantCulture), "KILL");
        CaptureNode.Until(() => systemd.Show("ActiveState") == "failed", "systemd starts no other");
        var last = Lease(node)!.Value;
        CaptureNode.Until(() => node.Row("ids") is null, "the guard removes it when the lease is over", seconds: 60);
        Assert.True(DateTimeOffset.UtcNow >= last.AddSeconds(-1));
        CaptureNode.Until(() => node.Node.Dump() == before, "nothing is left", seconds: 60);
    }

    private static DateTimeOffset? Lease(LastingNode node) =>
        node.Row("ids") is { } row ? Plumbline.Node.OwnershipMark.Read(row.ExternalIds)?.Lease : null;

    /// <summary>
    /// systemd as a user's manager, in a mount namespace where it believes that the machine was booted with it.
    /// </summary>
    private sealed class Manager : IDisposable
    {
        public const string Unit = "plumb-mirror.service";
        private const string Program = "/lib/systemd/systemd";
        private readonly string _folder = Directory.CreateTempSubdirectory("plt-systemd-").FullName;
        private readonly List<string> _groups = [];

        private Process? _process;

        public static Manager Start(LastingNode node, string lease = "2m", string restart = "always")
        {
            Skip.IfNot(File.Exists(Program), "systemd is not installed");
            Root.SkipUnlessInstalled("systemctl");
            Root.SkipUnlessInstalled("unshare");
            var manager = new Manager();
            try
            {
                manager.Boot(node, lease, restart);
                return manager;
            }
            catch
            {
                manager.Dispose();
                throw;
            }
        }

        public string Show(string property) => Control("show", "-p", property, "--value", Unit).Trim();

        public string Control(params string[] arguments)
        {
            var start = new ProcessStartInfo("systemctl", ["--user", "--no-pager", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["XDG_RUNTIME_DIR"] = _folder + "/run";
            using var control = Process.Start(start)!;
            var errors = control.StandardError.ReadToEndAsync();
            var output = control.StandardOutput.ReadToEnd();
            control.WaitForExit();
            Assert.True(control.ExitCode == 0, $"{string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
            return output;
        }

        public void Dispose()
        {
            if (_process is { HasExited: false } process)
            {
                PlumbProcess.Signal(process.Id, "TERM"); // it stops its units, which removes what they made
                if (!process.WaitForExit(TimeSpan.FromSeconds(30)))
                {
                    process.Kill();
                    process.WaitForExit();
                }
            }
            _process?.Dispose();
            foreach (var group in _groups)
            {
                // a guard outlives its service, to the end of its work
                CaptureNode.Until(
                    () => Directory.GetFiles(group, "cgroup.procs", SearchOption.AllDirectories).All(f => File.ReadAllText(f).Length == 0),
                    "no process is left in the group", seconds: 30);
                foreach (var inner in Directory.GetDirectories(group, "*",
                    SearchOption.AllDirectories).OrderByDescending(d => d.Length))
                {
                    Directory.Delete(inner); // rmdir(2): their files are the kernel's
                }
                Directory.Delete(group);
            }
            Directory.Delete(_folder, recursive: true);
        }

        private void Boot(LastingNode node, string lease, string restart)
        {
            var units = Directory.CreateDirectory(_folder + "/home/.config/systemd/user").FullName;
            Directory.CreateDirectory(_folder + "/run");
            File.SetUnixFileMode(
                _folder + "/run", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var text = File.ReadAllText(Path.Combine(RepositoryRoot(), "packaging", Unit));
            Assert.Contains("/usr/local/bin/plumb mirror serve\n", text, Ordinal);
            File.WriteAllText($"{units}/{Unit}", text.Replace(
                "/usr/local/bin/plumb mirror serve",
                $"{PlumbProcess.Program} mirror serve --lease {lease} {string.Join(' ', node.Node.Options)}",
                Ordinal).Replace("Restart=always", $"Restart={restart}", Ordinal));
            // it takes all processes of its own cgroup for its children, so it must have one for itself
            foreach (var tree in new[] { "/sys/fs/cgroup", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified" })
            {
                if (File.Exists(tree + "/cgroup.procs"))
                {
                    _groups.Add(Directory.CreateDirectory($"{tree}/{Path.GetFileName(_folder)}").FullName);
                }
            }
            Skip.If(_groups.Count == 0, "no cgroup can be made here");
            var script = string.Concat(_groups.Select(group => $"echo $$ >{group}/cgroup.procs && "))
                // controllers of cgroup v1 are not its to touch
                + "for m in /sys/fs/cgroup/*; do case $m in */systemd|*/unified) ;; *) umount $m 2>/dev/null;; esac; done; "
                + "mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system && exec \"$@\"";
            string[] dotnet = Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root
                ? [$"DOTNET_ROOT={root}"] : [];
            _process = Process.Start("unshare",
            [
                "-m", "sh", "-c", script, "sh", "env", "-i", $"PATH={Environment.GetEnvironmentVariable("PATH")}",
                $"HOME={_folder}/home", $"XDG_RUNTIME_DIR={_folder}/run", .. dotnet, Program, "--user",
                    $"--unit={Unit}", "--log-target=null",
            ]);
            CaptureNode.Until(
                () => File.Exists(_folder + "/run/systemd/private") || _process.HasExited, "systemd starts",
                    seconds: 60);
            Skip.If(_process.HasExited, "systemd does not run as a user's manager here (no cgroup of its own?)");
        }

        private static string RepositoryRoot()
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Plumbline.slnx")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not inside the repository");
            }
            return folder;
        }
    }
}
