// The symbolic engine's figures, after parsing: see bench/symbolic.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["node", var count]:
        Node(int.Parse(count, CultureInfo.InvariantCulture));
        break;
    case ["diff", var count]:
        Diff(int.Parse(count, CultureInfo.InvariantCulture));
        break;
    case ["kube", var count]:
        Kube(int.Parse(count, CultureInfo.InvariantCulture));
        break;
    case ["flat", var file]:
        Flat(File.ReadAllText(file), Path.GetFileName(file));
        break;
    case ["flat"]:
        Flat(Lists(5000), "made: 5,000 rules with MAC lists");
        break;
    default:
        Console.Error.WriteLine("symbolic node N | diff N | kube SERVICES | flat [FILE]");
        return 2;
}
return 0;

static Ruleset Read(string text) => RulesetParser.ParseSave(text).Rulesets[0];

static void Row(string what, double milliseconds, double busy) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{what,-46} {milliseconds,9:F1} ms   CPU {busy,9:F1} ms   peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20,5} MiB"));

static T Time<T>(string what, Func<T> question)
{
    var busy = Environment.CpuUsage.TotalTime;
    var watch = Stopwatch.StartNew();
    var result = question();
    Row(what, watch.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - busy).TotalMilliseconds);
    return result;
}

static void Node(int ports)
{
    var ruleset = Read(Neutron(ports, -1));
    var rules = ruleset.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count));
    Console.WriteLine($"{ports} ports, {rules} rules");
    // in this order: the first question pays for the compiler, as an operator's does
    Time("one port, both ways, from nothing", () => Ask(ruleset, ports / 2));
    Time("another port, both ways, prepared anew", () => Ask(ruleset, ports / 3));
    var shares = Time("the whole node, all directions", () =>
    {
        var analysis = ReachAnalysis.Create([ruleset], [], null, AnalysisBudget.Default);
        var sum = 0.0;
        for (var i = 0; i < ports; i++)
        {
            sum += analysis.Share(Way(i, true)) + analysis.Share(Way(i, false));
        }
        return sum;
    });
    var report = Time("the whole node, dead rules", () => RulesetCheck.Check(ruleset, [], new()));
    Console.WriteLine($"  {report.Findings.Count} found, {report.Slices} slices, {report.Unproved.Count} not proved; {shares / ports:F6} passes a port");
}

static int Ask(Ruleset ruleset, int port)
{
    var analysis = ReachAnalysis.Create([ruleset], [], null, AnalysisBudget.Default);
    return analysis.Ask(Way(port, true), ReachQuery.Everything).Classes.Count + analysis.Ask(Way(port, false), ReachQuery.Everything).Classes.Count;
}

static PacketPath Way(int port, bool isIngress)
{
    var id = $"{port:x8}-aa";
    return isIngress ? PacketPath.Bridged("qbr" + id, "qvb" + id, "tap" + id) : PacketPath.Bridged("qbr" + id, "tap" + id, "qvb" + id);
}

static void Diff(int ports)
{
    Ruleset first = Read(Neutron(ports, -1)), second = Read(Neutron(ports, ports / 2));
    var report = Time($"{ports} ports, one rule differs", () => RulesetDifference.Between(first, [], second, [], AnalysisBudget.Default));
    Console.WriteLine($"  {report.Differences.Count} differences, {report.Unproved.Count} not proved");
    Time($"{ports} ports, the same", () => RulesetDifference.Between(first, [], first, [], AnalysisBudget.Default));
}

static void Kube(int services)
{
    var ruleset = Read(KubeProxy(services));
    var rules = ruleset.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count));
    Console.WriteLine($"{rules} rules");
    var budget = AnalysisBudget.Default with { MaxTime = TimeSpan.FromSeconds(60) };
    var report = Time("verdict space and dead rules", () => RulesetCheck.Check(ruleset, [], new() { Budget = budget }));
    Console.WriteLine($"  {report.Findings.Count} found, {report.Unproved.Count} not proved");
}

static void Flat(string text, string name)
{
    var ruleset = Read(text);
    Console.WriteLine($"{name}: {ruleset.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count))} rules");
    Time("verdict space (routed eth0 to eth1)", () => ReachAnalysis.Create([ruleset], [], null, AnalysisBudget.Default).Share(PacketPath.Routed("eth0", "eth1")));
    var report = Time("dead rules, all devices", () => RulesetCheck.Check(ruleset, [], new()));
    Console.WriteLine($"  {report.Findings.Count} found, {report.Unproved.Count} not proved");
}

// what Neutron's agent writes, about 36 rules a port
static string Neutron(int ports, int without)
{
    const string W = "neutron-openvswi-";
    StringBuilder head = new(), body = new(), dispatch = new(), groups = new(), input = new(), raw = new();
    head.Append("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:neutron-filter-top - [0:0]\n");
    head.Append($":{W}FORWARD - [0:0]\n:{W}INPUT - [0:0]\n:{W}OUTPUT - [0:0]\n:{W}local - [0:0]\n:{W}sg-chain - [0:0]\n:{W}sg-fallback - [0:0]\n");
    for (var i = 0; i < ports; i++)
    {
        string chain = $"{i:x8}-a", tap = $"tap{i:x8}-aa", qvb = $"qvb{i:x8}-aa";
        var mac = $"FA:16:3E:{i >> 16 & 255:X2}:{i >> 8 & 255:X2}:{i & 255:X2}";
        var address = $"10.{i >> 8 & 255}.{i & 255}.5";
        head.Append($":{W}i{chain} - [0:0]\n:{W}o{chain} - [0:0]\n:{W}s{chain} - [0:0]\n");
        foreach (var (direction, letter) in new[] { ("out", 'i'), ("in", 'o') })
        {
            var device = $"-m physdev --physdev-{direction} {tap} --physdev-is-bridged";
            dispatch.Append($"-A {W}FORWARD {device} -j {W}sg-chain\n");
            groups.Append($"-A {W}sg-chain {device} -j {W}{letter}{chain}\n");
        }
        input.Append($"-A {W}INPUT -m physdev --physdev-in {tap} --physdev-is-bridged -j {W}o{chain}\n");
        body.Append($"-A {W}i{chain} -m state --state RELATED,ESTABLISHED -j RETURN\n-A {W}i{chain} -d {address}/32 -p udp -m udp --sport 67 --dport 68 -j RETURN\n");
        body.Append($"-A {W}i{chain} -d 255.255.255.255/32 -p udp -m udp --sport 67 --dport 68 -j RETURN\n");
        for (var r = 0; r < 9; r++)
        {
            if (i != without || r != 4)
            {
                body.Append($"-A {W}i{chain} -s 10.{r * 7 + i % 5}.0.0/16 -p tcp -m tcp --dport {1000 + r * 111} -j RETURN\n");
            }
        }
        body.Append($"-A {W}i{chain} -p icmp -j RETURN\n-A {W}i{chain} -m state --state INVALID -j DROP\n-A {W}i{chain} -j {W}sg-fallback\n");
        body.Append($"-A {W}o{chain} -s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 -j RETURN\n-A {W}o{chain} -j {W}s{chain}\n");
        body.Append($"-A {W}o{chain} -p udp -m udp --sport 68 --dport 67 -j RETURN\n-A {W}o{chain} -p udp -m udp --sport 67 --dport 68 -j DROP\n");
        body.Append($"-A {W}o{chain} -m state --state RELATED,ESTABLISHED -j RETURN\n-A {W}o{chain} -j RETURN\n-A {W}o{chain} -m state --state INVALID -j DROP\n-A {W}o{chain} -j {W}sg-fallback\n");
        body.Append($"-A {W}s{chain} -s {address}/32 -m mac --mac-source {mac} -j RETURN\n-A {W}s{chain} -j DROP\n");
        foreach (var match in new[] { $"-m physdev --physdev-in {qvb}", $"-i {qvb}", $"-m physdev --physdev-in {tap}" })
        {
            raw.Append($"-A {W}PREROUTING {match} -j CT --zone {4097 + i}\n");
        }
    }
    return head.Append($"-A INPUT -j {W}INPUT\n-A FORWARD -j neutron-filter-top\n-A FORWARD -j {W}FORWARD\n-A OUTPUT -j neutron-filter-top\n-A OUTPUT -j {W}OUTPUT\n-A neutron-filter-top -j {W}local\n")
        .Append(dispatch).Append(input).Append(groups).Append($"-A {W}sg-chain -j ACCEPT\n-A {W}sg-fallback -j DROP\n").Append(body).Append("COMMIT\n*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n")
        .Append($":{W}PREROUTING - [0:0]\n-A PREROUTING -j {W}PREROUTING\n").Append(raw).Append("COMMIT\n").ToString();
}

// services with two endpoints each, as kube-proxy writes them
static string KubeProxy(int services)
{
    StringBuilder head = new("*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n:KUBE-MARK-MASQ - [0:0]\n"), body = new();
    body.Append("-A PREROUTING -j KUBE-SERVICES\n-A OUTPUT -j KUBE-SERVICES\n-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000\n");
    for (var i = 0; i < services; i++)
    {
        var address = $"10.{96 + (i >> 16)}.{i >> 8 & 255}.{i & 255}";
        head.Append($":KUBE-SVC-{i} - [0:0]\n");
        body.Append($"-A KUBE-SERVICES -d {address}/32 -p tcp -m tcp --dport {i % 3 switch { 0 => 80, 1 => 443, _ => 8080 }} -j KUBE-SVC-{i}\n");
        body.Append($"-A KUBE-SVC-{i} ! -s 10.244.0.0/16 -d {address}/32 -p tcp -m tcp -j KUBE-MARK-MASQ\n");
        body.Append($"-A KUBE-SVC-{i} -m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-{i}-0\n");
        body.Append($"-A KUBE-SVC-{i} -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-{i}-1\n-A KUBE-SVC-{i} -j KUBE-SEP-{i}-2\n");
        for (var e = 0; e < 3; e++)
        {
            head.Append($":KUBE-SEP-{i}-{e} - [0:0]\n");
            body.Append($"-A KUBE-SEP-{i}-{e} -s 10.244.{i >> 6 & 255}.{(i * 3 + e) & 255}/32 -j KUBE-MARK-MASQ\n-A KUBE-SEP-{i}-{e} -p tcp -m tcp -j DNAT --to-destination 10.244.{i >> 6 & 255}.{(i * 3 + e) & 255}:8080\n");
        }
    }
    return head.Append(body).Append("COMMIT\n").ToString();
}

// a campus firewall's kind: address with MAC, then services
static string Lists(int rules)
{
    var text = new StringBuilder("*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:MACS - [0:0]\n-A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT\n-A FORWARD -i eth1 -j MACS\n");
    var random = new Random(1);
    for (var i = 0; i < rules / 2; i++)
    {
        text.Append($"-A MACS -s 131.159.{i >> 8}.{i & 255}/32 -m mac --mac-source 00:1B:{random.Next(256):X2}:{random.Next(256):X2}:{random.Next(256):X2}:{random.Next(256):X2} -j RETURN\n");
    }
    text.Append("-A MACS -s 131.159.0.0/16 -j DROP\n");
    for (var i = 0; i < rules / 2; i++)
    {
        text.Append($"-A FORWARD -d 131.159.{random.Next(32)}.{random.Next(256)}/32 -p {(i % 4 == 0 ? "udp -m udp" : "tcp -m tcp")} --dport {random.Next(20) switch { < 8 => 22, < 12 => 80, < 16 => 443, var p => p * 100 }} -j ACCEPT\n");
    }
    return text.Append("COMMIT\n").ToString();
}
