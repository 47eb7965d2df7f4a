using Plumbline.Diagnosis.Tracing;
using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>
/// Through the router, by floating IP, to metadata and DHCP. VMs 0 and 1 are in the first network, 2 and 3 in the second; 0 and 2 on the first
/// node, 1 and 3 on the other, which has the router and the servers.
/// </summary>
internal static class RoutedPaths
{
    private const string Ctl = "ovs-vsctl --db=unix:$OVS_RUNDIR/db.sock";
    private const string Ex = "unix:$OVS_RUNDIR/br-ex.mgmt";
    private const string Int = "unix:$OVS_RUNDIR/br-int.mgmt";

    /// <summary>All that works in a healthy lab, and what its security groups forbid.</summary>
    public static IEnumerable<RoutedPath> Healthy(LabDescription lab)
    {
        var (a, b, c, d) = (lab.Instances[0], lab.Instances[1], lab.Instances[2], lab.Instances[3]);
        var gateway = lab.Gateway!;
        var (host, floating) = (gateway.Host.ToString(), gateway.FloatingAddress.ToString());
        yield return To("other network, other node", a, d);
        yield return To("other network, own node", a, c);
        yield return To("from the router's node", b, c);
        yield return To("both on the router's node", d, b);
        yield return To("TCP to another network", c, b) with { Port = 22 };
        yield return To("the largest packet", a, d) with { Size = lab.Mtu };
        yield return To("larger than the MTU", a, d) with { Size = lab.Mtu + 20, Ends = a.Name };
        yield return new("the gateway", d.Name, "gateway", lab.RouterPorts[1].Address.ToString());
        yield return new("the other gateway", d.Name, lab.RouterPorts[0].Address.ToString(), lab.RouterPorts[0].Address.ToString());
        if (lab.IPv6)
        {
            yield return new("IPv6 to another network", a.Name, d.IPv6Address!.ToString(), d.IPv6Address!.ToString());
            yield return new("IPv6, the other way", c.Name, b.IPv6Address!.ToString(), b.IPv6Address!.ToString()) { Port = 22 };
        }
        yield return new("out by the floating IP", a.Name, host, host);
        yield return new("out by the router's address", d.Name, host, host);
        yield return new("TCP out", c.Name, host, host) { Port = 8080 };
        yield return new("TCP out by the floating IP", a.Name, host, host) { Port = 8080 };
        yield return new("in by the floating IP", "outside", floating, floating);
        yield return new("TCP in by the floating IP", "outside", floating, floating) { Port = 22 };
        yield return new("the security group lets no HTTP in", "outside", floating, floating)
        {
            Port = 80,
            Ends = lab.Firewall == "hybrid" ? "neutron-openvswi-" : "br-int",
        };
        yield return new("to the floating IP from the other network", d.Name, floating, floating);
        yield return new("to the floating IP from its own network", b.Name, floating, floating) { Port = 22 };
        yield return new("to its own floating IP", a.Name, floating, floating);
        yield return new("the router's address outside", "outside", gateway.Port.Address.ToString(), gateway.Port.Address.ToString());
        yield return new("metadata by the router", a.Name, "metadata", "169.254.169.254") { Port = 80 };
        yield return new("metadata by the router, its own node", b.Name, "metadata", "169.254.169.254") { Port = 80 };
        yield return new("metadata by the DHCP server", c.Name, "metadata", "169.254.169.254") { Port = 80 };
        yield return new("DHCP", a.Name, "dhcp", "");
        yield return new("DHCP of the other network", d.Name, "dhcp", "");
    }

    /// <summary>Faults of the router and of the way between both networks.</summary>
    public static IEnumerable<RoutedPath> OfRouter(LabDescription lab)
    {
        var (a, b, c, d) = (lab.Instances[0], lab.Instances[1], lab.Instances[2], lab.Instances[3]);
        var (near, far) = (lab.RouterPorts[0].Device, lab.RouterPorts[1].Device);
        yield return To("the receiver's gateway port down", a, d) with
        { Plant = "$ROUTER ip link set $QR2 down", Mend = "$ROUTER ip link set $QR2 up", Ends = "qrouter-" };
        yield return To("the sender's gateway port down", a, d) with
        { Plant = "$ROUTER ip link set $QR down", Mend = "$ROUTER ip link set $QR up", Ends = near };
        yield return To("wrong tag of the sender's gateway port", a, d) with
        { Plant = $"{Ctl} set Port $QR tag=9", Mend = $"{Ctl} set Port $QR tag=1", Ends = near };
        yield return To("dead tag of the receiver's gateway port", a, d) with
        { Plant = $"{Ctl} set Port $QR2 tag=4095", Mend = $"{Ctl} set Port $QR2 tag=2", Ends = far };
        yield return To("both in one VLAN", a, d) with
        { Plant = $"{Ctl} set Port $QR2 tag=1", Mend = $"{Ctl} set Port $QR2 tag=2", Ends = far };
        yield return To("no forwarding", a, d) with
        { Plant = "$ROUTER sysctl -qw net.ipv4.ip_forward=0", Mend = "$ROUTER sysctl -qw net.ipv4.ip_forward=1", Ends = "qrouter-" };
        yield return To("forwarding forbidden", a, d) with
        {
            Plant = $"$ROUTER iptables -I FORWARD 1 -s {a.Address} -j DROP",
            Mend = $"$ROUTER iptables -D FORWARD 1",
            Ends = "FORWARD",
            Phase = TracePhase.Forward,
        };
        yield return To("the answer forbidden", a, d) with
        {
            Plant = $"$ROUTER iptables -I FORWARD 1 -s {d.Address} -j DROP",
            Mend = $"$ROUTER iptables -D FORWARD 1",
            Ends = "FORWARD",
            Phase = TracePhase.Return,
        };
        yield return To("no address in the receiver's network", a, d) with
        {
            Plant = $"$ROUTER ip addr del {lab.RouterPorts[1].Address}/24 dev $QR2",
            Mend = $"$ROUTER ip addr add {lab.RouterPorts[1].Address}/24 dev $QR2",
            Ends = "",
        };
        yield return To("a black hole", a, d) with
        {
            Plant = $"$ROUTER ip route add blackhole {d.Address}/32",
            Mend = $"$ROUTER ip route del blackhole {d.Address}/32",
            Ends = "qrouter-",
        };
        yield return To("the port's VLAN not in the tunnel", a, d) with
        {
            Plant = $"ovs-ofctl --strict add-flow {Int} priority=500,in_port=patch-tun,dl_vlan=1,dl_dst={lab.RouterPorts[0].Mac},actions=drop",
            Mend = $"ovs-ofctl --strict del-flows {Int} priority=500,in_port=patch-tun,dl_vlan=1,dl_dst={lab.RouterPorts[0].Mac}",
            Ends = "br-int",
        };
        yield return To("a narrow gateway port", a, d) with
        {
            Plant = "$ROUTER ip link set $QR2 mtu 1300",
            Mend = $"$ROUTER ip link set $QR2 mtu {lab.Mtu}",
            Size = 1400,
            Ends = far,
            IsTold = true,
        };
        yield return To("a narrow gateway port, and the router is mute", a, d) with
        {
            Plant = "$ROUTER ip link set $QR2 mtu 1300; $ROUTER iptables -I OUTPUT 1 -p icmp --icmp-type fragmentation-needed -j DROP",
            Mend = $"$ROUTER ip link set $QR2 mtu {lab.Mtu}; $ROUTER iptables -D OUTPUT 1",
            Size = 1400,
            Ends = far,
            IsTold = false,
        };
        yield return To("refused in another network", a, d) with { Port = 5999, IsRefused = true };
        yield return To("refused, and the router drops what is related", a, d) with
        {
            Port = 5999,
            IsRefused = true,
            Plant = "$ROUTER iptables -I FORWARD 1 -m conntrack --ctstate RELATED -j DROP",
            Mend = "$ROUTER iptables -D FORWARD 1",
            Ends = "FORWARD",
            Phase = TracePhase.Return,
        };
        yield return To("a narrow gateway port, small packets", a, d) with
        { Plant = "$ROUTER ip link set $QR2 mtu 1300", Mend = $"$ROUTER ip link set $QR2 mtu {lab.Mtu}" };
        yield return To("strict reverse filter, all is symmetric", a, d) with
        {
            Plant = "$ROUTER sysctl -qw net.ipv4.conf.all.rp_filter=1",
            Mend = "$ROUTER sysctl -qw net.ipv4.conf.all.rp_filter=0",
        };
        yield return To("a wrong permanent neighbour", a, d) with
        {
            Plant = $"$ROUTER ip neigh replace {d.Address} lladdr fa:16:3e:99:99:99 dev $QR2 nud permanent",
            Mend = $"$ROUTER ip neigh del {d.Address} dev $QR2",
            Ends = "",
        };
        yield return To("the other direction is not touched", c, b) with
        { Plant = $"$ROUTER iptables -I FORWARD 1 -s {a.Address} -j DROP", Mend = $"$ROUTER iptables -D FORWARD 1" };
    }

    /// <summary>Faults of floating IP, SNAT and the way out.</summary>
    public static IEnumerable<RoutedPath> OfGateway(LabDescription lab)
    {
        var (a, d) = (lab.Instances[0], lab.Instances[3]);
        var gateway = lab.Gateway!;
        var (host, floating, qg) = (gateway.Host.ToString(), gateway.FloatingAddress.ToString(), gateway.Port.Device);
        var inwards = new RoutedPath("", "outside", floating, floating);
        var outwards = new RoutedPath("", d.Name, host, host);
        const string Dnat = "$ROUTER iptables -t nat -%s neutron-l3-agent-PREROUTING -d {0}/32 -j DNAT --to-destination {1}";
        string Rule(string how) => Dnat.Replace("%s", how, StringComparison.Ordinal).Replace("{0}", floating, StringComparison.Ordinal)
            .Replace("{1}", a.Address.ToString(), StringComparison.Ordinal);
        yield return inwards with { Name = "no DNAT: the router itself answers", Plant = Rule("D"), Mend = Rule("A") };
        yield return inwards with { Name = "no DNAT, TCP", Plant = Rule("D"), Mend = Rule("A"), Port = 22, Ends = "qrouter-" };
        yield return inwards with
        {
            Name = "no floating address on qg",
            Plant = $"$ROUTER ip addr del {floating}/32 dev $QG",
            Mend = $"$ROUTER ip addr add {floating}/32 dev $QG",
            Ends = "",
            Phase = TracePhase.Resolution,
        };
        yield return new("no SNAT for the floating IP: the router's address", a.Name, host, host)
        {
            Plant = $"$ROUTER iptables -t nat -F neutron-l3-agent-float-snat",
            Mend = $"$ROUTER iptables -t nat -A neutron-l3-agent-float-snat -s {a.Address}/32 -j SNAT --to-source {floating} --random-fully",
        };
        yield return outwards with { Name = "refused outside", Port = 5999, IsRefused = true };
        yield return outwards with { Name = "refused outside, by the floating IP", From = a.Name, Port = 5999, IsRefused = true };
        yield return outwards with
        {
            Name = "refused outside, what is related is dropped behind the translation",
            Port = 5999,
            IsRefused = true,
            Plant = $"$ROUTER iptables -I FORWARD 1 -p icmp -d {d.Address} -m conntrack --ctstate RELATED -j DROP",
            Mend = "$ROUTER iptables -D FORWARD 1",
            Ends = "FORWARD",
        };
        const string SnatOff = "$ROUTER iptables -t nat -D POSTROUTING -j neutron-postrouting-bottom";
        const string SnatOn = "$ROUTER iptables -t nat -A POSTROUTING -j neutron-postrouting-bottom";
        yield return outwards with { Name = "no SNAT at all", Plant = SnatOff, Mend = SnatOn, Ends = "", Phase = TracePhase.Resolution };
        yield return inwards with { Name = "no SNAT at all, inwards", Plant = SnatOff, Mend = SnatOn };
        foreach (var (name, path) in ((string, RoutedPath)[])[("in", inwards), ("out", outwards)])
        {
            yield return path with
            {
                Name = "qg down, " + name,
                Plant = "$ROUTER ip link set $QG down",
                Mend = $"$ROUTER ip link set $QG up; $ROUTER ip route replace default via {host} dev $QG proto static",
                Ends = name == "in" ? qg : "qrouter-",
            };
            yield return path with
            {
                Name = "wrong tag of qg, " + name,
                Plant = $"{Ctl} set Port $QG tag=7",
                Mend = $"{Ctl} set Port $QG tag=3",
                Ends = qg,
            };
            yield return path with
            {
                Name = "patch of br-ex broken, " + name,
                Plant = $"{Ctl} set Interface int-br-ex options:peer=nowhere",
                Mend = $"{Ctl} set Interface int-br-ex options:peer=phy-br-ex",
                Ends = name == "in" ? "br-" : "int-br-ex",
            };
            yield return path with
            { Name = "NIC down, " + name, Plant = "ip link set eth1 down", Mend = "ip link set eth1 up", Ends = "eth1" };
            yield return path with
            {
                Name = "no flow of br-ex, " + name,
                Plant = $"ovs-ofctl --strict del-flows {Ex} 'priority=4,in_port=phy-br-ex,dl_vlan=3'",
                Mend = $"ovs-ofctl add-flow {Ex} 'priority=4,in_port=phy-br-ex,dl_vlan=3,actions=strip_vlan,NORMAL'",
                Ends = "br-ex",
            };
            yield return path with
            {
                Name = "no flow of br-int, " + name,
                Plant = $"ovs-ofctl --strict del-flows {Int} 'priority=3,in_port=int-br-ex,vlan_tci=0x0000/0x1fff'",
                Mend = $"ovs-ofctl add-flow {Int} 'priority=3,in_port=int-br-ex,vlan_tci=0x0000/0x1fff,actions=mod_vlan_vid:3,resubmit(,59)'",
                Ends = "br-int",
            };
        }
        yield return outwards with
        {
            Name = "no default route",
            Plant = "$ROUTER ip route del default",
            Mend = $"$ROUTER ip route replace default via {host} dev $QG proto static",
            To = "198.51.100.7",
            Address = "198.51.100.7",
            Ends = "qrouter-",
        };
    }

    /// <summary>Faults of metadata and DHCP. <c>$DHCP</c> is the first network's server, <c>$DHCP2</c> the second's.</summary>
    public static IEnumerable<RoutedPath> OfServers(LabDescription lab)
    {
        var (a, c, d) = (lab.Instances[0], lab.Instances[2], lab.Instances[3]);
        var folder = $"{lab.Nodes[1].Directory}/dhcp/{lab.Networks[0].Id}";
        var (tap, tap2) = (lab.DhcpServers[0].Device, lab.DhcpServers[1].Device);
        var first = new RoutedPath("", a.Name, "metadata", "169.254.169.254") { Port = 80 };
        var second = first with { From = c.Name };
        var lease = new RoutedPath("", a.Name, "dhcp", "");
        const string Redirect = "neutron-l3-agent-PREROUTING -d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9697";
        yield return first with
        {
            Name = "no REDIRECT",
            Plant = $"$ROUTER iptables -t nat -D {Redirect}",
            Mend = $"$ROUTER iptables -t nat -A {Redirect}",
            Ends = "",
        };
        yield return first with
        {
            Name = "packets are not marked",
            Plant = "$ROUTER iptables -t mangle -D neutron-l3-agent-PREROUTING -d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x1/0xffff",
            Mend = "$ROUTER iptables -t mangle -A neutron-l3-agent-PREROUTING -d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x1/0xffff",
            Ends = "neutron-l3-agent-INPUT",
        };
        yield return first with
        { Name = "wrong tag of qr", Plant = $"{Ctl} set Port $QR tag=9", Mend = $"{Ctl} set Port $QR tag=1", Ends = lab.RouterPorts[0].Device };
        yield return second with
        {
            Name = "no metadata address",
            Plant = "$DHCP2 ip addr del 169.254.169.254/32 dev $TAP2",
            Mend = "$DHCP2 ip addr add 169.254.169.254/32 dev $TAP2",
            Ends = "qdhcp-",
        };
        yield return second with
        { Name = "wrong tag of the DHCP port", Plant = $"{Ctl} set Port $TAP2 tag=4095", Mend = $"{Ctl} set Port $TAP2 tag=2", Ends = tap2 };
        yield return lease with
        { Name = "dead tag of the DHCP port", Plant = $"{Ctl} set Port $TAP tag=4095", Mend = $"{Ctl} set Port $TAP tag=1", Ends = tap };
        yield return lease with
        { Name = "the DHCP port is down", Plant = "$DHCP ip link set $TAP down", Mend = "$DHCP ip link set $TAP up", Ends = tap };
        yield return lease with
        {
            Name = "the server does not know the VM",
            Plant = $"cp {folder}/host {folder}/host.whole; sed -i /{a.Mac}/d {folder}/host; kill -HUP $(cat {folder}/pid)",
            Mend = $"mv {folder}/host.whole {folder}/host; kill -HUP $(cat {folder}/pid)",
            Ends = "qdhcp-",
        };
        yield return lease with
        {
            Name = "the rules of the DHCP namespace",
            Plant = "$DHCP iptables -I INPUT 1 -p udp --dport 67 -j DROP",
            Mend = "$DHCP iptables -F INPUT",
            Ends = "INPUT",
        };
        yield return lease with
        { Name = "dnsmasq stopped", Plant = $"kill $(cat {folder}/pid); sleep 0.3", Mend = "", Ends = "qdhcp-" };
        yield return first with { Name = "the proxy of the router has ended", Plant = Kill("$ROUTER", 9697), Ends = "qrouter-" };
        yield return second with { Name = "the proxy of the DHCP server has ended", Plant = Kill("$DHCP2", 80), Ends = "qdhcp-" };
        yield return lease with { Name = "the other network's server still answers", From = d.Name };
    }

    /// <summary>Ends the lab's own process that listens there.</summary>
    private static string Kill(string inside, int port) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"for p in $({inside} ss -Hltnp 'sport = :{port}' | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p'); do kill $p; done; sleep 0.3");

    private static RoutedPath To(string name, LabInstance from, LabInstance to) => new(name, from.Name, to.Name, to.Address.ToString());
}
