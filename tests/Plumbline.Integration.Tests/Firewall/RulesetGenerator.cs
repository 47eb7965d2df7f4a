using System.Globalization;
using System.Text;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// Random rulesets as text for iptables-restore, over every match and target that the simulator decides. A user chain belongs to one hook,
/// since the kernel refuses some matches elsewhere; calls go from chains to later ones, so there are no loops.
/// </summary>
internal sealed class RulesetGenerator(Random random, IPFamily family, string[] ports, string[] devices)
{
    private static readonly (string Table, Hook[] Hooks)[] _tables =
    [
        ("raw", [Hook.Prerouting, Hook.Output]),
        ("mangle", [Hook.Prerouting, Hook.Input, Hook.Forward, Hook.Output, Hook.Postrouting]),
        ("filter", [Hook.Input, Hook.Forward, Hook.Output]),
    ];

    private static readonly (string Table, Hook[] Hooks) _natTable =
        ("nat", [Hook.Prerouting, Hook.Input, Hook.Output, Hook.Postrouting]);

    private readonly bool _isSix = family == IPFamily.IPv6;

    /// <summary>Prefixes that rules name.</summary>
    public required string[] Prefixes { get; init; }

    /// <summary>MACs that rules name.</summary>
    public required string[] Macs { get; init; }

    /// <summary>Sets that rules name, with their dimensions.</summary>
    public required (string Name, int Dimensions)[] Sets { get; init; }

    /// <summary>Rules may look at connections: then the kernel puts fragments together.</summary>
    public bool Conntrack { get; init; } = true;

    /// <summary>No other table and hook than filter FORWARD.</summary>
    public bool OnlyForward { get; init; }

    /// <summary>Modules that remember, count or throw dice, as this kernel has them; none where it is empty.</summary>
    public string[] Undecided { get; init; } = [];

    /// <summary>What nat rewrites to; null: no nat table.</summary>
    public NatAddresses? Nat { get; init; }

    /// <summary>REJECT answers nobody there: an error message to 0.0.0.0 or ::1 would go to the node itself, and be counted.</summary>
    private string Silent => (_isSix, Nat) switch
    {
        (true, null) => "::1",
        (false, null) => "0.0.0.0",
        // where nat has connections both ways, an answer finds its way, too
        (true, _) => "fd00::/12",
        _ => "10.0.0.0/12",
    };

    /// <summary>With addresses and MACs that the packets of these tests have.</summary>
    public static RulesetGenerator Usual(
        Random random, IPFamily family, string[] ports, string[] devices, (string, int)[] sets, bool conntrack, bool onlyForward = false,
        string[]? undecided = null, NatAddresses? nat = null) => new(random, family, ports, devices)
        {
            Prefixes = family == IPFamily.IPv4
                ? ["10.1.0.0/24", "10.1.0.5/32", "10.1.0.6", "10.2.0.0/16", "10.0.0.0/8", "192.168.1.12", "0.0.0.0/32", "255.255.255.255", "10.0.0.5/255.0.0.255"]
                : ["fd00:1::/64", "fd00:1::5", "fd00:1::6/128", "fd00:2::/48", "fd00::/16", "fe80::/10", "::/128", "ff02::/16"],
            Macs = ["fa:16:3e:c3:ea:d5", "fa:16:3e:00:00:01"],
            Sets = sets,
            Conntrack = conntrack,
            OnlyForward = onlyForward,
            Undecided = undecided ?? [],
            Nat = nat,
        };

    /// <summary>The text.</summary>
    public string Generate(int rulesPerChain)
    {
        var text = new StringBuilder();
        foreach (var (table, hooks) in OnlyForward ? [("filter", [Hook.Forward])] : Nat is null ? _tables : [.. _tables, _natTable])
        {
            text.Append(CultureInfo.InvariantCulture, $"*{table}\n");
            var body = new StringBuilder();
            foreach (var hook in hooks)
            {
                var isStrict = table == "filter" && random.Next(4) == 0;
                text.Append(CultureInfo.InvariantCulture, $":{hook.ToString().ToUpperInvariant()} {(isStrict ? "DROP" : "ACCEPT")} [0:0]\n");
                var chains = new List<string> { hook.ToString().ToUpperInvariant() };
                for (var i = 0; i < random.Next(5); i++)
                {
                    chains.Add($"{table}-{hook}-{i}");
                    text.Append(CultureInfo.InvariantCulture, $":{chains[^1]} - [0:0]\n");
                }
                if (table == "nat" && hook == Hook.Postrouting)
                {
                    // who talks to the node by another of its addresses gets an answer
                    body.Append("-A POSTROUTING -o lo -j ACCEPT\n");
                }
                for (var i = 0; i < chains.Count; i++)
                {
                    var count = random.Next(rulesPerChain + 1);
                    for (var r = 0; r < count; r++)
                    {
                        if (table == "nat" && random.Next(3) > 0)
                        {
                            var (protocol, translation) = Translation(hook);
                            body.Append(CultureInfo.InvariantCulture, $"-A {chains[i]}{Matches(hook, true, i == 0, protocol)}{translation}\n");
                            continue;
                        }
                        var target = Target(table, hook, chains, i);
                        var isReject = target.StartsWith(" -j REJECT", StringComparison.Ordinal);
                        body.Append(CultureInfo.InvariantCulture, $"-A {chains[i]}{(isReject ? $" ! -s {Silent}" : "")}{Matches(hook, !isReject, i == 0)}{target}\n");
                    }
                }
            }
            text.Append(body).Append("COMMIT\n");
        }
        return text.ToString();
    }

    private T Pick<T>(params T[] from) => from[random.Next(from.Length)];

    private string Not() => random.Next(5) == 0 ? " !" : "";

    /// <summary>A target of nat, and the protocol that it wants, if any.</summary>
    private (string? Protocol, string Target) Translation(Hook hook)
    {
        var isDestination = hook is Hook.Prerouting or Hook.Output;
        var address = isDestination ? Pick(Nat!.Destinations) : Pick(hook == Hook.Input ? Nat!.Unrouted : Nat!.Sources);
        var port = random.Next(3) > 0 ? "" : Pick("80", "8080", "1000-1009", "40000-40001", "30000-60000");
        var protocol = port.Length > 0 ? Pick("tcp", "udp") : null;
        var isRandom = random.Next(12) == 0;
        if (hook == Hook.Input)
        {
            // which port it was, a packet that the node takes does not tell
            (port, isRandom) = (port.Length > 0 ? "1000" : "", false);
        }
        switch (random.Next(6))
        {
            case 0 when isDestination:
                return (protocol, $" -j REDIRECT{(port.Length > 0 ? $" --to-ports {port}" : "")}{(isRandom ? " --random" : "")}");
            case 0 or 1 when hook == Hook.Postrouting:
                return (protocol, $" -j MASQUERADE{(port.Length > 0 ? $" --to-ports {port}" : "")}{(isRandom ? " --random" : "")}");
            case 2 when hook != Hook.Input:
                return (null, $" -j NETMAP --to {Pick(Nat!.Networks)}");
            case 3 when isDestination && port.Contains('-', StringComparison.Ordinal) && random.Next(2) == 0:
                port += Pick("/1000", "/20", "/60000");
                break;
        }
        var to = port.Length == 0 ? address
            : random.Next(4) == 0 ? $":{port}"
            : !_isSix ? $"{address}:{port}"
            : $"[{address}]:{port}";
        return (protocol, $" -j {(isDestination ? "DNAT --to-destination" : "SNAT --to-source")} {to}"
            + (isRandom ? " --random" : random.Next(6) == 0 ? " --persistent" : ""));
    }

    private string Matches(Hook hook, bool hasSource, bool isBase, string? wanted = null)
    {
        var text = new StringBuilder();
        var protocol = "";
        if (hasSource && random.Next(4) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Not()} -s {Pick(Prefixes)}");
        }
        if (random.Next(4) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Not()} -d {Pick(Prefixes)}");
        }
        if (random.Next(6) == 0 && (!isBase || hook is not (Hook.Output or Hook.Postrouting)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Not()} -i {Device()}");
        }
        if (random.Next(6) == 0 && (!isBase || hook is not (Hook.Prerouting or Hook.Input)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Not()} -o {Device()}");
        }
        if (wanted is not null)
        {
            protocol = wanted;
            text.Append(CultureInfo.InvariantCulture, $" -p {protocol}");
        }
        else if (random.Next(3) != 0)
        {
            protocol = Pick("tcp", "tcp", "udp", "udp", _isSix ? "ipv6-icmp" : "icmp", "sctp", "47", "udplite", "dccp",
                _isSix ? "udp" : "esp", _isSix ? "tcp" : "ah");
            var not = random.Next(8) == 0;
            text.Append(CultureInfo.InvariantCulture, $"{(not ? " !" : "")} -p {protocol}");
            protocol = not ? "" : protocol;
        }
        if (!_isSix && random.Next(20) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Not()} -f");
        }
        if (protocol.Length > 0 && random.Next(3) > 0)
        {
            text.Append(Transport(protocol));
        }
        for (var i = random.Next(3); i > 0; i--)
        {
            text.Append(Module(hook));
        }
        if (Undecided.Length > 0 && random.Next(3) == 0)
        {
            text.Append(' ').Append(Pick(Undecided));
        }
        return text.ToString();
    }

    private string Device() => Pick([.. devices, .. ports]) is var name && random.Next(4) == 0 ? name[..random.Next(1, name.Length)] + "+" : name;

    private string Port() => Pick("22", "53", "67", "68", "80", "443", "547", "1000", "65535");

    private string Range() => Pick(Port(), "20:25", "1:1023", "1024:65535", "0:66", "60000:65535");

    private string Transport(string protocol)
    {
        switch (protocol)
        {
            case "icmp":
                return $" -m icmp{Not()} --icmp-type {Pick("8", "0", "3", "3/1", "11", "any", "5/0", "8/0")}";
            case "ipv6-icmp":
                return $" -m icmp6{Not()} --icmpv6-type {Pick("128", "129", "1", "1/4", "3/0", "133", "135", "136", "143")}";
            case "tcp" or "udp" or "sctp" or "udplite" or "dccp" when random.Next(3) == 0 || protocol is "udplite" or "dccp":
                return $" -m multiport{Not()} --{Pick("sports", "dports", "ports")} {Pick("22,80", "67:68", "1:100,443", "53,67:80,1000:2000,65535")}";
            case "tcp" or "udp" or "sctp":
                var text = $" -m {protocol}";
                var options = "";
                if (random.Next(3) == 0)
                {
                    options += $"{Not()} --sport {Range()}";
                }
                if (random.Next(2) == 0)
                {
                    options += $"{Not()} --dport {Range()}";
                }
                if (protocol == "tcp" && random.Next(3) == 0)
                {
                    options += $"{Not()} --tcp-flags {Pick("FIN,SYN,RST,ACK SYN", "ALL NONE", "ALL ALL", "SYN,FIN SYN,FIN", "ACK ACK", "PSH,URG PSH", "RST RST")}";
                }
                else if (protocol == "tcp" && random.Next(4) == 0)
                {
                    options += $"{Not()} --syn";
                }
                return options.Length == 0 ? "" : text + options;
            case "ah":
                return $" -m ah{Not()} --ahspi {Pick("100", "1:500", "500:1000")}";
            case "esp":
                return $" -m esp{Not()} --espspi {Pick("100", "1:500", "500:1000")}";
            default:
                return "";
        }
    }

    private string Module(Hook hook)
    {
        switch (random.Next(19))
        {
            case 0 or 1 or 2:
                return Physdev(hook);
            case 3 when hook is not (Hook.Output or Hook.Postrouting):
                return $" -m mac{Not()} --mac-source {Pick(Macs)}";
            case 4 when Conntrack:
                return $" -m state{Not()} --state {Pick("NEW", "INVALID", "RELATED,ESTABLISHED", "UNTRACKED", "INVALID,UNTRACKED", "ESTABLISHED")}";
            case 5 when Conntrack:
                return $" -m conntrack{Not()} --ctstate {Pick("NEW", "INVALID", "RELATED,ESTABLISHED", "UNTRACKED", "NEW,SNAT", "DNAT")}"
                    + Pick("", "", $"{Not()} --ctproto 6", $"{Not()} --ctorigsrc {Pick(Prefixes)}", " --ctdir ORIGINAL", " --ctdir REPLY", $"{Not()} --ctorigdstport 22:80");
            case 6:
                return $" -m mark{Not()} --mark {Pick("0x1", "0x0/0xf", "0x3/0x7", "0x0", "0x80/0xf0")}";
            case 7 when Conntrack:
                return $" -m connmark{Not()} --mark {Pick("0x1", "0x0/0xf", "0x3/0x7", "0x0")}";
            case 8 or 9 when Sets.Length > 0:
                var set = Pick(Sets);
                var directions = string.Join(',', Enumerable.Range(0, Math.Min(6, set.Dimensions + random.Next(2))).Select(_ => Pick("src", "dst")));
                return $" -m set{Not()} --match-set {set.Name} {directions}";
            case 10:
                return _isSix
                    ? $" -m iprange{Not()} --{Pick("src", "dst")}-range fd00:1::5-fd00:1::80"
                    : $" -m iprange{Not()} --{Pick("src", "dst")}-range 10.1.0.5-10.1.0.200";
            case 11:
                return $" -m length{Not()} --length {Pick("60", "0:64", "65:1500", "100:")}";
            case 12:
                return $" -m pkttype{Not()} --pkt-type {Pick("unicast", "broadcast", "multicast")}";
            case 13:
                return _isSix ? $" -m hl{Pick(" --hl-eq 64", " ! --hl-eq 64", " --hl-lt 64", " --hl-gt 63")}" : $" -m ttl{Pick(" --ttl-eq 64", " ! --ttl-eq 64", " --ttl-lt 64", " --ttl-gt 63")}";
            case 14:
                return Pick($" -m tos{Not()} --tos 0x10/0x3f", $" -m dscp{Not()} --dscp 0x0a", $" -m tos{Not()} --tos 0x28/0xff");
            case 16:
                return $" -m addrtype{Not()} --{Pick("src", "dst")}-type {(_isSix ? Pick("MULTICAST", "UNICAST", "LOCAL", "UNSPEC", "UNICAST,LOCAL") : Pick("MULTICAST", "UNICAST", "LOCAL", "BROADCAST", "LOCAL,BROADCAST", "UNSPEC"))}";
            case 17 when Conntrack:
                return $" -m conntrack{Not()} --{Pick("ctreplsrc", "ctrepldst", "ctorigdst", "ctorigsrc")} {Pick(Prefixes)}"
                    + Pick("", $"{Not()} --ctorigsrcport 1:1023", $"{Not()} --ctreplsrcport 22:80", $"{Not()} --ctrepldstport 1024:65535", $"{Not()} --ctproto {Pick("tcp", "udp")}");
            case 18:
                return _isSix
                    ? $" -m iprange{Not()} --src-range fd00:1::5-fd00:1::80{Not()} --dst-range fd00:1::1-fd00:2::1"
                    : $" -m iprange{Not()} --src-range 10.1.0.5-10.1.0.200{Not()} --dst-range 10.1.0.6-10.2.0.0";
            case 15:
                return " -m comment --comment \"a word or two\"";
            default:
                return "";
        }
    }

    private string Physdev(Hook hook)
    {
        var text = "";
        if (random.Next(2) == 0)
        {
            text += $"{Not()} --physdev-in {Device()}";
        }
        else if (random.Next(4) == 0)
        {
            text += $"{Not()} --physdev-is-in";
        }
        if (hook is Hook.Forward or Hook.Postrouting && random.Next(2) == 0)
        {
            text += random.Next(4) == 0 ? $"{Not()} --physdev-is-out" : $"{Not()} --physdev-out {Device()}";
            text += " --physdev-is-bridged";
        }
        else if (random.Next(3) == 0)
        {
            text += $"{Not()} --physdev-is-bridged";
        }
        return text.Length == 0 ? "" : " -m physdev" + text;
    }

    private string Target(string table, Hook hook, List<string> chains, int own)
    {
        var later = chains.Count - own - 1;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            switch (random.Next(15))
            {
                case 0 or 1 or 2 when later > 0:
                    return $" -j {chains[own + 1 + random.Next(later)]}";
                case 3 when later > 0:
                    return $" -g {chains[own + 1 + random.Next(later)]}";
                case 4:
                    return "";
                case 5 or 6:
                    return OnlyForward ? Pick(" -j ACCEPT", " -j DROP") : " -j RETURN";
                case 7:
                    return " -j ACCEPT";
                case 8 when table != "nat" && random.Next(2) == 0:
                    return " -j DROP";
                case 9:
                    return $" -j MARK {Pick("--set-xmark 0x1/0xffffffff", "--set-xmark 0x3/0x7", "--set-xmark 0x0/0xf", "--set-xmark 0x80/0x0")}";
                case 10 when Conntrack && table == "mangle":
                    return $" -j CONNMARK {Pick("--set-xmark 0x1/0xffffffff", "--set-xmark 0x3/0x7", "--save-mark --nfmask 0xf --ctmask 0xff", "--restore-mark --nfmask 0xff --ctmask 0xf", "--save-mark", "--restore-mark")}";
                case 11 when Conntrack && table == "raw":
                    return $" -j CT {Pick("--zone 7", "--zone 9", "--notrack", "--zone mark", "--zone-orig 7", "--zone-orig 9", "--zone-reply 7")}";
                case 12 when table == "mangle":
                    return _isSix ? Pick(" -j DSCP --set-dscp 0x0a", " -j TOS --set-tos 0x10/0x3f", " -j HL --hl-set 64", " -j HL --hl-inc 1")
                        : Pick(" -j DSCP --set-dscp 0x0a", " -j TOS --set-tos 0x10/0x3f", " -j TTL --ttl-set 64", " -j TTL --ttl-inc 1");
                case 13:
                    return Pick(" -j NFLOG --nflog-group 9", table == "mangle" && hook is (Hook.Forward or Hook.Output or Hook.Postrouting) ? " -j CLASSIFY --set-class 0001:0002" : "");
                case 14 when table == "filter" && random.Next(2) == 0:
                    return " -j REJECT" + Pick("", _isSix ? " --reject-with icmp6-adm-prohibited" : " --reject-with icmp-host-prohibited");
            }
        }
        return "";
    }
}
