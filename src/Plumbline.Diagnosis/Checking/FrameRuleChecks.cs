using System.Net;
using System.Net.Sockets;
using Plumbline.Iptables.Frames;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// Rules of ebtables, arptables and nft that drop what a VM sends or gets. Each drop is tried with frames that the VM may rightly send and get (its own
/// addresses, any partner), made so that they fit the rule: what only a spoofed frame would meet is left alone, and so is what no frame comes to.
/// </summary>
internal sealed partial class FrameRuleChecks
{
    private const string Bridged = "ebtables";
    private const string Arp = "arptables";
    private readonly CheckContext _context;
    private readonly CheckNode _node;
    private readonly NamespaceFacts _facts;
    private readonly string _tool;
    private readonly FrameTables _tables;

    private FrameRuleChecks(CheckContext context, CheckNode node, NamespaceFacts facts, string tool, FrameTables tables) =>
        (_context, _node, _facts, _tool, _tables) = (context, node, facts, tool, tables);

    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            foreach (var facts in node.Snapshot.Namespaces)
            {
                foreach (var text in facts.FrameRules ?? [])
                {
                    if (text.Tool == Nft)
                    {
                        RunNft(context, node, facts, text.Text);
                        continue;
                    }
                    if (FrameTablesParser.Parse(text.Text, text.Tool == Arp) is not { IsEmpty: false } tables || !DropsAny(tables))
                    {
                        continue;
                    }
                    var checks = new FrameRuleChecks(context, node, facts, text.Tool, tables);
                    checks.CheckBridged();
                    checks.CheckStack();
                }
            }
        }
    }

    private static bool DropsAny(FrameTables tables) => tables.Chains.Values.Any(c => c.Policy == "DROP" || c.Rules.Any(IsDrop));

    private static bool IsDrop(FrameRule rule) => (rule.Verdict ?? rule.Target) == "DROP";

    /// <summary>Frames of VMs that cross a Linux bridge.</summary>
    private void CheckBridged()
    {
        if (_facts.Name.Length > 0 || _tool == Arp
            && !(_facts.Sysctls.TryGetValue("net.bridge.bridge-nf-call-arptables", out var isAsked) && isAsked.Trim() == "1"))
        {
            return;
        }
        foreach (var (vif, tap, far, bridge) in BridgedVifs())
        {
            foreach (var frame in SamplesOf(vif))
            {
                var (from, to) = frame.IsSent ? (tap, far) : (far, tap);
                var facts = frame.Facts with { In = from.Name, LogicalIn = bridge.Name };
                Ask("nat", "PREROUTING", frame with { Facts = facts }, CheckNode.NameOf(vif));
                facts = facts with { Out = to.Name, LogicalOut = bridge.Name };
                Ask("filter", "FORWARD", frame with { Facts = facts }, CheckNode.NameOf(vif));
                Ask("nat", "POSTROUTING", frame with { Facts = facts with { In = null, LogicalIn = null } }, CheckNode.NameOf(vif));
            }
        }
    }

    private static IEnumerable<FrameSample> SamplesOf(Vif vif) => FrameSamples.Of(vif.Address!.Value,
        [.. vif.IPAddresses.Select(a => IPAddress.TryParse(a, out var read) ? read : null).OfType<IPAddress>()]);

    /// <summary>VMs on Linux bridges: the tap, the way to the switch, and the bridge of both.</summary>
    private IEnumerable<(Vif Vif, Link Tap, Link Far, Link Bridge)> BridgedVifs()
    {
        var links = _node.LinksOf(_facts);
        foreach (var vif in _facts.Name.Length > 0 ? [] : _node.Topology.Vifs.Where(v => v is { Owner: VifOwner.Instance, Plug: VifPlug.Hybrid or VifPlug.LinuxBridge, Address: not null }))
        {
            if (links.FindElement(vif.Device) is not { MasterIndex: { } master } tap || links.Find(master) is not { } bridge
                || links.MembersOf(master).FirstOrDefault(l => l != tap && !l.Name.StartsWith("tap", StringComparison.Ordinal)) is not { } far)
            {
                continue;
            }
            yield return (vif, tap, far, bridge);
        }
    }

    /// <summary>ARP of a router or DHCP server.</summary>
    private void CheckStack()
    {
        if (_tool != Arp || !_facts.Name.StartsWith("qrouter-", StringComparison.Ordinal) && !_facts.Name.StartsWith("qdhcp-", StringComparison.Ordinal))
        {
            return;
        }
        CheckStack("filter", "INPUT", false);
        CheckStack("filter", "OUTPUT", true);
    }

    private void CheckStack(string table, string chain, bool isSent)
    {
        foreach (var held in _facts.Addresses.Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a.Address)))
        {
            if (_facts.Links.FirstOrDefault(l => l.IfIndex == held.IfIndex) is not { Address: { } mac } link || !link.Flags.HasFlag(LinkFlags.Up))
            {
                continue;
            }
            foreach (var frame in FrameSamples.Of(mac, [held.Address]).Where(f => f.Facts.ArpOperation is not null && f.IsSent == isSent))
            {
                Ask(table, chain,
                    frame with { Facts = frame.Facts with { In = frame.IsSent ? null : link.Name, Out = frame.IsSent ? link.Name : null } }, $"{link.Name} in {_facts.Name}");
            }
        }
    }

    private void Ask(string table, string chain, FrameSample frame, string who)
    {
        if (!_tables.Chains.TryGetValue((table, chain), out _))
        {
            return;
        }
        Try(table, chain, frame, who);
        foreach (var ((owner, name), candidate) in _tables.Chains)
        {
            if (owner != table)
            {
                continue;
            }
            var ways = _tables.Chains.Where(c => c.Key.Table == table).SelectMany(c => c.Value.Rules).Where(r => (r.Verdict ?? r.Target) == name).ToList();
            foreach (var drop in candidate.Rules.Where(IsDrop))
            {
                var fitted = ways.Count == 0 ? frame.Fitting(drop) : ways[0] is { } way ? frame.Fitting(way).Fitting(drop) : frame;
                Try(table, chain, fitted, who);
            }
        }
    }

    private void Try(string table, string chain, FrameSample frame, string who)
    {
        if (!frame.IsRightful || _tables.Decide(table, chain, frame.Facts) is not { IsDropped: true } decision)
        {
            return;
        }
        var isPolicy = decision.By.StartsWith("policy of", StringComparison.Ordinal);
        var inside = _facts.Name.Length == 0 ? "" : $"ip netns exec {_facts.Name} ";
        _context.Found.Add(new()
        {
            Id = "frame-drop",
            Node = _node.Name,
            Object = _tool == Nft ? $"{table} {decision.Chain}" : decision.Chain,
            What = $"{_tool} drops {frame.Words} of {who}: {decision.By}",
            Evidence = [_tool == Nft ? $"nft {table} {decision.By}" : isPolicy ? $"{_tool}: {decision.By}" : $"{_tool} -t {table} {decision.By}", .. _facts.Name.Length == 0 ? (string[])[] : [$"in {_facts.Name}"]],
            Consequence = "these frames end there before any security group is asked, and no counter of iptables or Open vSwitch tells",
            Fix = _tool == Nft ? $"{inside}nft -a list chain {table} {decision.Chain}, then nft delete rule {table} {decision.Chain} handle N, if nobody needs it"
                : isPolicy ? $"{inside}{_tool} -t {table} -P {decision.Chain} ACCEPT, if nobody needs it"
                : $"{inside}{_tool} -t {table} -D{decision.By[2..]}, if nobody needs it",
            Suffers = [who],
        });
    }
}
