using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tests.Checking;

internal static partial class ExaminerPlants
{
    /// <summary>In the compute node's tables, of iptables, ebtables and arptables.</summary>
    private static Dictionary<string, Examined> Rules => new()
    {
        // nat, which bridged packets meet as well
        ["masquerade_of_vms"] = Same("foreign-nat POSTROUTING", d => Top(d, "nat", "POSTROUTING", "-s 10.1.0.0/24 -j MASQUERADE")),
        ["masquerade_of_all"] = Same("foreign-nat POSTROUTING", d => Top(d, "nat", "POSTROUTING", "-j MASQUERADE")),
        ["snat_of_one"] = Same("foreign-nat POSTROUTING", d => Top(d, "nat", "POSTROUTING", "-s 10.1.0.11/32 -j SNAT --to-source 10.30.0.11")),
        ["dnat_of_a_port"] = Same("foreign-nat PREROUTING", d => Top(d, "nat", "PREROUTING", "-p tcp -m tcp --dport 22 -j DNAT --to-destination 192.168.7.5:22")),
        ["redirect_of_a_port"] = Same("foreign-nat PREROUTING", d => Top(d, "nat", "PREROUTING", "-p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128")),
        ["dnat_in_a_chain"] = Same("foreign-nat kube-portals", d => Top(d, "nat", "PREROUTING", "-j kube-portals", ":kube-portals - [0:0]",
            "-A kube-portals -p tcp -m tcp --dport 3306 -j DNAT --to-destination 192.168.7.5")),
        ["masquerade_of_containers"] = Same("", d => Top(d, "nat", "POSTROUTING", "-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE")),
        ["masquerade_of_libvirts_network"] = Same("", d => Top(d, "nat", "POSTROUTING", "-s 192.168.122.0/24 ! -d 192.168.122.0/24 -j MASQUERADE")),
        ["masquerade_out_of_the_card"] = Same("", d => Top(d, "nat", "POSTROUTING", "-o eth0 -j MASQUERADE")),
        ["dnat_of_what_is_for_the_node"] = Same("", d => Top(d, "nat", "PREROUTING", "-m addrtype --dst-type LOCAL -j DOCKER", ":DOCKER - [0:0]",
            "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80")),
        ["dnat_by_the_card"] = Same("", d => Top(d, "nat", "PREROUTING", "-i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80")),
        ["dnat_of_the_nodes_address"] = Same("", d => Top(d, "nat", "PREROUTING", "-d 10.20.0.11/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80")),
        ["return_before_masquerade"] = Same("", d => Top(d, "nat", "POSTROUTING", "-m physdev --physdev-is-bridged -j RETURN", "-A POSTROUTING -j MASQUERADE")),

        // other tables and the head of FORWARD
        ["drop_in_mangle_of_a_tap"] = Same("foreign-drop FORWARD", d => Top(d, "mangle", "FORWARD", $"-m physdev --physdev-in {Tap} --physdev-is-bridged -j DROP")),
        ["drop_in_mangle_of_an_address"] = Same("foreign-drop PREROUTING", d => Top(d, "mangle", "PREROUTING", "-d 10.1.0.11/32 -j DROP")),
        ["notrack_of_a_vm"] = new("wrong-tracking neutron-openvswi-PREROUTING", null, d => Rule(d, Save4, "-A PREROUTING -j neutron-openvswi-PREROUTING", "-A PREROUTING -s 10.1.0.11/32 -j CT --notrack")),
        ["bridged_let_through"] = Same("foreign-rule FORWARD", d => Rule(d, Save4, "-A FORWARD -j neutron-filter-top", "-A FORWARD -m physdev --physdev-is-bridged -j ACCEPT")),
        ["reject_to_a_vm"] = Same("foreign-rule FORWARD", d => Rule(d, Save4, "-A FORWARD -j neutron-filter-top", "-A FORWARD -d 10.1.0.11/32 -p tcp -m tcp --dport 22 -j REJECT --reject-with tcp-reset")),
        ["log_and_mark"] = Same("", d => Top(Rule(d, Save4, "-A FORWARD -j neutron-filter-top", "-A FORWARD -j LOG --log-prefix \"fw \""), "mangle", "FORWARD", "-j MARK --set-xmark 0x7/0xffffffff")),
        ["drop_of_routed_packets"] = Same("", d => Rule(d, Save4, "-A FORWARD -j neutron-filter-top", "-A FORWARD -m physdev ! --physdev-is-bridged -j DROP")),
        ["drop_by_another_bridge"] = Same("", d => Rule(d, Save4, "-A FORWARD -j neutron-filter-top", "-A FORWARD -i virbr0 -o virbr0 -j DROP\n-A FORWARD -o docker0 -j DROP")),
        ["drop_in_input"] = Same("", d => Rule(d, Save4, "-A INPUT -j neutron-openvswi-INPUT", "-A INPUT -p tcp -m tcp --dport 3306 -j DROP")),
        ["drop_of_ipv6_at_the_head"] = Same("foreign-rule FORWARD", d => Rule(d, Save6, "-A FORWARD -j neutron-filter-top", "-A FORWARD -p ipv6-icmp -j DROP")),

        // nft flush ruleset, as nftables.service does it at every start: iptables-save prints nothing then
        ["all_tables_flushed"] = Same("no-agent-chains iptables", d => d.Node("cmp1", s => s with
        {
            Firewall = [.. s.Firewall.Where(t => t.Namespace.Length > 0 || t.Tool.StartsWith("ipset", StringComparison.Ordinal)),
                new("", "iptables-save", ""), new("", "ip6tables-save", "")],
        })),

        // frames
        ["ebtables_drops_a_mac"] = Same("frame-drop FORWARD", d => Frames(d, "ebtables", $"*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A FORWARD -s {Mac} -j DROP\n")),
        ["ebtables_drops_arp"] = Same("frame-drop FORWARD", d => Frames(d, "ebtables", $"*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A FORWARD -p ARP -o {Tap} -j DROP\n")),
        ["ebtables_drops_a_port"] = Same("frame-drop FORWARD", d => Frames(d, "ebtables", "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A FORWARD -p IPv4 --ip-dst 10.1.0.11 --ip-proto tcp --ip-dport 22 -j DROP\n")),
        ["ebtables_policy_drop"] = Same("frame-drop FORWARD", d => Frames(d, "ebtables", "*filter\n:INPUT ACCEPT\n:FORWARD DROP\n:OUTPUT ACCEPT\n")),
        ["ebtables_nat_drops"] = Same("frame-drop PREROUTING", d => Frames(d, "ebtables", $"*nat\n:PREROUTING ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\n-A PREROUTING -i {Tap} -j DROP\n")),
        ["ebtables_chain_drops"] = Same("frame-drop mine", d => Frames(d, "ebtables", $"*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n:mine RETURN\n-A FORWARD -i {Tap} -j mine\n-A mine -p IPv4 -j DROP\n")),
        ["ebtables_of_another_bridge"] = Same("", d => Frames(d, "ebtables", "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A FORWARD -i vnet7 -j DROP\n-A FORWARD --logical-in virbr0 -j DROP\n")),
        ["ebtables_against_spoofs"] = Same("", d => Frames(d, "ebtables", $"*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n:mac DROP\n-A FORWARD -i {Tap} -j mac\n-A mac -s {Mac} -j RETURN\n")),
        ["ebtables_against_a_vm_that_is_gone"] = Same("", d => Frames(d, "ebtables", "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A FORWARD -i tap0badc0de-00 -j DROP\n")),
        ["ebtables_against_stp"] = Same("", d => Frames(d, "ebtables", "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A FORWARD -d BGA -j DROP\n")),
        ["ebtables_against_dhcp_servers"] = Same("", d => Frames(d, "ebtables", $"*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A FORWARD -p IPv4 -i {Tap} --ip-proto udp --ip-sport 67 --ip-dport 68 -j DROP\n")),
        ["arptables_drops"] = Same("frame-drop FORWARD", d => Frames(d, "arptables", "*filter\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n:FORWARD ACCEPT\n-A FORWARD -d 10.1.0.11 -j DROP\n").Sysctl("cmp1", "net.bridge.bridge-nf-call-arptables", "1")),
        ["arptables_not_asked"] = Same("", d => Frames(d, "arptables", "*filter\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n:FORWARD ACCEPT\n-A FORWARD -d 10.1.0.11 -j DROP\n").Sysctl("cmp1", "net.bridge.bridge-nf-call-arptables", "0")),
        ["arptables_in_a_router"] = Same("frame-drop INPUT", d => d.Namespace("ctl", Router, n => n with { FrameRules = [new("arptables", "*filter\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n-A INPUT -s 10.1.0.11 -j DROP\n")] })),
    };

    private static Examined Same(string expected, Func<Deployment, Deployment> plant) => new(expected, expected, plant);

    /// <summary>Puts a rule before another one.</summary>
    private static Deployment Rule(Deployment deployment, string tool, string before, string rule) =>
        deployment.Rules("cmp1", tool, l => l.EndsWith(before, StringComparison.Ordinal) ? rule + "\n" + l : l);

    /// <summary>Adds a table that the agent does not use, with one rule in a base chain, and what else stands there.</summary>
    private static Deployment Top(Deployment deployment, string table, string chain, string rule, params string[] more) => deployment.Node("cmp1", s => s with
    {
        Firewall = [.. s.Firewall.Select(f => f is { Namespace: "", Tool: Save4 } ? f with
        {
            Text = f.Text + $"\n*{table}\n:PREROUTING ACCEPT [9:540]\n:INPUT ACCEPT [0:0]\n{(table == "mangle" ? ":FORWARD ACCEPT [9:540]\n" : "")}:OUTPUT ACCEPT [0:0]\n"
                + $":POSTROUTING ACCEPT [9:540]\n{string.Concat(more.Where(m => m[0] == ':').Select(m => m + "\n"))}-A {chain} {rule}\n"
                + $"{string.Concat(more.Where(m => m[0] != ':').Select(m => m + "\n"))}COMMIT\n",
        } : f)],
    });

    private static Deployment Frames(Deployment deployment, string tool, string text) =>
        deployment.Namespace("cmp1", "", n => n with { FrameRules = [new FrameRulesText(tool, text)] });
}
