using System.Diagnostics;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;
using Plumbline.Linux.Taps;
using Plumbline.Neutron;
using Plumbline.Operations.Plugging;

namespace Plumbline.Operations.Labs;

/// <summary>
/// The VMs of a node. A guest is a namespace with a tap <c>eth0</c>; the VM's tap is in the node's namespace; one process a node holds
/// both and carries frames between them, as QEMU does. When it ends, the taps are gone, as with QEMU.
/// </summary>
internal static class LabMachines
{
    /// <summary>The hidden command that runs <see cref="Run"/>.</summary>
    public const string Command = "lab-vmm";

    private const string Ready = "ready";
    private const string GuestNic = "eth0";

    /// <summary>Starts the node's VMs and plugs them.</summary>
    public static async Task StartAsync(LabDescription lab, LabNode node, CancellationToken cancellationToken)
    {
        var instances = Of(lab, node);
        if (instances.Count == 0)
        {
            return;
        }
        foreach (var instance in instances)
        {
            NetworkNamespace.Create(instance.NamespaceFile).Dispose();
        }
        using var own = NetworkNamespace.Open(node.Access.NamespaceFile!);
        await StartProcessAsync(lab, node, own, cancellationToken);
        using var netlink = RouteNetlink.Open(own);
        foreach (var instance in instances)
        {
            netlink.ChangeLink(netlink.FindLink(instance.Tap)!.IfIndex, new() { Address = instance.TapMac });
            BootGuest(lab, instance);
            DomainFile.Write(lab, node, instance);
            if (!lab.IsHybrid)
            {
                Sysctl.Write(own, $"net.ipv6.conf.{instance.Tap}.disable_ipv6", "1");
                netlink.ChangeLink(netlink.FindLink(instance.Tap)!.IfIndex, new() { Mtu = lab.Mtu });
                netlink.ChangeLink(netlink.FindLink(instance.Tap)!.IfIndex, new() { Up = true });
                await LabNodeBuilder.PlugAsync(lab, node, instance, cancellationToken);
                continue;
            }
            await HybridPlug.PlugAsync(node.Access, new()
            {
                PortId = instance.PortId,
                Address = instance.Mac,
                NetworkId = instance.Network.Id,
                Tag = lab.Gateway is null ? null : instance.Network.LocalVlan,
                NetworkType = lab.Tunnel,
                SegmentationId = instance.Network.SegmentationId,
                InstanceName = instance.Name,
                InstanceId = instance.Id,
                Mtu = lab.Mtu,
            }, dryRun: false, cancellationToken);
        }
    }

    /// <summary>What the hidden command does: holds the taps of a node's VMs and carries frames, until it is ended.</summary>
    public static void Run(LabDescription lab, LabNode node, TextWriter output, CancellationToken cancellationToken)
    {
        ProcessControl.Detach();
        var taps = new List<TapDevice>();
        try
        {
            var pairs = new List<(TapDevice, TapDevice)>();
            using var own = NetworkNamespace.Open(node.Access.NamespaceFile!);
            foreach (var instance in Of(lab, node))
            {
                using var inside = NetworkNamespace.Open(instance.NamespaceFile);
                taps.Add(TapDevice.Create(own, instance.Tap));
                taps.Add(TapDevice.Create(inside, GuestNic));
                pairs.Add((taps[^2], taps[^1]));
            }
            output.WriteLine(Ready);
            output.Flush();
            FrameShuttle.Run(pairs, cancellationToken);
        }
        finally
        {
            taps.ForEach(t => t.Dispose());
        }
    }

    private static IReadOnlyList<LabInstance> Of(LabDescription lab, LabNode node) =>
        [.. lab.Instances.Where(i => i.Node == node.Name)];

    private static async Task StartProcessAsync(
        LabDescription lab, LabNode node, NetworkNamespace own, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(SelfProgram(), [Command, "--lab-dir", lab.Directory, "--node", node.Name])
        {
            // pipes, so that it holds neither our terminal nor the reader of our output
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = NamespacedProcess.Start(own, start);
        var said = await process.StandardOutput.ReadLineAsync(cancellationToken);
        if (said != Ready)
        {
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            throw Problems.MachineFailed(node.Name, (said + " " + errors).Trim());
        }
    }

    /// <summary>This program; under another host (a test), the one beside us.</summary>
    internal static string SelfProgram() =>
        Path.GetFileName(Environment.ProcessPath) == "plumb" ? Environment.ProcessPath! : Path.Join(AppContext.BaseDirectory, "plumb");

    private static void BootGuest(LabDescription lab, LabInstance instance)
    {
        using var inside = NetworkNamespace.Open(instance.NamespaceFile);
        using var netlink = RouteNetlink.Open(inside);
        var nic = netlink.FindLink(GuestNic)!.IfIndex;
        netlink.ChangeLink(nic, new() { Address = instance.Mac });
        if (instance.IPv6Address is not null)
        {
            // nobody else has it: usable at once
            Sysctl.Write(inside, $"net.ipv6.conf.{GuestNic}.dad_transmits", "0");
        }
        netlink.ChangeLink(nic, new() { Up = true });
        if (instance.IPv6Address is { } ipv6)
        {
            netlink.AddAddress(nic, ipv6, LabDescription.IPv6PrefixLength);
            if (lab.Gateway is not null)
            {
                // what a router advertisement would tell
                var router = lab.RouterPorts.First(r => r.Network == instance.Network);
                netlink.AddRoute(null, 0, LinkLocalAddress.Of(router.Mac), nic);
            }
        }
    }
}
