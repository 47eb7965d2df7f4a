using Plumbline.Linux;
using Plumbline.Linux.Processes;

namespace Plumbline.Operations.Labs;

public static partial class Lab
{
    private static readonly string[] _programs =
        ["ovsdb-tool", "ovsdb-server", "ovs-vsctl", "ovs-vswitchd", "ovs-ofctl", "iptables-restore", "ip6tables-restore", "ipset", "dnsmasq", "ip"];

    /// <summary>
    /// Makes the lab, or finds it up; a half-made or dead one is taken away first. When it returns, every VM has its address by DHCP.
    /// </summary>
    /// <param name="options">Which lab.</param>
    /// <param name="progress">Told what is being made, a line each.</param>
    /// <param name="cancellationToken">Ends it; what was made so far is removed.</param>
    /// <returns>The lab, and whether this call made it.</returns>
    /// <exception cref="OperationsException">
    /// A program is missing, a lab of another kind is up, or a part did not work; then all is removed again.
    /// </exception>
    /// <exception cref="LinuxException">The kernel refused something; all is removed again.</exception>
    public static async Task<(LabDescription Lab, bool WasMade)> UpAsync(
        LabOptions options, Action<string> progress, CancellationToken cancellationToken)
    {
        var lab = LabDescription.Of(options);
        CheckMachine();
        using var held = await LabLock.TakeAsync(lab.Directory, cancellationToken);
        if (LabState.Read(lab.Directory) is { IsUp: true } state)
        {
            var present = Describe(lab.Directory, state);
            if (LabProcesses.AreAlive(present))
            {
                return IsAsAsked(present, options) ? (present, false) : throw Problems.OtherLab(lab.ToString(), present.ToString());
            }
        }
        if (Directory.Exists(lab.Directory))
        {
            CheckIsLab(lab.Directory);
            progress("a lab that is dead or half made is here: taking it away");
            await RemoveAsync(lab.Directory, _ => { }, cancellationToken);
        }
        try
        {
            await MakeAsync(lab, progress, cancellationToken);
            return (lab, true);
        }
        catch
        {
            progress("it failed: taking away what was made");
            await RemoveAsync(lab.Directory, _ => { }, CancellationToken.None);
            throw;
        }
    }

    /// <summary>What was not asked for does not count.</summary>
    private static bool IsAsAsked(LabDescription present, LabOptions options) =>
        (options.Nodes is not { } nodes || nodes == present.Nodes.Count)
        && (options.Instances is not { } instances || instances == present.Instances.Count)
        && (options.Tunnel is not { } tunnel || tunnel == present.Tunnel)
        && (options.Firewall is not { } firewall || firewall == present.Firewall)
        && (options.L2Population is not { } population || population == present.L2Population)
        && (options.IPv6 is not { } ipv6 || ipv6 == present.IPv6)
        && (options.Routed is not { } routed || routed == present.Gateway is not null);

    private static void CheckMachine()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw Problems.NotRoot();
        }
        var missing = _programs.Where(p => Programs.Find(p) is null).ToList();
        if (DhcpClient.Find() is null)
        {
            missing.Add("udhcpc");
        }
        if (missing.Count > 0)
        {
            throw Problems.Missing(missing, [.. missing.Select(p => Programs.PackageOf(p) ?? p).Distinct()]);
        }
    }

    /// <summary>A folder with something else in it is not cleaned up but refused.</summary>
    private static void CheckIsLab(string directory)
    {
        if (!File.Exists(Path.Join(directory, LabState.FileName)) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw Problems.NotALab(directory);
        }
    }

    private static async Task MakeAsync(
        LabDescription lab, Action<string> progress, CancellationToken cancellationToken)
    {
        var state = new LabState
        {
            Nodes = lab.Nodes.Count,
            Instances = lab.Instances.Count,
            Tunnel = lab.Tunnel,
            Firewall = lab.Firewall,
            L2Population = lab.L2Population,
            IPv6 = lab.IPv6,
            Routed = lab.Gateway is not null,
        };
        Directory.CreateDirectory(lab.Directory);
        state.Write(lab.Directory);
        foreach (var folder in (string[])["namespaces", "guests", "leases"])
        {
            Directory.CreateDirectory(Path.Join(lab.Directory, folder));
        }
        DhcpClient.WriteScript(lab);
        progress($"namespaces and Open vSwitch of {string.Join(", ", lab.Nodes.Select(n => n.Name))}");
        LabUnderlay.Create(lab);
        await Task.WhenAll(lab.Nodes.Select(n => LabNodeBuilder.StartOvsAsync(n, cancellationToken)));
        progress(lab.Gateway is null ? "bridges br-int and br-tun, patch pair, tunnels, router 172.16.0.1, DHCP server"
            : "bridges br-int, br-tun and br-ex, patch pairs, tunnels, router between both networks and outside, DHCP servers");
        await Task.WhenAll(lab.Nodes.Select(n => LabNodeBuilder.BuildAsync(lab, n, cancellationToken)));
        if (lab.Instances.Count > 0)
        {
            progress($"VMs {string.Join(", ", lab.Instances.Select(i => i.Name))}: tap, {(lab.IsHybrid ? "hybrid plug" : "plug")}, {(lab.Firewall == LabDescription.NoFirewall ? "no firewall" : "security groups")}");
            await Task.WhenAll(lab.Nodes.Select(n => LabMachines.StartAsync(lab, n, cancellationToken)));
        }
        await Task.WhenAll(lab.Nodes.Select(n => LabNodeBuilder.FinishAsync(lab, n, cancellationToken)));
        if (lab.Instances.Count > 0)
        {
            progress("addresses by DHCP");
            await Task.WhenAll(lab.Instances.Select(i => DhcpClient.RunAsync(lab, i, cancellationToken)));
        }
        (state with { IsUp = true }).Write(lab.Directory);
    }
}
