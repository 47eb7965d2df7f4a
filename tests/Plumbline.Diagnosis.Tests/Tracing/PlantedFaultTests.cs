using System.Globalization;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tests.Tracing;

/// <summary>Faults planted into the facts of the recorded deployment: the flows that they change, and where they end.</summary>
public sealed class PlantedFaultTests
{
    private const string Router = "qrouter-45b06e84-d906-4321-9221-2915856ca80e";
    private const string Dhcp = "qdhcp-3b487391-2343-4f72-844c-351a25845527";
    private const string Web1 = "6ef565e0-4a";

    private static readonly Dictionary<string, (string Node, Func<NodeSnapshot, NodeSnapshot> Plant)> _plants = new()
    {
        ["nothing"] = ("cmp1", s => s),
        ["tap-down"] = ("cmp1", s => Link(s, "tap" + Web1, Down)),
        ["qvb-down"] = ("cmp1", s => Link(s, "qvb" + Web1, Down)),
        ["qvo-down"] = ("cmp1", s => Link(s, "qvo" + Web1, Down)),
        ["qbr-down"] = ("cmp1", s => Link(s, "qbr" + Web1, Down)),
        ["tap-unplugged"] = ("cmp1", s => Link(s, "tap" + Web1, l => l with { MasterIndex = null })),
        ["qvb-unplugged"] = ("cmp1", s => Link(s, "qvb" + Web1, l => l with { MasterIndex = null })),
        ["tap-gone"] = ("cmp1", s => Own(s, n => n with { Links = [.. n.Links.Where(l => l.Name != "tap" + Web1)] })),
        ["qvo-not-in-ovs"] = ("cmp1", s => WithoutPort(s, "qvo" + Web1)),
        ["vlan-dead"] = ("cmp1", s => Port(s, "qvo" + Web1, p => p with { Tag = 4095 })),
        ["vlan-none"] = ("cmp1", s => Port(s, "qvo" + Web1, p => p with { Tag = null })),
        ["vlan-other"] = ("cmp1", s => Port(s, "qvo" + Web1, p => p with { Tag = 2 })),
        ["vlan-of-receiver"] = ("cmp2", s => Port(s, "qvo13a7f86a-ff", p => p with { Tag = 77 })),
        ["ovs-error"] = ("cmp1", s => Row(s, "qvo" + Web1, r => r with { Error = "could not open network device", OfPort = -1 })),
        ["patch-broken"] = ("cmp1", s => Row(s, "patch-tun", r => r with { Options = Map(r.Options, "peer", "nowhere") })),
        ["tunnel-remote"] = ("cmp1", s => Row(s, "vxlan-0a1e000c", r => r with { Options = Map(r.Options, "remote_ip", "10.30.0.99") })),
        ["tunnel-local"] = ("cmp1", s => Row(s, "vxlan-0a1e000c", r => r with { Options = Map(r.Options, "local_ip", "10.30.0.77") })),
        ["tunnel-key"] = ("cmp1", s => Row(s, "vxlan-0a1e000c", r => r with { Options = Map(r.Options, "out_key", "77") })),
        ["tunnel-port"] = ("cmp1", s => Row(s, "vxlan-0a1e000c", r => r with { Options = Map(r.Options, "dst_port", "8472") })),
        ["tunnel-gone"] = ("cmp1", s => WithoutPort(s, "vxlan-0a1e000c")),
        ["tunnel-back-gone"] = ("cmp2", s => WithoutPort(s, "vxlan-0a1e000b")),
        ["flow-in-gone"] = ("cmp2", s => Flows(s, "br-tun", f => !f.Contains("tun_id=0x4404 ", StringComparison.Ordinal))),
        ["flow-flood-gone"] = ("cmp1", s => Flows(s, "br-tun", f => !f.Contains("dl_vlan=1 ", StringComparison.Ordinal))),
        ["flow-mac-gone"] = ("cmp1", s => Flows(s, "br-int", f => !f.Contains("dl_src=fa:16:3e:4c:21:be ", StringComparison.Ordinal))),
        ["flow-arp-gone"] = ("cmp1", s => Flows(s, "br-int", f => !f.Contains("arp_spa=10.1.0.11 ", StringComparison.Ordinal))),
        ["flow-foreign"] = ("cmp1", s => AddFlow(s, "br-int", " cookie=0xbad, table=0, n_packets=0, priority=500,ip,in_port=9 actions=drop")),
        ["flow-canary-only"] = ("cmp1", s => Flows(s, "br-int", f => f.Contains("table=23", StringComparison.Ordinal))),
        ["flow-provider-gone"] = ("cmp1", s => Flows(s, "br-int", f => !f.Contains("dl_vlan=207", StringComparison.Ordinal))),
        ["flow-provider-out-gone"] = ("cmp1", s => Flows(s, "br-prov", f => !f.Contains("mod_vlan_vid:207", StringComparison.Ordinal))),
        ["nf-call-off"] = ("cmp2", s => Own(s, n => n with { Sysctls = Map(n.Sysctls, "net.bridge.bridge-nf-call-iptables", "0") })),
        ["no-zone"] = ("cmp1", s => Rules(s, "", l => !l.Contains("-j CT ", StringComparison.Ordinal))),
        ["no-spoof-pair"] = ("cmp1", s => Rules(s, "", l => !l.Contains("-s 10.1.0.11/32 -m mac --mac-source fa:16:3e:4c:21:be", StringComparison.OrdinalIgnoreCase))),
        ["no-established"] = ("cmp1", s => Rules(s, "", l => !l.StartsWith("-A neutron-openvswi-i6ef565e0-4 -m state --state RELATED", StringComparison.Ordinal)
            && !l.Contains("] -A neutron-openvswi-i6ef565e0-4 -m state --state RELATED", StringComparison.Ordinal))),
        ["no-jumps"] = ("cmp2", s => Rules(s, "", l => !l.Contains("physdev-out tap13a7f86a-ff", StringComparison.Ordinal))),
        ["mtu-qvo"] = ("cmp1", s => Link(s, "qvo" + Web1, l => l with { Mtu = 1400 })),
        ["mtu-eth1"] = ("cmp2", s => Link(s, "eth1", l => l with { Mtu = 1450 })),
        ["eth1-down"] = ("cmp1", s => Link(s, "eth1", Down)),
        ["eth3-down"] = ("ctl", s => Link(s, "eth3", Down)),
        ["br-ex-patch"] = ("ctl", s => Row(s, "int-br-ex", r => r with { Options = Map(r.Options, "peer", "nonexistent-peer") })),
        ["underlay-address-gone"] = ("cmp1", s => Own(s, n => n with { Addresses = [.. n.Addresses.Where(a => a.Address.ToString() != "10.30.0.11")] })),
        ["router-gone"] = ("ctl", s => s with { Namespaces = [.. s.Namespaces.Where(n => n.Name != Router)] }),
        ["router-no-default"] = ("ctl", s => Space(s, Router, n => n with { Routes = [.. n.Routes.Where(r => r.PrefixLength != 0)] })),
        ["router-other-default"] = ("ctl", s => Space(s, Router, n => n with
        { Routes = [.. n.Routes.Select(r => r.PrefixLength == 0 && r.Gateway is not null ? r with { Gateway = System.Net.IPAddress.Parse("203.0.113.99") } : r)] })),
        ["router-no-forward"] = ("ctl", s => Space(s, Router, n => n with { Sysctls = Map(n.Sysctls, "net.ipv4.ip_forward", "0") })),
        ["router-port-down"] = ("ctl", s => Space(s, Router, n => n with { Links = [.. n.Links.Select(l => l.Name == "qr-548ea9c5-e3" ? Down(l) : l)] })),
        ["no-floating-nat"] = ("ctl", s => Rules(s, Router, l => !l.Contains("-d 203.0.113.26/32 -j DNAT", StringComparison.Ordinal))),
        ["no-floating-address"] = ("ctl", s => Space(s, Router, n => n with
        {
            Addresses = [.. n.Addresses.Where(a => a.Address.ToString() != "203.0.113.26")],
            Routes = [.. n.Routes.Where(r => r.Destination.ToString() != "203.0.113.26")],
        })),
        ["dnsmasq-dead"] = ("ctl", s => Space(s, Dhcp, n => n with { Sockets = [] })),
        ["dhcp-host-gone"] = ("ctl", s => s with
        {
            Files = [.. s.Files!.Select(f => f.Path.EndsWith("/host", StringComparison.Ordinal)
                ? f with { Text = string.Join('\n', f.Text.Split('\n').Where(l => !l.StartsWith("fa:16:3e:4c:21:be", StringComparison.Ordinal))) } : f)],
        }),
        ["dhcp-port-dead"] = ("ctl", s => Port(s, "tap107bff97-a1", p => p with { Tag = 4095 })),
        ["metadata-dead"] = ("ctl", s => Space(s, Router, n => n with { Sockets = [] })),
    };

    public static TheoryData<string, string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string, string>();
        Add("nothing", "web1 web2 tcp:22", "delivered");
        foreach (var device in (string[])["tap", "qvb", "qvo", "qbr"])
        {
            Add($"{device}-down", "web1 web2 icmp", $"{device}{Web1}");
            Add($"{device}-down", "red1 10.1.0.12 icmp", "delivered");
        }
        Add("qvb-down", "web2 web1 icmp", $"qvb{Web1}");
        Add("tap-down", "db1 web1 icmp", $"tap{Web1}");
        Add("tap-unplugged", "web1 db1 icmp", $"tap{Web1}");
        Add("qvb-unplugged", "web1 db1 icmp", $"qbr{Web1}");
        Add("tap-gone", "web1 db1 icmp", "web1-0");
        Add("qvo-not-in-ovs", "web1 db1 icmp", $"qvo{Web1}");
        foreach (var vlan in (string[])["vlan-dead", "vlan-none", "vlan-other"])
        {
            Add(vlan, "web1 db1 icmp", $"qvo{Web1}");
            Add(vlan, "web1 web2 icmp", $"qvo{Web1}");
            Add(vlan, "db1 web1 icmp", $"qvo{Web1}");
            Add(vlan, "outside 203.0.113.26 icmp", $"qvo{Web1}");
            Add(vlan, "red1 10.1.0.12 icmp", "delivered");
        }
        Add("vlan-of-receiver", "web1 web2 icmp", "qvo13a7f86a-ff");
        Add("ovs-error", "web1 db1 icmp", $"qvo{Web1}");
        Add("patch-broken", "web1 web2 icmp", "br-int");
        Add("patch-broken", "web1 10.1.0.41 tcp:80", "delivered");
        Add("patch-broken", "web2 10.7.0.11 icmp", "delivered");
        foreach (var tunnel in (string[])["tunnel-remote", "tunnel-local", "tunnel-key", "tunnel-port", "tunnel-gone", "tunnel-back-gone"])
        {
            Add(tunnel, "web1 web2 icmp", "dropped");
            Add(tunnel, "web1 gateway icmp", "delivered");
            Add(tunnel, "web3 10.2.0.11 icmp", "delivered");
        }
        Add("tunnel-local", "web1 web2 icmp", "vxlan-0a1e000c");
        Add("tunnel-remote", "web1 web2 icmp", "vxlan-0a1e000c");
        Add("tunnel-gone", "web1 web2 icmp", "br-tun");
        Add("tap-down", "outside 203.0.113.26 icmp", $"tap{Web1}");
        Add("eth1-down", "outside 203.0.113.26 icmp", "eth1");
        Add("flow-in-gone", "web1 web2 icmp", "br-tun");
        Add("flow-in-gone", "red1 10.1.0.12 icmp", "delivered");
        Add("flow-flood-gone", "web1 web2 icmp", "delivered"); // who knows the MAC goes on knowing it
        Add("flow-mac-gone", "web1 db1 icmp", "br-int");
        Add("flow-arp-gone", "web1 db1 icmp", "br-int");
        Add("flow-foreign", "web1 db1 icmp", "br-int");
        Add("flow-foreign", "db1 10.1.0.41 icmp", "delivered");
        Add("flow-canary-only", "web1 db1 icmp", "br-int");
        Add("flow-provider-gone", "web2 10.7.0.11 icmp", "br-int");
        Add("flow-provider-gone", "web1 web2 icmp", "delivered");
        Add("flow-provider-out-gone", "web2 10.7.0.11 icmp", "br-prov");
        Add("nf-call-off", "web1 web2 tcp:80", "delivered");
        Add("nf-call-off", "web2 10.7.0.11 tcp:80", "neutron-openvswi-sg-fallback");
        Add("no-zone", "web1 db1 icmp", "delivered");
        Add("no-zone", "web1 db1 tcp:3306", "delivered");
        Add("no-spoof-pair", "web1 db1 icmp", "neutron-openvswi-s6ef565e0-4");
        Add("no-established", "web1 db1 tcp:3306", "neutron-openvswi-sg-fallback");
        Add("no-jumps", "web1 web2 tcp:80", "delivered");
        Add("mtu-qvo", "web1 db1 icmp size:1450", $"qvo{Web1}");
        Add("mtu-qvo", "web1 db1 icmp size:1400", "delivered");
        Add("mtu-eth1", "web1 web2 icmp size:1450", "eth1");
        Add("mtu-eth1", "web1 web2 icmp size:1400", "delivered");
        Add("mtu-eth1", "web1 db1 icmp size:1450", "delivered");
        Add("eth1-down", "web1 web2 icmp", "eth1");
        Add("eth1-down", "web1 db1 icmp", "delivered");
        Add("eth3-down", "web1 198.51.100.1 icmp", "eth3");
        Add("eth3-down", "outside 203.0.113.26 icmp", "eth3");
        Add("eth3-down", "web1 10.2.0.11 tcp:22", "delivered");
        Add("br-ex-patch", "web1 198.51.100.1 icmp", "br-int");
        Add("underlay-address-gone", "web1 web2 icmp", "dropped");
        Add("router-gone", "web1 gateway icmp", "dropped");
        Add("router-gone", "web1 web2 icmp", "delivered");
        Add("router-no-default", "web1 198.51.100.1 icmp", Router);
        Add("router-no-default", "web1 10.2.0.11 tcp:22", "delivered");
        // who stands outside is the gateway, on the same wire
        Add("router-no-default", "outside 203.0.113.26 tcp:22", "delivered");
        Add("router-other-default", "web1 198.51.100.1 icmp", Router);
        Add("router-other-default", "web1 10.2.0.11 tcp:22", "delivered");
        Add("router-no-forward", "web1 10.2.0.11 tcp:22", Router);
        Add("router-no-forward", "web1 10.1.0.1 icmp", "delivered");
        Add("router-port-down", "web1 10.1.0.1 icmp", "qr-548ea9c5-e3");
        Add("no-floating-nat", "outside 203.0.113.26 tcp:22", "dropped");
        Add("no-floating-address", "outside 203.0.113.26 icmp", "dropped");
        Add("nothing", "web1 dhcp icmp", "delivered");
        Add("dnsmasq-dead", "web1 dhcp icmp", Dhcp);
        Add("dhcp-host-gone", "web1 dhcp icmp", Dhcp);
        Add("dhcp-port-dead", "web1 dhcp icmp", "dropped");
        Add("nothing", "web1 metadata tcp:80", "delivered");
        Add("metadata-dead", "web1 metadata tcp:80", Router);
        Add("nothing", "web1 web2 icmp from-ip:10.1.0.99", "dropped");
        Add("nothing", "web1 web2 icmp from-mac:fa:16:3e:00:00:01", "br-int");
        Add("nothing", "db1 web2 icmp from-ip:10.1.0.250", "delivered-there");
        return data;

        void Add(string plant, string flow, string expected) => data.Add(plant, flow, expected, "");
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void A_planted_fault_ends_the_flows_that_it_breaks_and_no_others(string plant, string flow, string expected, string note)
    {
        Assert.Empty(note);
        var (node, change) = _plants[plant];
        var nodes = _recorded.Value.Select(s => s.Host == node ? change(s) : s);
        var result = new Tracer(RecordedNodes.Build(nodes), _cloud.Value).Ask(Question(flow, expected == "delivered-there"));
        var told = $"{plant}, {flow}: {result.Verdict} at {result.Drop?.Node} {result.Drop?.Place}: {result.Drop?.What} {string.Join("; ", result.Unknowns)}";
        Assert.True(result.Verdict == (expected.StartsWith("delivered", StringComparison.Ordinal) ? TraceVerdict.Delivered : TraceVerdict.Dropped), told);
        if (!expected.StartsWith("delivered", StringComparison.Ordinal) && expected != "dropped")
        {
            Assert.True(result.Drop!.Place == expected, $"{told}; expected {expected}");
        }
    }

    private static readonly Lazy<List<NodeSnapshot>> _recorded = new(() => RecordedNodes.Read(RecordedNodes.Healthy));
    private static readonly Lazy<Neutron.Api.Cloud> _cloud = new(() => RecordedNodes.CloudOf(RecordedNodes.Healthy));

    private static TraceQuestion Question(string flow, bool isOneWay)
    {
        var words = flow.Split(' ');
        var question = new TraceQuestion { From = words[0], To = words[1], IsOneWay = isOneWay };
        foreach (var word in words[2..])
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var value = colon < 0 ? "" : word[(colon + 1)..];
            question = (colon < 0 ? word : word[..colon]) switch
            {
                "tcp" => question with { Protocol = 6, DestinationPort = ushort.Parse(value, CultureInfo.InvariantCulture) },
                "size" => question with { Size = int.Parse(value, CultureInfo.InvariantCulture) },
                "from-ip" => question with { FromAddress = System.Net.IPAddress.Parse(value) },
                "from-mac" => question with { FromMac = Primitives.MacAddress.TryParse(value, out var mac) ? mac : null },
                _ => question,
            };
        }
        return question;
    }

    private static Link Down(Link link) => link with { Flags = 0, OperationalState = OperationalState.Down };

    private static Dictionary<string, string> Map(IReadOnlyDictionary<string, string> map, string key, string value) =>
        new(map) { [key] = value };

    private static NodeSnapshot Space(NodeSnapshot s, string name, Func<NamespaceFacts, NamespaceFacts> change) =>
        s with { Namespaces = [.. s.Namespaces.Select(n => n.Name == name ? change(n) : n)] };

    private static NodeSnapshot Own(NodeSnapshot s, Func<NamespaceFacts, NamespaceFacts> change) => Space(s, "", change);

    private static NodeSnapshot Link(NodeSnapshot s, string name, Func<Link, Link> change) =>
        Own(s, n => n with { Links = [.. n.Links.Select(l => l.Name == name ? change(l) : l)] });

    private static NodeSnapshot Port(NodeSnapshot s, string name, Func<OvsPort, OvsPort> change) => s with
    {
        Ovs = s.Ovs! with
        {
            Bridges = [.. s.Ovs.Bridges.Select(b => b with { Ports = [.. b.Ports.Select(p => p.Name == name ? change(p) : p)] })],
        },
    };

    private static NodeSnapshot WithoutPort(NodeSnapshot s, string name) => s with
    {
        Ovs = s.Ovs! with { Bridges = [.. s.Ovs.Bridges.Select(b => b with { Ports = [.. b.Ports.Where(p => p.Name != name)] })] },
    };

    private static NodeSnapshot Row(NodeSnapshot s, string name, Func<OvsInterface, OvsInterface> change) =>
        Port(s, name, p => p with { Interfaces = [.. p.Interfaces.Select(change)] });

    private static NodeSnapshot Bridge(NodeSnapshot s, string bridge, Func<string, string> change) => s with
    {
        Switching = s.Switching! with
        {
            Bridges = [.. s.Switching.Bridges.Select(b => b.Bridge == bridge ? b with { Flows = change(b.Flows ?? "") } : b)],
        },
    };

    private static NodeSnapshot Flows(NodeSnapshot s, string bridge, Func<string, bool> keep) =>
        Bridge(s, bridge, text => string.Join('\n', text.Split('\n').Where(keep)));

    private static NodeSnapshot AddFlow(NodeSnapshot s, string bridge, string flow) => Bridge(s, bridge, text => $"{text.TrimEnd()}\n{flow}\n");

    private static NodeSnapshot Rules(NodeSnapshot s, string space, Func<string, bool> keep) => s with
    {
        Firewall = [.. s.Firewall.Select(f => f.Namespace == space && f.Tool.StartsWith("iptables", StringComparison.Ordinal)
            ? f with { Text = string.Join('\n', f.Text.Split('\n').Where(keep)) } : f)],
    };
}
