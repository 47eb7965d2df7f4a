using System.Globalization;
using System.Text;

namespace Plumbline.Iptables.Tests.Symbolic;

/// <summary>Rulesets as the wild has them, made here: docker, kube-proxy, hosting firewalls, a campus router, deep chains with gotos.</summary>
internal static class MadeRulesets
{
    private const string Filter = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n";

    public static Ruleset Read(string text)
    {
        var reading = RulesetParser.ParseSave(text);
        Assert.Empty(reading.Errors);
        return Assert.Single(reading.Rulesets);
    }

    public static string Of(string kind, int size) => kind switch
    {
        "docker" => Docker(size),
        "kube-proxy" => KubeProxy(size),
        "hosting" => Hosting(size),
        "campus" => Campus(size),
        _ => Deep(size),
    };

    /// <summary>Networks of containers, each isolated from the others, with published ports.</summary>
    private static string Docker(int networks)
    {
        StringBuilder nat = new(), filter = new();
        nat.Append("*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n");
        nat.Append("-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER\n");
        filter.Append(Filter).Append(":DOCKER - [0:0]\n:DOCKER-ISOLATION-STAGE-1 - [0:0]\n:DOCKER-ISOLATION-STAGE-2 - [0:0]\n:DOCKER-USER - [0:0]\n");
        filter.Append("-A FORWARD -j DOCKER-USER\n-A FORWARD -j DOCKER-ISOLATION-STAGE-1\n");
        for (var i = 0; i < networks; i++)
        {
            var bridge = $"br-{i:x4}";
            nat.Append(CultureInfo.InvariantCulture, $"-A POSTROUTING -s 172.18.{i & 255}.0/24 ! -o {bridge} -j MASQUERADE\n");
            nat.Append(CultureInfo.InvariantCulture, $"-A DOCKER ! -i {bridge} -p tcp -m tcp --dport {8000 + i} -j DNAT --to-destination 172.18.{i & 255}.2:80\n");
            filter.Append(CultureInfo.InvariantCulture, $"-A FORWARD -o {bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A FORWARD -o {bridge} -j DOCKER\n");
            filter.Append(CultureInfo.InvariantCulture, $"-A FORWARD -i {bridge} ! -o {bridge} -j ACCEPT\n-A FORWARD -i {bridge} -o {bridge} -j ACCEPT\n");
            filter.Append(CultureInfo.InvariantCulture, $"-A DOCKER -d 172.18.{i & 255}.2/32 ! -i {bridge} -o {bridge} -p tcp -m tcp --dport 80 -j ACCEPT\n");
            filter.Append(CultureInfo.InvariantCulture, $"-A DOCKER-ISOLATION-STAGE-1 -i {bridge} ! -o {bridge} -j DOCKER-ISOLATION-STAGE-2\n-A DOCKER-ISOLATION-STAGE-2 -o {bridge} -j DROP\n");
        }
        filter.Append("-A DOCKER-ISOLATION-STAGE-1 -j RETURN\n-A DOCKER-ISOLATION-STAGE-2 -j RETURN\n-A DOCKER-USER -j RETURN\nCOMMIT\n");
        return nat.Append("COMMIT\n").Append(filter).ToString();
    }

    /// <summary>Services with endpoints by chance, marks for masquerading, node ports.</summary>
    private static string KubeProxy(int services)
    {
        StringBuilder head = new(), body = new();
        head.Append("*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n");
        head.Append(":KUBE-SERVICES - [0:0]\n:KUBE-NODEPORTS - [0:0]\n:KUBE-POSTROUTING - [0:0]\n:KUBE-MARK-MASQ - [0:0]\n");
        body.Append("-A PREROUTING -m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES\n-A OUTPUT -j KUBE-SERVICES\n-A POSTROUTING -j KUBE-POSTROUTING\n");
        body.Append("-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000\n-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN\n");
        body.Append("-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0\n-A KUBE-POSTROUTING -j MASQUERADE --random-fully\n");
        for (var i = 0; i < services; i++)
        {
            var address = $"10.96.{i >> 8 & 255}.{i & 255}";
            var protocol = i % 7 == 0 ? "udp" : "tcp";
            head.Append(CultureInfo.InvariantCulture, $":KUBE-SVC-{i} - [0:0]\n:KUBE-EXT-{i} - [0:0]\n");
            body.Append(CultureInfo.InvariantCulture, $"-A KUBE-SERVICES -d {address}/32 -p {protocol} -m {protocol} --dport {80 + i % 5} -j KUBE-SVC-{i}\n");
            body.Append(CultureInfo.InvariantCulture, $"-A KUBE-NODEPORTS -p {protocol} -m {protocol} --dport {30000 + i} -j KUBE-EXT-{i}\n-A KUBE-EXT-{i} -j KUBE-MARK-MASQ\n-A KUBE-EXT-{i} -j KUBE-SVC-{i}\n");
            body.Append(CultureInfo.InvariantCulture, $"-A KUBE-SVC-{i} ! -s 10.244.0.0/16 -d {address}/32 -p {protocol} -m {protocol} --dport {80 + i % 5} -j KUBE-MARK-MASQ\n");
            for (var e = 0; e < 3; e++)
            {
                var chance = e == 2 ? "" : $" -m statistic --mode random --probability {(e == 0 ? "0.33333333349" : "0.50000000000")}";
                var endpoint = $"10.244.{i >> 6 & 255}.{(i * 3 + e) & 255}";
                head.Append(CultureInfo.InvariantCulture, $":KUBE-SEP-{i}-{e} - [0:0]\n");
                body.Append(CultureInfo.InvariantCulture, $"-A KUBE-SVC-{i}{chance} -j KUBE-SEP-{i}-{e}\n-A KUBE-SEP-{i}-{e} -s {endpoint}/32 -j KUBE-MARK-MASQ\n");
                body.Append(CultureInfo.InvariantCulture, $"-A KUBE-SEP-{i}-{e} -p {protocol} -m {protocol} -j DNAT --to-destination {endpoint}:8080\n");
            }
        }
        body.Append("-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS\nCOMMIT\n");
        body.Append(Filter).Append(":KUBE-FORWARD - [0:0]\n:KUBE-FIREWALL - [0:0]\n-A INPUT -j KUBE-FIREWALL\n-A FORWARD -j KUBE-FORWARD\n");
        body.Append("-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP\n");
        body.Append("-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP\n-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT\n-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n");
        return head.Append(body).ToString();
    }

    /// <summary>Thousands of flat rules: banned addresses, sets of countries, port lists, MAC lists, limits.</summary>
    private static string Hosting(int rules)
    {
        var random = new Random(2);
        var text = new StringBuilder(Filter).Append(":BANNED - [0:0]\n:MACS - [0:0]\n");
        text.Append("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n-A INPUT -m set --match-set country-xx src -j DROP\n-A INPUT -j BANNED\n-A INPUT -i eth1 -j MACS\n");
        text.Append("-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 5/min -j ACCEPT\n-A INPUT -p tcp -m recent --update --seconds 60 --name bad --rsource -j DROP\n");
        text.Append("-A INPUT -p tcp -m multiport --dports 25,80,443,465,587,993:995,8000:8100 -j ACCEPT\n-A INPUT -p udp -m multiport --sports 53,123 -j ACCEPT\n");
        for (var i = 0; i < rules; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"-A BANNED -s {random.Next(1, 224)}.{random.Next(256)}.{random.Next(256)}.{(i % 3 == 0 ? "0/24" : random.Next(256) + "/32")} -j DROP\n");
            text.Append(i % 4 == 0 ? $"-A MACS -s 192.0.2.{random.Next(256)}/32 -m mac --mac-source 00:1B:21:00:{random.Next(256):X2}:{random.Next(256):X2} -j RETURN\n" : "");
        }
        return text.Append("-A MACS -s 192.0.2.0/24 -j DROP\n-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\nCOMMIT\n").ToString();
    }

    /// <summary>A university's router: VLANs, address and service lists, matches that nobody knows.</summary>
    private static string Campus(int rules)
    {
        var random = new Random(3);
        var text = new StringBuilder(Filter);
        for (var v = 0; v < 12; v++)
        {
            text.Append(CultureInfo.InvariantCulture, $":vlan{v} - [0:0]\n");
        }
        text.Append("-A FORWARD -m state --state RELATED,ESTABLISHED,UNTRACKED -j ACCEPT\n-A FORWARD -m pknock --name door --knockports 4000,5000 -j ACCEPT\n");
        for (var v = 0; v < 12; v++)
        {
            text.Append(CultureInfo.InvariantCulture, $"-A FORWARD -o eth1.{100 + v} -j vlan{v}\n-A FORWARD ! -s 131.159.{v}.0/24 -i eth1.{100 + v} -j DROP\n");
        }
        for (var i = 0; i < rules; i++)
        {
            var v = random.Next(12);
            var unknown = random.Next(40) == 0 ? " -m geoip --source-country DE" : "";
            var port = random.Next(6) switch { 0 => "--dport 22", 1 => "--dport 80", 2 => "--dport 443", 3 => "--dport 1024:65535", 4 => $"--dport {random.Next(65536)}", _ => "--sport 53" };
            var from = random.Next(3) == 0 ? $" -s 131.159.{random.Next(64)}.{random.Next(256)}/{random.Next(24, 33)}" : "";
            text.Append(CultureInfo.InvariantCulture, $"-A vlan{v}{from} -d 131.159.{v}.{random.Next(256)}/32 -p {(random.Next(4) == 0 ? "udp -m udp" : "tcp -m tcp")} {port}{unknown} -j {(random.Next(5) == 0 ? "DROP" : "ACCEPT")}\n");
        }
        return text.Append("-A FORWARD -j LOG --log-prefix \"last \"\nCOMMIT\n").ToString();
    }

    /// <summary>Chains that go to chains that go to chains.</summary>
    private static string Deep(int chains)
    {
        var random = new Random(5);
        var text = new StringBuilder(Filter);
        for (var i = 0; i < chains; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $":deep{i} - [0:0]\n");
        }
        text.Append("-A FORWARD -j deep0\n-A FORWARD -p udp -j deep1\n");
        for (var i = 0; i < chains - 1; i++)
        {
            for (var r = 0; r < 4; r++)
            {
                var target = random.Next(8) switch
                {
                    0 => "-j ACCEPT",
                    1 => "-j DROP",
                    2 => "-j RETURN",
                    3 => $"-j MARK --set-xmark 0x{1 << random.Next(3):x}/0x7",
                    4 => $"-g deep{random.Next(i + 1, Math.Min(chains, i + 6))}",
                    _ => $"-j deep{random.Next(i + 1, Math.Min(chains, i + 6))}",
                };
                var match = random.Next(5) switch
                {
                    0 => $"-s 10.{random.Next(8)}.0.0/16",
                    1 => $"-p tcp -m tcp ! --dport {random.Next(1024)}:2000",
                    2 => $"! -d 10.0.{random.Next(16)}.0/24",
                    3 => $"-m mark --mark 0x{random.Next(8):x}/0x7",
                    _ => "-m state --state NEW",
                };
                text.Append(CultureInfo.InvariantCulture, $"-A deep{i} {match} {target}\n");
            }
        }
        return text.Append("COMMIT\n").ToString();
    }
}
