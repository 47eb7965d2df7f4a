using System.Globalization;
using System.Text.RegularExpressions;

namespace Plumbline.Node.Tests.Sources;

/// <summary>Lays the recorded outputs of a node where sos lays them.</summary>
internal static partial class SosReportMaker
{
    /// <summary>Makes the report in <paramref name="folder"/>; <paramref name="change"/> is done to every text.</summary>
    public static void Make(string node, string folder, SosLayout layout, Func<string, string>? change = null)
    {
        var root = layout == SosLayout.NestedWithLinks ? Path.Combine(folder, "archive", "sosreport-x-2026-11-22-abcdefg") : folder;
        var commands = layout == SosLayout.Containers ? "sos_containers/ovs_vswitchd/sos_commands" : "sos_commands";
        void Put(string source, string target)
        {
            var text = File.ReadAllText(Path.Combine(node, source));
            if (text.Length > 0)
            {
                var file = Path.Combine(root, target);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, change is null ? text : change(text));
            }
        }

        Put("hostname.txt", layout == SosLayout.Sos3 ? "sos_commands/general/hostname" : "sos_commands/host/hostname");
        Put("ip-d-link.txt", "sos_commands/networking/ip_-s_-d_link");
        Put("ip-addr.txt", layout == SosLayout.Sos3 ? "sos_commands/networking/ip_address" : "sos_commands/networking/ip_-d_address");
        Put("ip-route.txt", "sos_commands/networking/ip_route_show_table_all");
        Put("ip-neigh.txt", "sos_commands/networking/ip_-s_-s_neigh_show");
        Put("ip-netns.txt", "sos_commands/networking/ip_netns");
        Put("bridge-fdb.txt", "sos_commands/networking/bridge_-s_-s_-d_-t_fdb_show");
        Put("bridge-d-link.txt", "sos_commands/networking/bridge_-s_-s_-d_link_show");
        Put("sysctl-net.txt", "sos_commands/kernel/sysctl_-a");
        Put("iptables-L-nv-x-line-numbers.txt", "sos_commands/firewall_tables/iptables_-vnxL");
        Put("iptables-t-raw-L-nv.txt", "sos_commands/firewall_tables/iptables_-t_raw_-nvL");
        Put("iptables-t-nat-L-nv.txt", "sos_commands/firewall_tables/iptables_-t_nat_-nvL");
        Put("iptables-L-nv.txt", "sos_commands/firewall_tables/iptables_-t_filter_-nvL");
        PutSwitch(node, layout, commands, Put);
        PutNamespaces(node, layout, Put);
        File.WriteAllText(Path.Combine(root, "version.txt"), layout == SosLayout.Sos3 ? "sosreport: 3.9\n" : "sosreport: 4.8.2\n");
        Directory.CreateDirectory(Path.Combine(root, "var/log/openvswitch"));
        File.WriteAllText(Path.Combine(root, "var/log/messages"), "2: eth99: <UP> mtu 1500 qdisc noqueue state UP\n");
        Directory.CreateDirectory(Path.Combine(root, "sos_commands/networking"));
        File.WriteAllText(Path.Combine(root, "sos_commands/networking/ip_-d_route_show_cache"),
            "unicast 192.0.2.77 via 198.51.100.1 dev eth0 \n    cache expires 500sec mtu 1400 \n");
        if (layout == SosLayout.NestedWithLinks)
        {
            File.CreateSymbolicLink(Path.Combine(root, "ip_addr"), "sos_commands/networking/ip_-d_address");
            File.CreateSymbolicLink(Path.Combine(root, "hostname"), "sos_commands/host/hostname");
            File.CreateSymbolicLink(Path.Combine(root, "ip_route"), "/proc/self/net/route");
            File.CreateSymbolicLink(Path.Combine(root, "sos_commands/networking/round"), ".");
        }
    }

    /// <summary>As sos clean does: MAC addresses become 53:4f:53:…, IPv4 addresses others, the host's name host0; the same always the same.</summary>
    public static Func<string, string> Cleaned()
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        return text =>
        {
            text = MacPattern().Replace(text, match => match.Value is "00:00:00:00:00:00" or "ff:ff:ff:ff:ff:ff" ? match.Value : Of(match.Value,
                number => string.Create(CultureInfo.InvariantCulture, $"53:4f:53:{number >> 16 & 255:x2}:{number >> 8 & 255:x2}:{number & 255:x2}")));
            text = AddressPattern().Replace(text, match => match.Value.StartsWith("127.", StringComparison.Ordinal) || match.Value.StartsWith("0.", StringComparison.Ordinal)
                || match.Value.StartsWith("255.", StringComparison.Ordinal) || match.Value.StartsWith("224.", StringComparison.Ordinal) ? match.Value : Of(
                match.Value, number => string.Create(CultureInfo.InvariantCulture, $"100.64.{number >> 8}.{number & 255}")));
            return HostPattern().Replace(text, "host0");
        };

        string Of(string value, Func<int, string> make) =>
            known.TryGetValue(value, out var alias) ? alias : known[value] = make(known.Count + 1);
    }

    private static void PutSwitch(string node, SosLayout layout, string commands, Action<string, string> put)
    {
        if (layout is SosLayout.Sos4Database or SosLayout.Ubuntu)
        {
            // the recorded dump stands in for the log: here it counts that the path is read, OvsLogTests reads real logs
            put("ovsdb-client-dump.txt", layout == SosLayout.Ubuntu ? "var/lib/openvswitch/conf.db" : "etc/openvswitch/conf.db");
        }
        else
        {
            foreach (var table in (string[])["Bridge", "Interface", "Open_vSwitch", "Port", "Manager", "Mirror", "Controller"])
            {
                var name = table == "Open_vSwitch" ? table : table.ToLowerInvariant();
                put($"ovs-vsctl-list-{table}.txt", $"{commands}/openvswitch/ovs-vsctl_-t_5_list_{name}");
            }
        }
        put("ovs-vsctl-show.txt", $"{commands}/openvswitch/ovs-vsctl_-t_5_show");
        put("ovs-appctl-ovs-route-show.txt", $"{commands}/openvswitch/ovs-appctl_ovs.route.show");
        put("ovs-appctl-tnl-neigh-show.txt", $"{commands}/openvswitch/ovs-appctl_tnl.arp.show");
        put("ovs-appctl-dpctl-show.txt", $"{commands}/openvswitch/ovs-appctl_dpctl.show_-s_netdev_ovs-netdev");
        foreach (var bridge in File.ReadAllLines(Path.Combine(node, "ovs-vsctl-list-br.txt")))
        {
            put($"ovs-ofctl-dump-flows-{bridge}.txt", $"{commands}/openvswitch/ovs-ofctl_dump-flows_{bridge}");
            put($"ovs-ofctl-show-{bridge}.txt", $"{commands}/openvswitch/ovs-ofctl_show_{bridge}");
            put($"ovs-ofctl-dump-ports-{bridge}.txt", $"{commands}/openvswitch/ovs-ofctl_dump-ports_{bridge}");
            put($"ovs-appctl-fdb-show-{bridge}.txt", $"{commands}/openvswitch/ovs-appctl_fdb.show_{bridge}");
            if (layout == SosLayout.Ubuntu)
            {
                put($"ovs-ofctl-dump-flows-{bridge}.txt", $"{commands}/openvswitch/ovs-ofctl_-O_OpenFlow15_dump-flows_{bridge}");
            }
        }
    }

    private static void PutNamespaces(string node, SosLayout layout, Action<string, string> put)
    {
        if (!Directory.Exists(Path.Combine(node, "netns")))
        {
            return;
        }
        foreach (var space in Directory.GetDirectories(Path.Combine(node, "netns")).Select(path => Path.GetFileName(path)!))
        {
            var folder = layout == SosLayout.Sos3 ? "sos_commands/networking/" : $"sos_commands/networking/namespaces/{space}/";
            put($"netns/{space}/ip-addr.txt", $"{folder}ip_netns_exec_{space}_{(layout == SosLayout.Sos3 ? "ip_address_show" : "ip_-d_address_show")}");
            put($"netns/{space}/ip-route.txt", $"{folder}ip_netns_exec_{space}_ip_route_show_table_all");
            put($"netns/{space}/ip-neigh.txt", $"{folder}ip_netns_exec_{space}_ip_-s_-s_neigh_show");
            put($"netns/{space}/iptables-save.txt", $"{folder}ip_netns_exec_{space}_iptables-save");
        }
    }

    [GeneratedRegex(@"\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b")]
    private static partial Regex MacPattern();

    [GeneratedRegex(@"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")]
    private static partial Regex AddressPattern();

    [GeneratedRegex(@"\bcmp1\b")]
    private static partial Regex HostPattern();
}
