using System.Collections.Frozen;
using System.Globalization;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>Protocols as the API takes them and as Debian's /etc/protocols calls them, which is what Neutron and iptables print.</summary>
internal static class ProtocolNames
{
    // name, number: what the API takes by name
    private static readonly FrozenDictionary<string, int> _api = new Dictionary<string, int>
    {
        ["ah"] = 51,
        ["dccp"] = 33,
        ["egp"] = 8,
        ["esp"] = 50,
        ["gre"] = 47,
        ["hopopt"] = 0,
        ["icmp"] = 1,
        ["icmpv6"] = 58,
        ["igmp"] = 2,
        ["ip"] = 0,
        ["ipip"] = 4,
        ["ipv6-encap"] = 41,
        ["ipv6-frag"] = 44,
        ["ipv6-icmp"] = 58,
        ["ipv6-nonxt"] = 59,
        ["ipv6-opts"] = 60,
        ["ipv6-route"] = 43,
        ["ospf"] = 89,
        ["pgm"] = 113,
        ["rsvp"] = 46,
        ["sctp"] = 132,
        ["tcp"] = 6,
        ["udp"] = 17,
        ["udplite"] = 136,
        ["vrrp"] = 112,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] _node = MakeNodeNames();

    /// <summary>The number of what the API takes; null where it takes no such name.</summary>
    public static int? NumberOf(string protocol) =>
        int.TryParse(protocol, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : _api.TryGetValue(protocol, out number) ? number : null;

    /// <summary>True where the API takes the name.</summary>
    public static bool IsApiName(string name) => _api.ContainsKey(name);

    /// <summary>What the agent writes behind <c>-p</c>; null where any protocol is meant.</summary>
    public static string? Written(string? protocol, NeutronRelease release)
    {
        switch (protocol)
        {
            case null or "" or "0":
                return null;
            case "icmpv6":
                return "ipv6-icmp";
            case "ipv6-encap" when release >= NeutronRelease.Pike:
                return "ipv6";
            case "pgm" when release >= NeutronRelease.Pike:
                return "113";
            case "ipip" when release >= NeutronRelease.Release2024_1:
                return "ipencap";
            default:
                break;
        }
        // before Rocky a built-in table named just the common ones
        return int.TryParse(protocol, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 256
            && protocol[0] is not '0' && _node[number] is { } name && (release >= NeutronRelease.Rocky || number is 1 or 6 or 17 or 58)
            ? name
            : protocol;
    }

    private static string[] MakeNodeNames()
    {
        var names = new string[256];
        foreach (var entry in (ReadOnlySpan<(int, string)>)
        [
            (1, "icmp"), (2, "igmp"), (3, "ggp"), (4, "ipencap"), (5, "st"), (6, "tcp"), (8, "egp"), (9, "igp"), (12, "pup"),
            (17, "udp"), (20, "hmp"), (22, "xns-idp"), (27, "rdp"), (29, "iso-tp4"), (33, "dccp"), (36, "xtp"), (37, "ddp"),
            (38, "idpr-cmtp"), (41, "ipv6"), (43, "ipv6-route"), (44, "ipv6-frag"), (45, "idrp"), (46, "rsvp"), (47, "gre"),
            (50, "esp"), (51, "ah"), (57, "skip"), (58, "ipv6-icmp"), (59, "ipv6-nonxt"), (60, "ipv6-opts"), (73, "rspf"),
            (81, "vmtp"), (88, "eigrp"), (89, "ospf"), (93, "ax.25"), (94, "ipip"), (97, "etherip"), (98, "encap"), (103, "pim"),
            (108, "ipcomp"), (112, "vrrp"), (115, "l2tp"), (124, "isis"), (132, "sctp"), (133, "fc"), (135, "mobility-header"),
            (136, "udplite"), (137, "mpls-in-ip"), (138, "manet"), (139, "hip"), (140, "shim6"), (141, "wesp"), (142, "rohc"),
            (143, "ethernet"),
        ])
        {
            names[entry.Item1] = entry.Item2;
        }
        return names;
    }
}
