using System.Globalization;
using System.Text;

namespace Plumbline.Bench.Firewall;

/// <summary>What Neutron's hybrid driver writes for many ports, in the form of iptables-save, about 15 rules a port.</summary>
internal static class NeutronTables
{
    /// <summary>raw and filter for <paramref name="ports"/> ports.</summary>
    public static string Save(int ports)
    {
        var raw = new StringBuilder("*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:neutron-openvswi-PREROUTING - [0:0]\n-A PREROUTING -j neutron-openvswi-PREROUTING\n");
        var chains = new StringBuilder(
            "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:neutron-openvswi-FORWARD - [0:0]\n:neutron-openvswi-INPUT - [0:0]\n"
            + ":neutron-openvswi-sg-chain - [0:0]\n:neutron-openvswi-sg-fallback - [0:0]\n");
        var forward = new StringBuilder("-A INPUT -j neutron-openvswi-INPUT\n-A FORWARD -j neutron-openvswi-FORWARD\n");
        var input = new StringBuilder();
        var own = new StringBuilder();
        var dispatch = new StringBuilder();
        for (var i = 0; i < ports; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{i * 2654435761 % 0xffffffff:x8}-{i & 0xfff:x3}");
            var (tap, chain) = (id[..11], id[..10]);
            var address = string.Create(CultureInfo.InvariantCulture, $"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}");
            var mac = string.Create(CultureInfo.InvariantCulture, $"fa:16:3e:{i >> 16 & 255:x2}:{i >> 8 & 255:x2}:{i & 255:x2}");
            foreach (var match in (string[])[$"-m physdev --physdev-in qvb{tap}", $"-i qvb{tap}", $"-m physdev --physdev-in tap{tap}"])
            {
                raw.Append(CultureInfo.InvariantCulture, $"-A neutron-openvswi-PREROUTING {match} -m comment --comment \"Set zone for {id}-4f02-8e11\" -j CT --zone {4097 + i % 60000}\n");
            }
            chains.Append(CultureInfo.InvariantCulture, $":neutron-openvswi-i{chain} - [0:0]\n:neutron-openvswi-o{chain} - [0:0]\n:neutron-openvswi-s{chain} - [0:0]\n");
            foreach (var way in (string[])["out", "in"])
            {
                forward.Append(CultureInfo.InvariantCulture, $"-A neutron-openvswi-FORWARD -m physdev --physdev-{way} tap{tap} --physdev-is-bridged -m comment --comment \"Direct traffic from the VM interface to the security group chain.\" -j neutron-openvswi-sg-chain\n");
                dispatch.Append(CultureInfo.InvariantCulture, $"-A neutron-openvswi-sg-chain -m physdev --physdev-{way} tap{tap} --physdev-is-bridged -m comment --comment \"Jump to the VM specific chain.\" -j neutron-openvswi-{(way == "out" ? 'i' : 'o')}{chain}\n");
            }
            input.Append(CultureInfo.InvariantCulture, $"-A neutron-openvswi-INPUT -m physdev --physdev-in tap{tap} --physdev-is-bridged -m comment --comment \"Direct incoming traffic from VM to the security group chain.\" -j neutron-openvswi-o{chain}\n");
            AddOwn(own, $"-A neutron-openvswi-i{chain}", $"-A neutron-openvswi-o{chain}", $"-A neutron-openvswi-s{chain}", chain, address, mac);
        }
        return raw.Append("COMMIT\n").Append(chains).Append(forward).Append(input).Append(own).Append(dispatch)
            .Append("-A neutron-openvswi-sg-chain -j ACCEPT\n-A neutron-openvswi-sg-fallback -m comment --comment \"Default drop rule for unmatched traffic.\" -j DROP\nCOMMIT\n").ToString();
    }

    private static void AddOwn(StringBuilder text, string ingress, string egress, string spoof, string chain, string address, string mac)
    {
        const string Established = "-m state --state RELATED,ESTABLISHED -m comment --comment \"Direct packets associated with a known session to the RETURN chain.\" -j RETURN";
        const string Invalid = "-m state --state INVALID -m comment --comment \"Drop packets that appear related to an existing connection (e.g. TCP ACK/FIN) but do not have an entry in conntrack.\" -j DROP";
        const string Rest = "-m comment --comment \"Send unmatched traffic to the fallback chain.\" -j neutron-openvswi-sg-fallback";
        const string Dhcp = "-m comment --comment \"Allow DHCP client traffic.\" -j RETURN";
        text.Append(CultureInfo.InvariantCulture, $"{ingress} {Established}\n{ingress} -d {address}/32 -p udp -m udp --sport 67 --dport 68 -j RETURN\n");
        text.Append(CultureInfo.InvariantCulture, $"{ingress} -d 255.255.255.255/32 -p udp -m udp --sport 67 --dport 68 -j RETURN\n{ingress} -p icmp -j RETURN\n");
        text.Append(CultureInfo.InvariantCulture, $"{ingress} -p tcp -m tcp --dport 22 -j RETURN\n{ingress} -p tcp -m tcp -m multiport --dports 8000:8080 -j RETURN\n{ingress} {Invalid}\n{ingress} {Rest}\n");
        text.Append(CultureInfo.InvariantCulture, $"{egress} -s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 {Dhcp}\n{egress} -j neutron-openvswi-s{chain}\n");
        text.Append(CultureInfo.InvariantCulture, $"{egress} -p udp -m udp --sport 68 --dport 67 {Dhcp}\n{egress} -p udp -m udp --sport 67 --dport 68 -m comment --comment \"Prevent DHCP Spoofing by VM.\" -j DROP\n");
        text.Append(CultureInfo.InvariantCulture, $"{egress} {Established}\n{egress} -j RETURN\n{egress} {Invalid}\n{egress} {Rest}\n");
        text.Append(CultureInfo.InvariantCulture, $"{spoof} -s {address}/32 -m mac --mac-source {mac} -m comment --comment \"Allow traffic from defined IP/MAC pairs.\" -j RETURN\n");
        text.Append(CultureInfo.InvariantCulture, $"{spoof} -m comment --comment \"Drop traffic without an IP/MAC allow rule.\" -j DROP\n");
    }
}
