using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Plumbline.Neutron.OpenFlow;

/// <summary>
/// The flows that Neutron's OVS agent keeps on its bridges, as of Neutron 21 (Zed) without DVR, with the iptables_hybrid or no firewall
/// (<see cref="NativeFirewallFlows"/> has the other). Pure. Each is a line as <c>ovs-ofctl dump-flows --no-stats</c> prints it, which
/// <c>ovs-ofctl replace-flows</c> takes as well.
/// </summary>
public static class AgentFlows
{
    /// <summary>The flows of br-int.</summary>
    /// <param name="cookie">The agent's mark of this run on this bridge.</param>
    /// <param name="ports">Ports of instances with port security.</param>
    /// <param name="physical">Patch ports to the bridges of physical networks.</param>
    /// <param name="dead">OpenFlow numbers of ports without binding.</param>
    public static IReadOnlyList<string> IntegrationBridge(
        ulong cookie,
        IReadOnlyList<IntegrationPort> ports,
        IReadOnlyList<PhysicalBridgePort>? physical = null,
        IReadOnlyList<int>? dead = null)
    {
        var flows = new Flows(cookie);
        flows.Add(0, 65535, "dl_vlan=4095", "drop");
        foreach (var bridge in physical ?? [])
        {
            flows.Add(0, 2, $"in_port={bridge.OfPort}", "drop");
            foreach (var (outside, vlan) in bridge.LocalVlans)
            {
                var match = outside is null ? "vlan_tci=0x0000/0x1fff" : $"dl_vlan={outside}";
                flows.Add(0, 3, $"in_port={bridge.OfPort},{match}", $"mod_vlan_vid:{vlan},resubmit(,59)");
            }
        }
        foreach (var port in dead ?? [])
        {
            flows.Add(0, 2, $"in_port={port}", "drop");
        }
        flows.Add(0, 0, "", "resubmit(,59)");
        flows.Add(23, 0, "", "drop"); // the canary: when it is gone, OVS was restarted and the agent starts over
        flows.Add(24, 0, "", "drop");
        flows.Add(30, 0, "", "resubmit(,59)");
        flows.Add(31, 0, "", "resubmit(,59)");
        flows.Add(59, 0, "", "resubmit(,60)");
        flows.Add(60, 3, "", "NORMAL");
        flows.Add(62, 3, "", "NORMAL");
        foreach (var port in ports)
        {
            AddSpoofChecks(flows, port);
        }
        return flows.Lines;
    }

    /// <summary>The flows of br-tun.</summary>
    /// <param name="cookie">The agent's mark of this run on this bridge.</param>
    /// <param name="patch">OpenFlow number of the patch port to br-int.</param>
    /// <param name="networks">Tunnelled networks with a port on this node.</param>
    /// <param name="tunnels">Tunnel ports; a network is flooded to all of its type.</param>
    /// <param name="told">
    /// With L2 population and ARP responder: what is known of ports on other nodes, and only their nodes are flooded to. Null: without.
    /// </param>
    public static IReadOnlyList<string> TunnelBridge(
        ulong cookie, int patch, IReadOnlyList<TunnelNetwork> networks, IReadOnlyList<TunnelPort> tunnels,
        IReadOnlyList<RemotePort>? told = null)
    {
        var flows = new Flows(cookie);
        flows.Add(0, 1, $"in_port={patch}", "resubmit(,2)");
        foreach (var tunnel in tunnels)
        {
            flows.Add(0, 1, $"in_port={tunnel.OfPort}", $"resubmit(,{TableOf(tunnel.Type)})");
        }
        flows.Add(0, 0, "", "drop");
        flows.Add(2, 0, "dl_dst=00:00:00:00:00:00/01:00:00:00:00:00", "resubmit(,20)");
        flows.Add(2, 0, "dl_dst=01:00:00:00:00:00/01:00:00:00:00:00", "resubmit(,22)");
        foreach (var network in networks)
        {
            flows.Add(TableOf(network.Type), 1, $"tun_id={Hex(network.SegmentationId)}",
                $"mod_vlan_vid:{network.LocalVlan},resubmit(,10)");
        }
        flows.Add(3, 0, "", "drop");
        flows.Add(4, 0, "", "drop");
        flows.Add(6, 0, "", "drop");
        flows.Add(10, 1, "",
            $"learn(table=20,hard_timeout=300,priority=1,cookie={Hex(cookie)},NXM_OF_VLAN_TCI[0..11],"
            + "NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:0->NXM_OF_VLAN_TCI[],load:NXM_NX_TUN_ID[]->NXM_NX_TUN_ID[],"
            + $"output:NXM_OF_IN_PORT[]),output:{patch}");
        flows.Add(20, 0, "", "resubmit(,22)");
        if (told is not null)
        {
            AddPopulation(flows, networks, told);
        }
        foreach (var network in networks)
        {
            var outputs = tunnels.Where(t => t.Type == network.Type
                && told?.Any(r => r.LocalVlan == network.LocalVlan && r.OfPort == t.OfPort) != false).Select(t => $",output:{t.OfPort}").ToList();
            if (outputs.Count > 0)
            {
                flows.Add(22, 1, $"dl_vlan={network.LocalVlan}",
                    $"strip_vlan,load:{Hex(network.SegmentationId)}->NXM_NX_TUN_ID[]{string.Concat(outputs)}");
            }
        }
        flows.Add(22, 0, "", "drop");
        return flows.Lines;
    }

    /// <summary>The flows of a physical network's bridge.</summary>
    /// <param name="cookie">The agent's mark of this run on this bridge.</param>
    /// <param name="patch">OpenFlow number of the patch port to br-int.</param>
    /// <param name="networks">The local VLAN of each network on it, by VLAN id outside; null outside is the flat network.</param>
    public static IReadOnlyList<string> PhysicalBridge(ulong cookie, int patch, IReadOnlyList<(int? Outside, int LocalVlan)> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        var flows = new Flows(cookie);
        foreach (var (outside, vlan) in networks)
        {
            flows.Add(0, 4, $"in_port={patch},dl_vlan={vlan}", outside is null ? "strip_vlan,NORMAL" : $"mod_vlan_vid:{outside},NORMAL");
        }
        flows.Add(0, 2, $"in_port={patch}", "drop");
        flows.Add(0, 0, "", "NORMAL");
        return flows.Lines;
    }

    private static void AddPopulation(Flows flows, IReadOnlyList<TunnelNetwork> networks, IReadOnlyList<RemotePort> told)
    {
        flows.Add(2, 1, "arp,dl_dst=ff:ff:ff:ff:ff:ff", "resubmit(,21)");
        flows.Add(21, 0, "", "resubmit(,22)");
        foreach (var port in told)
        {
            var key = networks.First(n => n.LocalVlan == port.LocalVlan).SegmentationId;
            flows.Add(20, 2, $"dl_vlan={port.LocalVlan},dl_dst={port.Mac}", $"strip_vlan,load:{Hex(key)}->NXM_NX_TUN_ID[],output:{port.OfPort}");
            foreach (var address in port.Addresses)
            {
                if (address.AddressFamily != AddressFamily.InterNetwork)
                {
                    continue;   // the responder answers ARP alone
                }
                var number = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
                flows.Add(21, 1, $"arp,dl_vlan={port.LocalVlan},arp_tpa={address}",
                    "load:0x2->NXM_OF_ARP_OP[],move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],"
                    + $"load:{Hex(port.Mac.Value)}->NXM_NX_ARP_SHA[],load:{Hex(number)}->NXM_OF_ARP_SPA[],"
                    + $"move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],mod_dl_src:{port.Mac},IN_PORT");
            }
        }
    }

    private static void AddSpoofChecks(Flows flows, IntegrationPort port)
    {
        var n = port.OfPort;
        flows.Add(0, 9, $"in_port={n}", "resubmit(,25)");
        foreach (var mac in port.Macs.Distinct())
        {
            flows.Add(25, 2, $"in_port={n},dl_src={mac}", "resubmit(,30)");
        }
        var ipv4 = port.Addresses.Where(a => !a.Contains(':')).ToList();
        if (ipv4.Any(a => a.EndsWith("/0", StringComparison.Ordinal)))
        {
            return; // any sender is allowed: the agent leaves both checks out
        }
        flows.Add(0, 10, $"icmp6,in_port={n},icmp_type=136", "resubmit(,24)");
        flows.Add(0, 10, $"arp,in_port={n}", "resubmit(,24)");
        foreach (var address in port.Addresses.Where(a => a.Contains(':') && !a.EndsWith("/0", StringComparison.Ordinal))
            .Concat(port.Macs.Select(LinkLocalAddress.Of).Select(a => a.ToString()))
            .Distinct())
        {
            flows.Add(24, 2, $"icmp6,in_port={n},icmp_type=136,nd_target={address}", "resubmit(,59)");
        }
        foreach (var address in ipv4.Distinct())
        {
            flows.Add(24, 2, $"arp,in_port={n},arp_spa={address}", "resubmit(,25)");
        }
    }

    private static int TableOf(string tunnelType) => tunnelType switch
    {
        "gre" => 3,
        "vxlan" => 4,
        "geneve" => 6,
        _ => throw new UnreachableException($"no tunnel type: {tunnelType}"),
    };

    private static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    private sealed class Flows(ulong cookie)
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines => _lines;

        public void Add(int table, int priority, string match, string actions) => _lines.Add(
            $"cookie={Hex(cookie)}, table={table}, priority={priority}{(match.Length > 0 ? "," : "")}{match} actions={actions}");
    }
}
