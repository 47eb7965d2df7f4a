using Plumbline.Linux;

namespace Plumbline.Operations.Labs;

/// <summary>Stock Open vSwitch (ovsdb-server, ovs-vswitchd) in a namespace, with all its files in a folder of its own.</summary>
internal static class OvsDaemons
{
    private static readonly string[] _schemas =
    [
        "/usr/share/openvswitch/vswitch.ovsschema",
        "/usr/local/share/openvswitch/vswitch.ovsschema",
    ];

    /// <summary>
    /// Starts both; returns when ovs-vswitchd has done its first round. Both detach: they outlive this process.
    /// </summary>
    /// <param name="networkNamespace">Where ovs-vswitchd finds its devices.</param>
    /// <param name="folder">Exists and is empty; sockets and pid files are put there.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationsException">A daemon did not start.</exception>
    /// <exception cref="LinuxException">Open vSwitch is not installed.</exception>
    public static async Task StartAsync(NetworkNamespace networkNamespace, string folder, CancellationToken cancellationToken)
    {
        var schema = _schemas.FirstOrDefault(File.Exists) ?? throw Problems.NoSchema(_schemas[0]);
        var environment = new Dictionary<string, string>
        {
            ["OVS_RUNDIR"] = folder,
            ["OVS_DBDIR"] = folder,
            ["OVS_LOGDIR"] = folder,
            ["OVS_SYSCONFDIR"] = folder,
        };
        Task RunAsync(string program, params string[] arguments) =>
            LabCommand.RunAsync(networkNamespace, program, arguments, null, environment, cancellationToken);
        await RunAsync("ovsdb-tool", "create", $"{folder}/conf.db", schema);
        await RunAsync("ovsdb-server", $"{folder}/conf.db", $"--remote=punix:{folder}/db.sock", $"--pidfile={folder}/ovsdb-server.pid",
            $"--log-file={folder}/ovsdb-server.log", "-vconsole:off", "--no-chdir", "--detach");
        await RunAsync("ovs-vsctl", $"--db=unix:{folder}/db.sock", "--no-wait", "init");
        await RunAsync("ovs-vswitchd", $"unix:{folder}/db.sock", $"--pidfile={folder}/ovs-vswitchd.pid",
            $"--log-file={folder}/ovs-vswitchd.log", "-vconsole:off", "--no-chdir", "--detach");
    }
}
