using System.Globalization;
using System.Text;
using Plumbline.Linux;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    /// <summary>Longer command lines (QEMU's) are cut here, in characters.</summary>
    private const int LongestCommand = 2000;

    /// <summary>Programs of the node's own namespace that questions ask after; those of named namespaces are all kept.</summary>
    private static readonly string[] _serviceNames =
    [
        "ovs-vswitchd", "ovsdb-server", "neutron-", "nova-", "libvirtd", "virtqemud", "qemu", "dnsmasq", "haproxy", "keepalived", "radvd",
        "conntrackd", "ovn-", "tcpdump", "dumpcap", "tshark",
    ];

    private static readonly string[] _serviceSysctls =
    [
        "net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding", "net.netfilter.nf_conntrack_count", "net.netfilter.nf_conntrack_max",
    ];

    /// <summary>Of all devices and of each: whether it drops what came by another way, and for which addresses it answers.</summary>
    private static readonly string[] _routingSysctls = ["rp_filter", "arp_ignore"];

    private static readonly string[] _agentFiles =
    [
        "/etc/neutron/plugins/ml2/openvswitch_agent.ini", "/etc/neutron/plugins/ml2/ml2_conf.ini",
    ];

    private static readonly string[] _dhcpOptions = ["--dhcp-hostsfile=", "--dhcp-optsfile="];

    private sealed record ServiceFacts(
        IReadOnlyList<ProcessFacts>? Processes, IReadOnlyList<NodeFile>? Files, string? OperatingSystem);

    private static ServiceFacts ReadServices(NodeAccess access, FoundNamespaces found)
    {
        var files = new List<NodeFile>();
        foreach (var path in access.IsLab ? [] : _agentFiles)
        {
            if (ReadSmallFile(path) is { } text)
            {
                files.Add(new(path, AgentConfiguration.WithoutSecrets(text)));
            }
        }
        var processes = ReadProcesses(found);
        foreach (var path in processes.Where(p => p.Command.Contains("dnsmasq", StringComparison.Ordinal)).SelectMany(p => DhcpFilesOf(p.Command)))
        {
            if (!files.Exists(f => f.Path == path) && ReadSmallFile(path) is { } text)
            {
                files.Add(new(path, text));
            }
        }
        foreach (var path in processes.Where(p => p.Command.Contains("keepalived", StringComparison.Ordinal)).Select(p => StateFileOf(p.Command)))
        {
            if (path is not null && !files.Exists(f => f.Path == path) && ReadSmallFile(path) is { } text)
            {
                files.Add(new(path, text));
            }
        }
        return new(processes, files, OperatingSystemRelease.Read(ReadSmallFile("/etc/os-release") ?? ""));
    }

    /// <summary>Whom a dnsmasq of Neutron's gives which address and routes: the files that its command line names (neutron/agent/linux/dhcp.py).</summary>
    private static IEnumerable<string> DhcpFilesOf(string command)
    {
        foreach (var word in command.Split(' '))
        {
            foreach (var option in _dhcpOptions)
            {
                if (word.StartsWith(option, StringComparison.Ordinal))
                {
                    yield return word[option.Length..];
                }
            }
        }
    }

    /// <summary>What a router's keepalived was last, beside its configuration (neutron/agent/l3/ha.py).</summary>
    private static string? StateFileOf(string command)
    {
        var words = command.Split(' ');
        var at = Array.IndexOf(words, "-f") + 1;
        return at > 0 && at < words.Length && words[at].EndsWith("/keepalived.conf", StringComparison.Ordinal)
            ? words[at][..^"keepalived.conf".Length] + "state" : null;
    }

    private static List<ProcessFacts> ReadProcesses(FoundNamespaces found)
    {
        var namespaces = new Dictionary<ulong, string>();
        foreach (var named in found.Named)
        {
            namespaces[named.Inode] = named.Name;
        }
        if (found.OwnInode is { } own)
        {
            namespaces[own] = "";
        }
        var processes = new List<ProcessFacts>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && NetworkOf(folder) is { } inode && namespaces.TryGetValue(inode, out var name)
                && ReadCommand(folder) is { Length: > 0 } command
                && (name.Length > 0 || IsService(command)))
            {
                processes.Add(new(pid, command, name));
            }
        }
        processes.Sort(static (a, b) => a.Pid.CompareTo(b.Pid));
        return processes;
    }

    /// <summary>The inode of a process's network namespace; null where it ended or is not for us to see.</summary>
    private static ulong? NetworkOf(string folder)
    {
        try
        {
            var target = new FileInfo($"{folder}/ns/net").LinkTarget;
            return target is not null && target.StartsWith("net:[", StringComparison.Ordinal)
                && ulong.TryParse(target.AsSpan(5).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
                    ? inode
                    : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? ReadCommand(string folder)
    {
        if (ReadSmallFile($"{folder}/cmdline") is not { } text)
        {
            return null;
        }
        var command = text.Replace('\0', ' ').Trim();
        return command.Length > LongestCommand ? command[..LongestCommand] : command;
    }

    private static bool IsService(string command)
    {
        foreach (var name in _serviceNames)
        {
            if (command.Contains(name, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    private static string? ReadSmallFile(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;    // ended meanwhile, not there, or not for us
        }
    }

    /// <summary>Sysctls that later questions need; of each device, whether it drops packets from where it would not answer to.</summary>
    private static void ReadServiceSysctls(Dictionary<string, string> values, IReadOnlyList<string> devices)
    {
        void Read(string key, string name)
        {
            if (Sysctl.Read(null, key) is { } value)
            {
                values[name] = value;
            }
        }

        foreach (var name in _serviceSysctls)
        {
            Read(name, name);
        }
        foreach (var setting in _routingSysctls)
        {
            Read($"net.ipv4.conf.all.{setting}", $"net.ipv4.conf.all.{setting}");
            foreach (var device in devices)
            {
                if (device is not ("" or "." or ".."))
                {
                    // as sysctl(8) prints it: a dot in a device's name becomes a slash
                    Read(Sysctl.OfDevice("ipv4", device, setting), $"net.ipv4.conf.{device.Replace('.', '/')}.{setting}");
                }
            }
        }
    }
}
