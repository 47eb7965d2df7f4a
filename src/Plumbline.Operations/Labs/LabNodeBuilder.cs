using System.Net;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Labs;

/// <summary>Makes one node what Neutron's agents would have made of it.</summary>
internal static partial class LabNodeBuilder
{
    private const string Integration = "br-int";
    private const string TunnelBridge = "br-tun";

    /// <summary>The bridge that carries a node's own address, where the nodes really talk to each other.</summary>
    private const string Physical = "br-phy";

    private const string PatchToTunnel = "patch-tun";
    private const string PatchToIntegration = "patch-int";

    /// <summary>
    /// Marks of an agent's run, as an agent draws them at random; here always the same, so that a lab is always the same.
    /// </summary>
    private const ulong IntegrationCookie = 0x20EA_B69C_E759_41B0;
    private const ulong TunnelCookie = 0xA480_9768_8EC0_B4B8;
    private const ulong PhysicalCookie = 0x5E17_3C0D_92AB_64F1;

    /// <summary>Where VMs ask for their metadata.</summary>
    internal static readonly IPAddress Metadata = new([169, 254, 169, 254]);

    /// <summary>Sysctls that a compute node needs for its security groups, and a namespace may not have.</summary>
    private static readonly string[] _bridgeSysctls =
        ["net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables", "net.bridge.bridge-nf-call-arptables"];

    /// <summary>Starts the node's Open vSwitch.</summary>
    public static async Task StartOvsAsync(LabNode node, CancellationToken cancellationToken)
    {
        using var own = NetworkNamespace.Open(node.Access.NamespaceFile!);
        await OvsDaemons.StartAsync(own, node.Access.OvsRunDirectory, cancellationToken);
    }

    /// <summary>Bridges, tunnels and, on the node that has them, the router and the DHCP server.</summary>
    public static async Task BuildAsync(LabDescription lab, LabNode node, CancellationToken cancellationToken)
    {
        using var own = NetworkNamespace.Open(node.Access.NamespaceFile!);
        foreach (var key in _bridgeSysctls)
        {
            Sysctl.Write(own, key, "1");
        }
        await CommitAsync(node, BridgeRows(lab, node), cancellationToken);
        using var netlink = RouteNetlink.Open(own);
        var address = netlink.FindLink(IsJoined(lab) ? Physical : LabUnderlay.Nic)!;
        netlink.ChangeLink(address.IfIndex, new() { Up = true });
        netlink.AddAddress(address.IfIndex, node.Address, LabDescription.PrefixLength);
        foreach (var server in ServersOf(lab, node))
        {
            MoveIn(lab, netlink, server);
        }
        if (GatewayOf(lab, node) is not null)
        {
            netlink.ChangeLink(netlink.FindLink(LabGateway.Bridge)!.IfIndex, new() { Up = true });
        }
        foreach (var server in lab.DhcpServers.Where(s => s.Node == node.Name))
        {
            await DhcpServer.StartAsync(lab, node, server, cancellationToken);
        }
    }

    /// <summary>What depends on all ports being there: security groups and flows.</summary>
    public static async Task FinishAsync(LabDescription lab, LabNode node, CancellationToken cancellationToken)
    {
        if (lab.IsHybrid)
        {
            await LabFirewall.ApplyAsync(lab, node, cancellationToken);
        }
        await LabFlows.ApplyAsync(
            node, Integration, await IntegrationFlowsAsync(lab, node, cancellationToken), cancellationToken);
        await LabFlows.ApplyAsync(node, TunnelBridge, await TunnelFlowsAsync(lab, node, cancellationToken), cancellationToken);
        if (GatewayOf(lab, node) is { } gateway)
        {
            await LabFlows.ApplyAsync(node, LabGateway.Bridge, await PhysicalFlowsAsync(node, gateway, cancellationToken), cancellationToken);
            await LabRouter.FinishAsync(lab, gateway, cancellationToken);
        }
    }

    /// <summary>Several nodes really exchange tunnel packets: the userspace datapath routes them through a bridge of its own.</summary>
    private static bool IsJoined(LabDescription lab) => lab.Nodes.Count > 1;

    private static IEnumerable<LabServer> ServersOf(LabDescription lab, LabNode node) =>
        lab.Servers.Where(s => s.Node == node.Name);

    private static void MoveIn(LabDescription lab, RouteNetlink netlink, LabServer server)
    {
        using var inside = File.Exists(server.NamespaceFile) ? NetworkNamespace.Open(server.NamespaceFile) : NetworkNamespace.Create(server.NamespaceFile);
        netlink.ChangeLink(netlink.FindLink(server.Device)!.IfIndex, new() { Namespace = inside });
        using var there = RouteNetlink.Open(inside);
        var link = there.FindLink(server.Device)!;
        there.ChangeLink(link.IfIndex, new() { Address = server.Mac, Mtu = server.Network.Mtu });
        if (server.IPv6Address is not null)
        {
            Sysctl.Write(inside, $"net.ipv6.conf.{server.Device}.dad_transmits", "0");
        }
        there.ChangeLink(link.IfIndex, new() { Up = true });
        there.AddAddress(link.IfIndex, server.Address, LabDescription.PrefixLength);
        if (server.IPv6Address is { } ipv6)
        {
            there.AddAddress(link.IfIndex, ipv6, LabDescription.IPv6PrefixLength);
        }
        Sysctl.Write(inside, "net.ipv4.ip_forward", server.IsRouter ? "1" : "0");
        if (lab.Gateway is not { } gateway)
        {
            return;
        }
        if (!server.IsRouter)
        {
            there.AddAddress(link.IfIndex, Metadata, 32);
        }
        else
        {
            Sysctl.Write(inside, "net.ipv4.conf.all.arp_ignore", "1");
            Sysctl.Write(inside, "net.ipv4.conf.all.arp_announce", "2");
            Sysctl.Write(inside, "net.ipv6.conf.all.forwarding", lab.IPv6 ? "1" : "0");
        }
        if (server == gateway.Port)
        {
            there.AddAddress(link.IfIndex, gateway.FloatingAddress, 32);
        }
    }

    /// <summary>The way out, on the node that has it.</summary>
    private static LabGateway? GatewayOf(LabDescription lab, LabNode node) => lab.Gateway is { } gateway && gateway.Port.Node == node.Name ? gateway : null;

    private static async Task CommitAsync(LabNode node, IReadOnlyList<Operation> operations, CancellationToken cancellationToken)
    {
        await using var session = await OvsdbSession.ConnectAsync(
            node.Access.OvsdbEndpoint, node.Access.OvsdbOptions, cancellationToken);
        await session.CommitAndWaitAsync(operations, cancellationToken);
    }
}
