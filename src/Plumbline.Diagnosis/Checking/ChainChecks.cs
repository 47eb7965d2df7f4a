using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// The agent's chains without the API: what every port has, whatever its groups allow, and what the other ports' chains show to be usual.
/// Which rules of groups a port should have nobody can tell so.
/// </summary>
internal sealed partial class ChainChecks
{
    private const string Restart = "systemctl restart neutron-openvswitch-agent: the agent writes its rules anew";
    private readonly CheckContext _context;
    private readonly CheckNode _node;
    private readonly IPFamily _family;
    private readonly Table _filter;
    private readonly string _wrap;
    private readonly Dictionary<string, Chain> _chains = new(StringComparer.Ordinal);
    private readonly PortRules _ports;
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);

    private ChainChecks(CheckContext context, CheckNode node, IPFamily family, Ruleset rules, Table filter, Chain group)
    {
        (_context, _node, _family, _filter) = (context, node, family, filter);
        _wrap = group.Name[..^"-sg-chain".Length];
        foreach (var chain in filter.Chains)
        {
            if (chain.IsShown)
            {
                _chains.TryAdd(chain.Name, chain);
            }
        }
        _ports = PortRules.Read(group, _chains.GetValueOrDefault($"{_wrap}-FORWARD"), RawOf(rules)?.Find($"{_wrap}-PREROUTING"));
        foreach (var vif in node.Topology.Vifs)
        {
            if (vif.PortId is { Length: >= DeviceNames.ChainIdLength } port)
            {
                _owners.TryAdd(port[..DeviceNames.ChainIdLength], CheckNode.NameOf(vif));
            }
        }
    }

    /// <summary>Both families.</summary>
    public static void Run(CheckContext context, CheckNode node)
    {
        foreach (var family in (ReadOnlySpan<IPFamily>)[IPFamily.IPv4, IPFamily.IPv6])
        {
            if (node.Rules.Find(family) is not { } rules || rules.Find("filter") is not { } filter
                || filter.Chains.FirstOrDefault(c => c.IsShown && c.Name.EndsWith("-sg-chain", StringComparison.Ordinal)) is not { } group)
            {
                CheckAny(context, node, family);
                continue;
            }
            var checks = new ChainChecks(context, node, family, rules, filter, group);
            checks.CheckPorts();
            checks.CheckTracking(rules);
            checks.CheckShapes();
            checks.CheckShared(group);
            checks.CheckStale();
            checks.CheckLeading();
            ForeignDropChecks.Run(context, node, family, rules, checks._wrap);
            OtherBackEndChecks.Run(context, node, family, filter, checks._wrap);
        }
    }

    /// <summary>The agent's own files ask for chains, VMs are plugged for them, and there are none.</summary>
    private static void CheckAny(CheckContext context, CheckNode node, IPFamily family)
    {
        if (family == IPFamily.IPv4 && node.Rules.Find(family) is { Form: RulesetForm.Save } && (node.AgentOption("firewall_driver") ?? Plugged(node)) is "iptables_hybrid" or "iptables"
            && !"false".Equals(node.AgentOption("enable_security_group"), StringComparison.OrdinalIgnoreCase)
            && node.Topology.Vifs.Any(v => v is { Plug: VifPlug.Hybrid, Owner: VifOwner.Instance }))
        {
            context.Found.Add(new()
            {
                Id = "no-agent-chains",
                Node = node.Name,
                Object = "iptables",
                What = "the rules have no chain of the Open vSwitch agent's",
                Evidence = [$"{(node.AgentOption("firewall_driver") is { } driver ? $"firewall_driver = {driver}" : "VMs are plugged for firewall_driver = iptables_hybrid")}; iptables-save "
                    + (node.Rules.Find(family)!.Tables.Count == 0 ? "prints nothing at all" : "has no chain …-sg-chain")],
                Consequence = "no port is filtered: what FORWARD's policy is, that is what passes",
                Fix = Restart,
                Suffers = [.. node.Topology.Vifs.Where(v => v.Owner == VifOwner.Instance).Select(CheckNode.NameOf).Distinct()],
            });
        }
    }

    /// <summary>
    /// The driver that VMs are plugged for, where the agent's files are not told: it alone has a bridge of a VM's own. One that has changed to
    /// the native firewall since has its flows.
    /// </summary>
    private static string? Plugged(CheckNode node) => node.Snapshot.Switching?.Bridges.Any(b => b.Flows is { } flows
        && (flows.Contains("table=71,", StringComparison.Ordinal) || flows.Contains("table=82,", StringComparison.Ordinal))) == false ? "iptables_hybrid" : null;

    private Table? RawOf(Ruleset rules) => rules.Find("raw") ?? _node.Rules.Rulesets
        .Where(r => r.Ruleset.Family == _family && !r.IsLegacy).Select(r => r.Ruleset.Find("raw")).FirstOrDefault(t => t is not null);

    /// <summary>Ports of VMs: led into their chains both ways, and given a zone wherever others are.</summary>
    private void CheckPorts()
    {
        if (_chains.TryGetValue($"{_wrap}-sg-chain", out var group) && group is { IsShown: true, Rules.Count: 0 } && _chains.Keys.Any(c => c.StartsWith($"{_wrap}-i", StringComparison.Ordinal)))
        {
            Add("empty-chain", group.Name, $"{group.Name} has no rules", [$"chain {group.Name} of table filter is there, and empty"],
                "no port is filtered: what FORWARD's policy is, that is what passes", Restart);
            return;
        }
        var usual = _ports.UsualZones();
        CheckShared();
        foreach (var vif in _node.Topology.Vifs)
        {
            if (vif.Plug != VifPlug.Hybrid || vif.Owner != VifOwner.Instance || vif.Device is not { } device)
            {
                continue;
            }
            var tap = device[(device.LastIndexOf('/') + 1)..];
            var known = _ports.Of(tap);
            if (_family == IPFamily.IPv4 && known is { IsAccepted: false, ToGroup: 0, Into: null, OutOf: null })
            {
                Add("missing-chain", tap, $"{tap}: no rule of {_wrap}-sg-chain is about it", [],
                    $"{CheckNode.NameOf(vif)} is not filtered at all: what FORWARD's policy is, that is what passes",
                    "restart neutron-openvswitch-agent; see its log for the port", CheckNode.NameOf(vif));
                continue;
            }
            if (known.IsAccepted || vif.PortId is not { Length: >= DeviceNames.ChainIdLength } port)
            {
                continue;
            }
            var id = port[..DeviceNames.ChainIdLength];
            if (known.ToGroup > 0 || known.Into is not null || known.OutOf is not null)
            {
                CheckWay(tap, id, known.Into, known.ToGroup & PortRules.Out, 'i', "to");
                CheckWay(tap, id, known.OutOf, known.ToGroup & PortRules.In, 'o', "from");
                CheckZone(vif, tap, usual);
            }
        }
    }

    /// <summary>FORWARD leads to sg-chain, and that to the port's chain.</summary>
    private void CheckWay(string tap, string id, string? chain, int isForwarded, char kind, string way)
    {
        if (chain is not null && isForwarded != 0)
        {
            return;
        }
        var place = isForwarded == 0 ? $"{_wrap}-FORWARD" : $"{_wrap}-sg-chain";
        Add("missing-rule", $"{_wrap}-{kind}{id}", $"packets {way} {tap} are not led to its chain: {place} has no such rule for it",
            [$"{_wrap}-{kind}{id} is {(_chains.ContainsKey($"{_wrap}-{kind}{id}") ? "there, and nothing leads to it" : "not there")}"],
            $"what goes {way} {OwnerOf(id)} is not filtered", Restart, OwnerOf(id));
    }

    /// <summary>No port at all has a conntrack zone, though table raw was told.</summary>
    private void CheckTracking(Ruleset rules)
    {
        if (_node.AgentOption("firewall_driver") == "iptables_hybrid" && rules.Form == RulesetForm.Save && _ports.IsWithoutZones
            && _chains.Keys.Any(c => c.StartsWith($"{_wrap}-i", StringComparison.Ordinal) && c.Length == _wrap.Length + 2 + DeviceNames.ChainIdLength))
        {
            Add("missing-zone", $"{_wrap}-PREROUTING", "no port has a conntrack zone", [$"no rule -j CT --zone in {_wrap}-PREROUTING of table raw"],
                "connections of all ports are tracked together, where equal addresses of different networks are one", Restart);
        }
    }

    /// <summary>What a port's chains have in common with every other port's.</summary>
    private void CheckShapes()
    {
        var fallback = $"{_wrap}-sg-fallback";
        foreach (var kind in "ios")
        {
            var shapes = new List<ChainShape>();
            foreach (var chain in _chains.Values)
            {
                // 's' also begins sg-chain and sg-fallback, which have no place for a hyphen before their last character
                if (IdOf(chain.Name) is { } id && id.Kind == kind && _ports.IsLedTo(chain.Name, _chains))
                {
                    shapes.Add(ChainShape.Of(chain, kind, fallback));
                }
            }
            var usual = shapes.GroupBy(s => s.Duties).OrderByDescending(g => g.Count()).FirstOrDefault();
            CheckFixed(shapes);
            foreach (var shape in shapes)
            {
                CheckShape(shape, kind, usual is not null && usual.Count() * 2 > shapes.Count && usual.Count() > 1 ? usual.Key : null);
            }
        }
    }

    private void CheckShape(ChainShape shape, char kind, string? usual)
    {
        var name = shape.Chain.Name;
        var port = name[^DeviceNames.ChainIdLength..];
        var who = OwnerOf(port);
        var rules = shape.Chain.Rules;
        if (rules.Count == 0)
        {
            Add("empty-chain", name, $"{name} has no rules", [$"chain {name} of table filter is there, and empty"],
                kind == 's' ? $"nothing keeps {who} from sending with others' addresses" : $"whatever goes {(kind == 'i' ? "to" : "from")} {who} passes", Restart, who);
            return;
        }
        if (shape.End < 0)
        {
            Add("missing-rule", name, $"{name} does not end: a rule that {(kind == 's' ? "drops" : $"sends to {_wrap}-sg-fallback")} what is left is missing",
                [$"its last rule: {TextOf(shape.Chain, rules.Count - 1)}"],
                kind == 's' ? $"{who} may send with others' addresses" : $"what no group allows passes {(kind == 'i' ? "to" : "from")} {who}", Restart, who);
        }
        else if (shape.End < rules.Count - 1)
        {
            Add("reordered-rules", name, string.Create(CultureInfo.InvariantCulture,
                $"rules of {name} stand in the wrong order: rule {shape.End + 1} ends every packet's way, and {rules.Count - 1 - shape.End} stand behind it"),
                [$"rule {shape.End + 1}: {TextOf(shape.Chain, shape.End)}", $"never met: {TextOf(shape.Chain, shape.End + 1)}"],
                $"what these allow is dropped: {who} suffers", Restart, who);
        }
        else if (kind != 's' && usual is not null && shape.Duties != usual && shape.Duties.Order().SequenceEqual(usual.Order()))
        {
            Add("reordered-rules", name, $"rules of {name} stand in another order than those of the other ports",
                [$"here: {Duties(shape.Duties)}", $"others: {Duties(usual)}"], $"packets of {who} meet a rule that they should not have come to", Restart, who);
        }
        if (kind != 's')
        {
            CheckDuties(shape, kind, usual, name, who);
        }
        else
        {
            CheckSender(shape.Chain, port, who);
        }
        foreach (var i in shape.Foreign)
        {
            Add("foreign-rule", name, string.Create(CultureInfo.InvariantCulture,
                $"rule {i + 1} of {name} is not Neutron's: no agent writes a {(rules[i].Target is VerdictTarget { Verdict: Verdict.Accept } ? "rule that accepts" : "drop of this kind")} there"),
                [TextOf(shape.Chain, i)], $"packets {(kind == 'i' ? "to" : "from")} {who} do not fare as its groups say",
                string.Create(CultureInfo.InvariantCulture, $"{Tool} -D {name} {i + 1}"), who);
        }
    }

    /// <summary>Both rules about connections, or, of stateless groups, neither.</summary>
    private void CheckDuties(ChainShape shape, char kind, string? usual, string name, string who)
    {
        if (shape.Has('I') && !shape.Has('E'))
        {
            Add("missing-rule", name, $"{name} lacks the rule that lets answers of known connections pass", [$"here: {Duties(shape.Duties)}"],
                $"answers {(kind == 'i' ? "to" : "from")} {who} pass only where a group allows them as if they were new", Restart, who);
        }
        else if (shape.Has('E') && !shape.Has('I') && usual?.Contains('I') == true)
        {
            Add("missing-rule", name, $"{name} lacks the rule that drops invalid packets", [$"here: {Duties(shape.Duties)}", $"others: {Duties(usual)}"],
                "packets of no known connection pass where a group allows their port", Restart, who);
        }
        if (kind == 'o' && !shape.Has('S') && _chains.ContainsKey($"{_wrap}-s{name[^DeviceNames.ChainIdLength..]}"))
        {
            Add("missing-rule", name, $"{name} does not ask the spoof filter", [$"{_wrap}-s{name[^DeviceNames.ChainIdLength..]} is there, and nothing leads to it"],
                $"{who} may send with others' addresses", Restart, who);
        }
    }

    /// <summary>What all ports share.</summary>
    private void CheckShared(Chain group)
    {
        var everyone = _node.Topology.Vifs.Where(v => v.Plug == VifPlug.Hybrid && v.Owner == VifOwner.Instance).Select(CheckNode.NameOf).Distinct().ToList();
        if (everyone.Count == 0)
        {
            return;
        }
        if (_chains.TryGetValue($"{_wrap}-sg-fallback", out var fallback) && !fallback.Rules.Any(r => r.Target is VerdictTarget { Verdict: Verdict.Drop }))
        {
            Add(fallback.Rules.Count == 0 ? "empty-chain" : "missing-rule", fallback.Name, $"{fallback.Name} drops nothing",
                [$"{fallback.Rules.Count} rules"], "what no group allows passes", Restart, [.. everyone]);
        }
        else if (fallback?.Rules.TakeWhile(r => r.Target is not VerdictTarget { Verdict: Verdict.Drop }).FirstOrDefault(r => r.Target is VerdictTarget) is { } before)
        {
            Add("foreign-rule", fallback.Name, $"{fallback.Name} lets packets pass before it drops what is left", [before.Text.Trim()], "what no group allows passes", Restart, [.. everyone]);
        }
        var accept = -1;
        for (var i = 0; i < group.Rules.Count && accept < 0; i++)
        {
            accept = group.Rules[i] is { Target: VerdictTarget { Verdict: Verdict.Accept } } rule && rule.Matches.All(m => m is CommentMatch) ? i : -1;
        }
        if (accept >= 0 && accept < group.Rules.Count - 1)
        {
            Add("reordered-rules", group.Name, string.Create(CultureInfo.InvariantCulture,
                $"rule {accept + 1} of {group.Name} accepts everything, and {group.Rules.Count - 1 - accept} rules stand behind it"),
                [TextOf(group, accept), $"never met: {TextOf(group, accept + 1)}"], "these ports are not filtered", Restart, [.. everyone]);
        }
        if (_filter.Find("FORWARD") is { IsShown: true } forward && _chains.ContainsKey($"{_wrap}-FORWARD")
            && !forward.Rules.Any(r => r.Target is JumpTarget { Chain: var to } && to == $"{_wrap}-FORWARD"))
        {
            Add("missing-rule", "FORWARD", $"nothing leads from FORWARD to {_wrap}-FORWARD", [$"FORWARD has {forward.Rules.Count} rules"],
                "no port is filtered: what FORWARD's policy is, that is what passes", Restart, [.. everyone]);
        }
    }

    /// <summary>Chains of ports whose devices and rows are all gone.</summary>
    private void CheckStale()
    {
        if (_node.Own is not { Links.Count: > 0 } own)
        {
            return;
        }
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in own.Links)
        {
            if (DeviceNames.PortIdPrefix(link.Name) is { Length: >= DeviceNames.ChainIdLength } id)
            {
                known.Add(id[..DeviceNames.ChainIdLength]);
            }
        }
        foreach (var (_, _, row) in _node.OvsPorts)
        {
            foreach (var id in (ReadOnlySpan<string?>)[row.ExternalIds.GetValueOrDefault("iface-id"), DeviceNames.PortIdPrefix(row.Name)])
            {
                if (id is { Length: >= DeviceNames.ChainIdLength })
                {
                    known.Add(id[..DeviceNames.ChainIdLength]);
                }
            }
        }
        foreach (var stale in _chains.Keys.Select(IdOf).OfType<(char Kind, string Id)>().Where(c => !known.Contains(c.Id)).GroupBy(c => c.Id))
        {
            var names = stale.Select(c => $"{_wrap}-{c.Kind}{c.Id}").Order(StringComparer.Ordinal).ToList();
            Add("stale-chain", names[0], $"chains of port {stale.Key}… are left over: no device and no row of Open vSwitch has its name",
                [string.Join(", ", names)], "none as long as no device of that name is plugged", "systemctl restart neutron-openvswitch-agent: the agent removes what it does not know");
        }
    }

    private (char Kind, string Id)? IdOf(string chain)
    {
        var tail = chain.AsSpan(Math.Min(chain.Length, _wrap.Length + 1));
        if (tail.Length != DeviceNames.ChainIdLength + 1 || !chain.StartsWith(_wrap, StringComparison.Ordinal) || tail[0] is not ('i' or 'o' or 's') || tail[9] != '-')
        {
            return null;
        }
        foreach (var character in tail[1..])
        {
            if (!char.IsAsciiHexDigit(character) && character != '-')
            {
                return null;
            }
        }
        return (tail[0], tail[1..].ToString());
    }

    private string Tool => _family == IPFamily.IPv4 ? "iptables" : "ip6tables";

    private string OwnerOf(string id) => _owners.GetValueOrDefault(id) ?? $"port {id}…";

    private static string Duties(string letters) => letters.Length == 0 ? "none of the rules that every port has"
        : string.Join(", ", letters.Select(l => l switch { 'E' => "known connections", 'I' => "invalid", 'S' => "spoof filter", _ => "fallback" }));

    internal static string TextOf(Chain chain, int index)
    {
        var text = chain.Rules[index].Text.Trim();
        var start = text.IndexOf("-A ", StringComparison.Ordinal);
        return start >= 0 ? text[start..] : $"{chain.Name}: {text}";
    }

    private void Add(string id, string subject, string what, IReadOnlyList<string> evidence, string consequence, string fix, params string[] suffers) =>
        _context.Found.Add(new()
        {
            Id = id,
            Node = _node.Name,
            Object = subject,
            What = (_family == IPFamily.IPv6 ? "IPv6: " : "") + what,
            Evidence = evidence,
            Consequence = consequence,
            Fix = fix,
            Suffers = [.. suffers.Where(s => !s.StartsWith("port ", StringComparison.Ordinal))],
        });
}
