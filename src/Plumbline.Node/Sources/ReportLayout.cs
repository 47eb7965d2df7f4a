using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources;

/// <summary>Where things lie in a sosreport and in a folder of command outputs.</summary>
internal static partial class ReportLayout
{
    /// <summary>sos's plugins whose outputs we read; the names of the others' folders are not among these beginnings.</summary>
    private static readonly string[] _plugins =
    [
        "networking", "openvswitch", "ovn", "firewall", "iptables", "ipset", "netfilter", "ebtables", "conntrack", "libvirt", "virsh", "kvm", "openstack",
        "neutron", "nova", "kernel", "host", "process", "general", "networkmanager", "nftables", "bridge",
    ];

    private static readonly string[] _reportFolders =
    [
        "/etc/openvswitch/", "/usr/local/etc/openvswitch/", "/var/lib/openvswitch/", "/etc/neutron/", "/var/lib/neutron/", "/etc/libvirt/qemu/",
        "/run/libvirt/qemu/", "/var/lib/config-data/", "/etc/kolla/",
    ];

    /// <summary>A path that no reader needs, whatever stands in it: logs, and of a sosreport all but what is known to tell of the network.</summary>
    public static bool IsBeside(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        if (name.EndsWith(".log") || name.EndsWith(".gz") || name.EndsWith(".xz") || name.EndsWith(".png") || name.EndsWith(".pcap")
            || name.EndsWith(".pcapng") || name.EndsWith(".py"))
        {
            return true;
        }
        if (path.Contains("/log/", StringComparison.Ordinal) || path.Contains("/logs/", StringComparison.Ordinal)
            || path.StartsWith("logs/", StringComparison.Ordinal) || path.StartsWith("log/", StringComparison.Ordinal))
        {
            return true;
        }
        const string Commands = "sos_commands/";
        var at = path.IndexOf(Commands, StringComparison.Ordinal);
        if (at >= 0)
        {
            var plugin = path.AsSpan(at + Commands.Length);
            foreach (var known in _plugins)
            {
                if (plugin.StartsWith(known))
                {
                    return (name.StartsWith("ethtool") && !name.StartsWith("ethtool_-k")) || name.StartsWith("tc_") || name.Contains("route_show_cache", StringComparison.Ordinal) || name.StartsWith("modinfo");
                }
            }
            return true;
        }
        return path.Contains("sos_logs/", StringComparison.Ordinal) || path.Contains("sos_reports/", StringComparison.Ordinal)
            || path.Contains("sos_strings/", StringComparison.Ordinal)
            || (IsSystem(path) && !IsReportFile(path));
    }

    /// <summary>The node's namespace that a file tells about, by its folders or its name; empty for the node's own.</summary>
    public static string NamespaceOf(ReadOnlySpan<string> segments)
    {
        for (var i = 0; i < segments.Length - 1; i++)
        {
            if (segments[i] is "netns" or "namespaces" && i + 2 < segments.Length)
            {
                return segments[i + 1];
            }
            if (NeutronPattern().IsMatch(segments[i]))
            {
                return segments[i];
            }
        }
        var match = CommandPattern().Match(segments[^1]);
        return match.Success ? match.Groups["name"].Value : "";
    }

    /// <summary>
    /// The command that sos names a file after, where its output alone does not say what it is; else null. sos puts <c>_</c> for what may not stand in a
    /// name, so that a name with <c>_</c> in it cannot be read back: only what has a known shape is.
    /// </summary>
    public static string? CommandOf(ReadOnlySpan<string> segments)
    {
        if (segments.IndexOf("sos_commands") < 0)
        {
            return null;
        }
        var name = segments[^1];
        if (GetPattern().Match(name) is { Success: true } get)
        {
            return get.Groups["root"].Success
                ? $"ovs-vsctl get Open_vSwitch . {get.Groups["column"].Value}"
                : $"ovs-vsctl get Interface {get.Groups["port"].Value} options";
        }
        return VersionPattern().Match(name) is { Success: true } version
            ? (NamespaceOf(segments) is { Length: > 0 } space ? $"ip netns exec {space} ip -6 {version.Groups["what"].Value}" : $"ip -6 {version.Groups["what"].Value}")
            : null;
    }

    /// <summary>A path of a whole system's tree, as sos copies it.</summary>
    private static bool IsSystem(string path)
    {
        foreach (var folder in (ReadOnlySpan<string>)["etc/", "run/", "proc/", "sys/", "var/", "usr/", "boot/", "lib/", "dev/", "root/", "home/", "opt/"])
        {
            if (path.Contains("/" + folder, StringComparison.Ordinal) || path.StartsWith(folder, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsReportFile(string path)
    {
        if (path.EndsWith("/os-release", StringComparison.Ordinal) || path.EndsWith("etc/hostname", StringComparison.Ordinal) || path.EndsWith("net/nf_conntrack", StringComparison.Ordinal))
        {
            return true;
        }
        foreach (var folder in _reportFolders)
        {
            if (path.Contains(folder, StringComparison.Ordinal) || path.StartsWith(folder[1..], StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    [GeneratedRegex(@"^(?:qdhcp|qrouter|snat|fip|ovnmeta|qlbaas)-[0-9a-f]{8}-[0-9a-f-]{27}$")]
    private static partial Regex NeutronPattern();

    [GeneratedRegex(@"^ovs-vsctl_(?:-t_5_)?get_(?:(?<root>Open_vSwitch)_\._(?<column>other_config|external_ids)|Interface_(?<port>[^\s/]{1,15})_options)$")]
    private static partial Regex GetPattern();

    [GeneratedRegex(@"(?:^|_)ip_(?:-d_)?-6_(?<what>route|rule|address|addr|neigh)(?:_|$)")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"^ip_netns_exec_(?<name>.+?)_(?:ip|ip6?tables(?:-save)?|sysctl|netstat|ss|ethtool|nstat|bridge|conntrack|arp|ipset)_?")]
    private static partial Regex CommandPattern();
}
