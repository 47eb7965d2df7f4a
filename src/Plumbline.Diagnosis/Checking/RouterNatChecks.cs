using System.Net;
using System.Net.Sockets;
using Plumbline.Iptables;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;
using Plumbline.Node.Firewalls;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// What the L3 agent writes into a router's namespace so that addresses are translated, metadata found and address scopes kept: each rule
/// in a chain that packets get to.
/// </summary>
internal sealed class RouterNatChecks
{
    private const string Restart = "systemctl restart neutron-l3-agent";
    private const string Metadata = "169.254.169.254";
    private const int MetadataPort = 9697;
    private readonly CheckContext _context;
    private readonly CheckNode _node;
    private readonly NamespaceFacts _facts;
    private readonly Ruleset _rules;
    private readonly string _name;

    private RouterNatChecks(CheckContext context, CheckNode node, NamespaceFacts facts, Ruleset rules, string name) =>
        (_context, _node, _facts, _rules, _name) = (context, node, facts, rules, name);

    /// <param name="context">Where findings go.</param>
    /// <param name="node">The router's.</param>
    /// <param name="outside">Addresses that it gives to what goes out.</param>
    /// <param name="translated">Floating IPs, with the addresses behind them.</param>
    /// <param name="facts">Its namespace.</param>
    /// <param name="name">What to call it.</param>
    public static void Run(
        CheckContext context, CheckNode node, IReadOnlyList<IPAddress> outside, IReadOnlyList<CloudFloatingIP> translated, NamespaceFacts facts, string name)
    {
        if (NodeFirewall.Read(node.Snapshot).Find(facts.Name)?.IPv4 is not { Form: RulesetForm.Save } rules)
        {
            return;
        }
        var checks = new RouterNatChecks(context, node, facts, rules, name);
        var isLed = true;
        if (rules.Find("nat") is not null || outside.Count > 0)
        {
            isLed = checks.CheckNat([.. outside.Where(a => a.AddressFamily == AddressFamily.InterNetwork && checks.HasAddress(a))],
                [.. translated.Where(f => checks.HasAddress(f.Floating))]);
        }
        if (isLed)
        {
            checks.CheckMetadata();
        }
        checks.CheckScopes();
    }

    private bool CheckNat(List<IPAddress> outside, List<CloudFloatingIP> floating)
    {
        var before = Reached("nat", "PREROUTING");
        var after = Reached("nat", "POSTROUTING");
        var isOneWay = floating.Count > 0 && before.Count == 0;
        if (isOneWay || outside.Count > 0 && floating.Count + outside.Count > 1 && after.All(r => r.Target is not SnatTarget))
        {
            Add("router-nat-missing", _facts.Name, $"router {_name} translates no address: its rules in table nat are gone or not led to",
                $"table nat of {_facts.Name}: no rule {(isOneWay ? "of PREROUTING" : "with SNAT")} that packets get to",
                "floating IPs are dead, answers to VMs without one do not come back, and metadata may not be found");
            return false;
        }
        foreach (var pair in floating)
        {
            var lacks = new List<string>(2);
            var first = before.FirstOrDefault(r => r.Target is DnatTarget && IsTo(r, pair.Floating));
            if (first?.Target is not DnatTarget to || !Gives(to, pair.Fixed))
            {
                lacks.Add(first is null ? $"no rule of PREROUTING has -d {pair.Floating} -j DNAT" : first.Text.Trim());
            }
            if (after.FirstOrDefault(r => r.Target is SnatTarget && IsFrom(r, pair.Fixed)) is not { Target: SnatTarget from } || !Gives(from, pair.Floating))
            {
                lacks.Add($"no rule of POSTROUTING has -s {pair.Fixed} -j SNAT --to-source {pair.Floating}");
            }
            if (lacks.Count > 0)
            {
                _context.Found.Add(RouterChecks.Fault(_node, "floating-ip-nat", pair.Floating.ToString(),
                    $"router {_name} does not translate {pair.Floating} to {pair.Fixed}", lacks,
                    $"{pair.Fixed} is not reached by its floating IP, or answers with another", Restart));
            }
        }
        foreach (var address in outside)
        {
            var first = after.FirstOrDefault(r => r.Target is SnatTarget or MasqueradeTarget
                && r.Matches.Any(m => m is OutInterfaceMatch { IsInverted: false }) && !r.Matches.Any(m => m is SourceMatch));
            if (first?.Target is MasqueradeTarget || first?.Target is SnatTarget from && Gives(from, address))
            {
                continue;
            }
            Add("snat-missing", _facts.Name, $"router {_name} does not give {address} to what goes out",
                first is null ? $"no SNAT rule for what leaves by its gateway port in {_facts.Name}" : first.Text.Trim(),
                "answers to VMs without a floating IP do not come back");
        }
        return true;
    }

    /// <summary>Requests for metadata are led to the proxy, marked, and let in by that mark: three rules of one thing.</summary>
    private void CheckMetadata()
    {
        var isLed = Reached("nat", "PREROUTING").Any(r => r.Target is RedirectTarget && IsTo(r, IPAddress.Parse(Metadata)));
        var isMarked = Reached("mangle", "PREROUTING").Any(r => r.Target is MarkTarget && IsTo(r, IPAddress.Parse(Metadata)));
        var inside = Reached("filter", "INPUT");
        var guard = inside.FindIndex(r => r.Target is VerdictTarget { Verdict: Verdict.Drop }
            && r.Matches.Any(m => m is TcpMatch { DestinationPorts: { IsInverted: false } ports } && ports.Value is { First: MetadataPort, Last: MetadataPort }));
        var isLetIn = guard < 0 || inside.FindIndex(0, guard, r => r.Target is VerdictTarget { Verdict: Verdict.Accept } && r.Matches.Any(m => m is MarkMatch)) >= 0;
        var isMeant = guard >= 0 || isLed;
        if (!isMeant || isLed && isMarked && isLetIn || isLed && guard < 0)
        {
            return;
        }
        Add("metadata-dead", _facts.Name, $"router {_name} does not lead requests for metadata to the proxy",
            !isLed ? $"no rule of PREROUTING in table nat has -d {Metadata}/32 -j REDIRECT --to-ports {MetadataPort}"
            : !isMarked ? $"no rule of PREROUTING in table mangle marks what is for {Metadata}, and INPUT drops port {MetadataPort} without that mark"
            : $"INPUT has no rule that accepts by mark before it drops port {MetadataPort}",
            "VMs behind it get no metadata: no SSH key, no user data at their first start");
    }

    /// <summary>What goes out by a device without its address scope's mark is dropped, so each device must give its mark to what comes in.</summary>
    private void CheckScopes()
    {
        var marks = Reached("mangle", "PREROUTING").Where(r => r.Target is MarkTarget).ToList();
        var unmarked = new List<string>();
        var drops = Reached("filter", "FORWARD").Where(r => r.Target is VerdictTarget { Verdict: Verdict.Drop } && r.Matches.Any(m => m is MarkMatch { IsInverted: true })).ToList();
        foreach (var drop in drops)
        {
            var device = drop.Matches.OfType<OutInterfaceMatch>().FirstOrDefault(m => !m.IsInverted)?.Interface.Name;
            if (device is not null && !marks.Any(r => r.Matches.Any(m => m is InInterfaceMatch { IsInverted: false } match && match.Interface.Name == device)))
            {
                unmarked.Add(device);
            }
        }
        if (unmarked.Count > 0)
        {
            Add("router-firewall", _facts.Name, $"router {_name} drops what comes in by {string.Join(", ", unmarked)}: it does not mark it with its address scope",
                $"no MARK rule of PREROUTING in table mangle for {string.Join(", ", unmarked)}; {drops[0].Text.Trim()}",
                $"what comes from that network is not routed by {_name}");
        }
    }

    private bool HasAddress(IPAddress address) => _facts.Addresses.Any(a => a.Address.Equals(address));

    /// <summary>Rules in the order in which a packet of a base chain comes to them.</summary>
    private List<Rule> Reached(string table, string chain)
    {
        var rules = new List<Rule>();
        if (_rules.Find(table) is { } found)
        {
            Walk(found, chain, rules, []);
        }
        return rules;
    }

    private static void Walk(Table table, string chain, List<Rule> rules, HashSet<string> seen)
    {
        if (!seen.Add(chain) || table.Find(chain) is not { } found)
        {
            return;
        }
        foreach (var rule in found.Rules)
        {
            if (rule.Target is JumpTarget { Chain: var next })
            {
                Walk(table, next, rules, seen);
            }
            else
            {
                rules.Add(rule);
            }
        }
    }

    private static bool IsTo(Rule rule, IPAddress address) => rule.Matches.Any(m => m is DestinationMatch { IsInverted: false, Address: { } to } && IsHost(to, address));

    private static bool IsFrom(Rule rule, IPAddress address) => rule.Matches.Any(m => m is SourceMatch { IsInverted: false, Address: { } from } && IsHost(from, address));

    private static bool IsHost(MaskedAddress masked, IPAddress address) => masked.IsHost && masked.ToString().Split('/')[0] == address.ToString();

    private static bool Gives(AddressNatTarget target, IPAddress address) => target.Addresses?.ToString() == address.ToString();

    private void Add(string id, string about, string what, string evidence, string consequence) =>
        _context.Found.Add(RouterChecks.Fault(_node, id, about, what, [evidence], consequence, Restart));
}
