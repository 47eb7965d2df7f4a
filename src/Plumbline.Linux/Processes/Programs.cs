namespace Plumbline.Linux.Processes;

/// <summary>Finds other programs of the node, and knows which Debian package brings each.</summary>
public static class Programs
{
    /// <summary>A plain user's PATH leaves these out on Debian, though what is there may well be run.</summary>
    private const string AdministratorsFolders = "/usr/local/sbin:/usr/sbin:/sbin";

    /// <summary>
    /// The full path of <paramref name="program"/>: as given where it has a slash, else the first in PATH, then in the sbin
    /// folders; null where it is not installed.
    /// </summary>
    public static string? Find(string program) => Find(program, Environment.GetEnvironmentVariable("PATH"));

    /// <summary>As <see cref="Find(string)"/>.</summary>
    /// <exception cref="LinuxException">It is not installed (ENOENT); the fix names the Debian package.</exception>
    public static string Require(string program) => Find(program) ?? throw Problems.NotInstalled(program);

    /// <summary>The Debian package that brings <paramref name="program"/>; null where we do not know.</summary>
    public static string? PackageOf(string program) => Path.GetFileName(program) switch
    {
        "iptables" or "iptables-save" or "iptables-restore" or "ip6tables" or "ip6tables-save" or "ip6tables-restore" => "iptables",
        "ip" or "bridge" or "tc" or "ss" => "iproute2",
        "ipset" => "ipset",
        "conntrack" => "conntrack",
        "brctl" => "bridge-utils",
        "sysctl" => "procps",
        "modprobe" => "kmod",
        "ping" => "iputils-ping",
        "tcpdump" => "tcpdump",
        "tshark" => "tshark",
        "wireshark" => "wireshark",
        "dnsmasq" => "dnsmasq-base",
        "udhcpc" => "udhcpc",
        "dhclient" => "isc-dhcp-client",
        "ovsdb-server" or "ovsdb-tool" or "ovsdb-client" or "ovs-vswitchd" or "ovs-vsctl" or "ovs-ofctl" or "ovs-appctl"
            or "ovs-dpctl" => "openvswitch-switch",
        "virsh" => "libvirt-clients",
        _ => null,
    };

    internal static string? Find(string program, string? path) => program.Contains('/')
        ? IsProgram(program) ? program : null
        : $"{path}:{AdministratorsFolders}"
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Join(folder, program))
            .FirstOrDefault(IsProgram);

    private static bool IsProgram(string path)
    {
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (File.GetUnixFileMode(path) & Executable) != 0;
    }
}
