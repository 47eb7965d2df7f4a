using Plumbline.Diagnosis.Tracing;
using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>
/// Tables of nft's own where packets are routed, come to a stack or leave it: in the router's and the DHCP server's namespaces and on the node
/// itself, whose outer packets the userspace datapath takes before any rule does. VMs 0 and 2 are on the first node, 1 and 3 on
/// the router's.
/// </summary>
internal static class NftPaths
{
    private const string Snat = "neutron-postrouting-bottom";

    public static IEnumerable<RoutedPath> Of(LabDescription lab)
    {
        foreach (var path in OfRouter(lab).Concat(OfTranslation(lab)).Concat(OfServers(lab)).Concat(OfNode(lab)).Concat(OfIPv6(lab)))
        {
            yield return path;
        }
    }

    private static IEnumerable<RoutedPath> OfRouter(LabDescription lab)
    {
        var (a, c, d) = (lab.Instances[0], lab.Instances[2], lab.Instances[3]);
        var near = To("", a, d);
        yield return In(near, "forward", "filter hook forward priority 0", "ip protocol icmp counter drop", "plt");
        yield return In(near, "forward, an established connection", "filter hook forward priority 0", "ct state established drop", "plt", TracePhase.Return);
        yield return In(near, "forward, by the state", "filter hook forward priority 0; policy drop",
            "ct state vmap { established : accept, related : accept, invalid : drop }; add rule inet fw plt iifname $QR ct state new accept", null);
        yield return In(To("", c, lab.Instances[1]), "forward, by the state, the other way", "filter hook forward priority 0; policy drop",
            "ct state vmap { established : accept, related : accept, invalid : drop }; add rule inet fw plt iifname $QR ct state new accept", "plt", TracePhase.Forward);
        yield return In(near, "before the connection tracker nothing is new", "filter hook prerouting priority -300", "ct state new drop", null);
        yield return In(near, "but invalid", "filter hook prerouting priority -300", "ct state invalid drop", "plt", TracePhase.Forward);
        yield return In(near, "behind it it is", "filter hook prerouting priority -150", "ct state new drop", "plt", TracePhase.Forward);
        yield return In(near, "exempt from tracking", "filter hook prerouting priority -300",
            "notrack; add chain inet fw next { type filter hook forward priority 0; }; add rule inet fw next ct state untracked drop", "next", TracePhase.Forward);
        yield return In(new("", d.Name, "gateway", lab.RouterPorts[1].Address.ToString()), "input", "filter hook input priority 0",
            "icmp type echo-request drop", "plt", TracePhase.Forward);
        yield return In(new("", d.Name, "gateway", lab.RouterPorts[1].Address.ToString()), "output", "filter hook output priority 0",
            "icmp type echo-reply drop", "plt", TracePhase.Return);
        yield return In(near, "input has no say where it is routed", "filter hook input priority 0", "drop", null);
        yield return In(near, "the device that it comes in by", "filter hook ingress device $QR priority 0", "icmp type echo-request drop", "plt", TracePhase.Forward, "netdev");
        yield return In(near, "the device that it leaves by", "filter hook egress device $QR2 priority 0", "icmp type echo-request drop", "plt", TracePhase.Forward, "netdev");
        yield return In(near, "another device", "filter hook ingress device $QG priority 0", "drop", null, null, "netdev");
        yield return In(near, "of the other family", "filter hook forward priority 0", "drop", null, null, "ip6");
    }

    private static IEnumerable<RoutedPath> OfTranslation(LabDescription lab)
    {
        var (a, d) = (lab.Instances[0], lab.Instances[3]);
        var gateway = lab.Gateway!;
        var (host, floating) = (gateway.Host.ToString(), gateway.FloatingAddress.ToString());
        var (inwards, outwards) = (new RoutedPath("", "outside", floating, floating), new RoutedPath("", a.Name, host, host));
        yield return In(inwards, "before DNAT", "filter hook prerouting priority -110", $"ip daddr {floating} drop", "plt", TracePhase.Forward);
        yield return In(inwards, "behind DNAT it has another destination", "filter hook prerouting priority 0", $"ip daddr {floating} drop", null);
        yield return In(inwards, "behind DNAT", "filter hook prerouting priority 0", $"ip daddr {a.Address} drop", "plt", TracePhase.Forward);
        yield return In(outwards, "before SNAT", "filter hook postrouting priority 0", $"ip saddr {a.Address} drop", "plt", TracePhase.Forward);
        yield return In(outwards, "behind SNAT it has another source", "filter hook postrouting priority 110", $"ip saddr {a.Address} drop", null);
        yield return In(outwards, "behind SNAT", "filter hook postrouting priority 110", $"ip saddr {floating} drop", "plt", TracePhase.Forward);
        var translated = new RoutedPath("", d.Name, host, host);
        foreach (var (name, rule, port) in ((string, string, int)[])[("masquerade", "oifname $QG masquerade", 0),
            ("masquerade, TCP", "oifname $QG masquerade", 8080), ("snat", $"oifname $QG snat ip to {gateway.Port.Address}", 0)])
        {
            var path = In(translated with { Port = port }, name, "nat hook postrouting priority srcnat", rule, null);
            yield return path with
            {
                Plant = $"$ROUTER iptables -t nat -D POSTROUTING -j {Snat}; {path.Plant}",
                Mend = $"$ROUTER iptables -t nat -A POSTROUTING -j {Snat}; {path.Mend}",
            };
        }
        yield return In(new RoutedPath("", d.Name, "198.51.100.9", "198.51.100.9"), "dnat to a VM", "nat hook prerouting priority dstnat",
            $"ip daddr 198.51.100.9 dnat ip to {a.Address}", null);
    }

    private static IEnumerable<RoutedPath> OfServers(LabDescription lab)
    {
        var a = lab.Instances[0];
        const string Redirect = "neutron-l3-agent-PREROUTING -d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9697";
        var metadata = In(new RoutedPath("", a.Name, "metadata", "169.254.169.254") { Port = 80 }, "redirect", "nat hook prerouting priority dstnat",
            "ip daddr 169.254.169.254 tcp dport 80 redirect to :9697", null);
        yield return metadata with
        {
            Plant = $"$ROUTER iptables -t nat -D {Redirect}; {metadata.Plant}",
            Mend = $"$ROUTER iptables -t nat -A {Redirect}; {metadata.Mend}",
        };
        var lease = new RoutedPath("", a.Name, "dhcp", "");
        yield return In(lease, "the DHCP server's input", "filter hook input priority 0", "udp dport 67 drop", "plt", null, "inet", "$DHCP");
        yield return In(lease, "the DHCP server's output", "filter hook output priority 0", "udp dport 68 drop", "plt", null, "inet", "$DHCP");
        yield return In(lease, "the router's input is not asked", "filter hook input priority 0", "udp dport 67 drop", null);
    }

    /// <summary>The node's own rules: what the userspace datapath puts on a device meets that device's egress, and nothing else.</summary>
    private static IEnumerable<RoutedPath> OfNode(LabDescription lab)
    {
        var (a, b) = (lab.Instances[0], lab.Instances[1]);
        var near = To("", a, b);
        foreach (var hook in (string[])["input", "output", "prerouting", "postrouting"])
        {
            yield return In(near, "outer packets, " + hook, $"filter hook {hook} priority 0", "udp dport 4789 drop", null, null, "inet", "");
        }
        yield return near with
        {
            Name = "outer packets, iptables",
            Plant = "iptables -I INPUT -p udp --dport 4789 -j DROP; iptables -I OUTPUT -p udp --dport 4789 -j DROP",
            Mend = "iptables -D INPUT 1; iptables -D OUTPUT 1",
        };
        yield return In(near, "outer packets, ingress", "filter hook ingress device eth0 priority 0", "udp dport 4789 drop", null, null, "netdev", "");
        yield return In(near, "outer packets, egress", "filter hook egress device eth0 priority 0", "udp dport 4789 drop", "plt", null, "netdev", "");
        yield return In(near, "bridged packets, an established connection", "filter hook forward priority 0",
            $"ip saddr {b.Address} ct state established drop", "plt", TracePhase.Return, "inet", "");
        yield return In(near, "bridged packets, nothing invalid", "filter hook forward priority 0", "ct state invalid drop", null, null, "inet", "");
    }

    private static IEnumerable<RoutedPath> OfIPv6(LabDescription lab)
    {
        var (a, d) = (lab.Instances[0], lab.Instances[3]);
        var near = new RoutedPath("", a.Name, d.IPv6Address!.ToString(), d.IPv6Address!.ToString());
        yield return In(near, "IPv6, healthy", "filter hook forward priority 0", "ip protocol icmp drop", null);
        yield return In(near, "IPv6, forward", "filter hook forward priority 0", "icmpv6 type echo-request drop", "plt", TracePhase.Forward);
        yield return In(near, "IPv6, no neighbour discovery in", "filter hook input priority 0", "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } drop", "plt");
        yield return near with
        {
            Name = "IPv6, no neighbour discovery out, ip6tables",
            Plant = "$ROUTER ip6tables -I OUTPUT -p icmpv6 -j DROP",
            Mend = "$ROUTER ip6tables -D OUTPUT 1",
            Ends = "OUTPUT",
        };
    }

    /// <summary>One chain <c>plt</c> with one rule, in a namespace; <paramref name="inside"/> empty: on the node.</summary>
    private static RoutedPath In(
        RoutedPath path, string name, string chain, string rule, string? ends, TracePhase? phase = null, string family = "inet", string inside = "$ROUTER")
    {
        static string Of(string text) => text.Replace("inet fw", "{0} fw", StringComparison.Ordinal);
        return path with
        {
            Name = $"{name} ({family} {inside})",
            Plant = $"{inside} nft \"add table {family} fw; add chain {family} fw plt {{ type {chain}; }}; add rule {family} fw plt {Of(rule).Replace("{0}", family, StringComparison.Ordinal)}\"",
            Mend = $"{inside} nft delete table {family} fw",
            Ends = ends,
            Phase = phase,
        };
    }

    private static RoutedPath To(string name, LabInstance from, LabInstance to) => new(name, from.Name, to.Name, to.Address.ToString());
}
