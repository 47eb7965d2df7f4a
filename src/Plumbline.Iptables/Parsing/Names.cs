namespace Plumbline.Iptables;

/// <summary>Words that turn up in every rule, so that reading them makes no string.</summary>
internal static class Names
{
    /// <summary>The word as a string, shared where it is one of the usual.</summary>
    public static string Intern(ReadOnlySpan<char> word) => word switch
    {
        "-m" => "-m",
        "-j" => "-j",
        "-p" => "-p",
        "-s" => "-s",
        "-d" => "-d",
        "-i" => "-i",
        "-o" => "-o",
        "!" => "!",
        "tcp" => "tcp",
        "udp" => "udp",
        "icmp" => "icmp",
        "state" => "state",
        "comment" => "comment",
        "physdev" => "physdev",
        "mac" => "mac",
        "set" => "set",
        "src" => "src",
        "dst" => "dst",
        "CT" => "CT",
        "--comment" => "--comment",
        "--physdev-in" => "--physdev-in",
        "--physdev-out" => "--physdev-out",
        "--physdev-is-bridged" => "--physdev-is-bridged",
        "--mac-source" => "--mac-source",
        "--match-set" => "--match-set",
        "--dport" => "--dport",
        "--sport" => "--sport",
        "--zone" => "--zone",
        _ => word.ToString(),
    };
}
