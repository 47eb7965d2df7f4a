using System.Globalization;
using System.Net;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Iptables;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// Rules of table nat that give VMs' packets another address. While bridged packets are shown to iptables (bridge-nf-call) they meet that table as
/// well, in PREROUTING and POSTROUTING, with the bridge as their device. A rule is taken to mean VMs where it names one of their addresses, or none.
/// </summary>
internal sealed class ForeignNatChecks
{
    private const int MostDepth = 8;
    private readonly CheckContext _context;
    private readonly CheckNode _node;
    private readonly IPFamily _family;
    private readonly Table _table;
    private readonly List<UInt128> _known;

    private ForeignNatChecks(CheckContext context, CheckNode node, IPFamily family, Table table)
    {
        (_context, _node, _family, _table) = (context, node, family, table);
        _known = [.. context.Nodes.SelectMany(n => n.Topology.Vifs).SelectMany(Addresses)];
    }

    public static void Run(CheckContext context, CheckNode node)
    {
        foreach (var (family, ruleset) in node.Rules.Rulesets.Select(r => (r.Ruleset.Family, r.Ruleset)))
        {
            if (ruleset.Find("nat") is not { } table || node.Rules.AreBridgedPacketsShown(family) == false)
            {
                continue;
            }
            var vifs = new List<(Vif Vif, string Bridge)>();
            foreach (var vif in node.Topology.Vifs.Where(v => v is { Owner: VifOwner.Instance, Plug: VifPlug.Hybrid or VifPlug.LinuxBridge }))
            {
                if (node.Own is { } own && node.LinksOf(own).FindElement(vif.Device) is { MasterIndex: { } master }
                    && node.LinksOf(own).Find(master) is { } bridge)
                {
                    vifs.Add((vif, bridge.Name));
                }
            }
            var checks = new ForeignNatChecks(context, node, family, table);
            foreach (var name in (string[])["PREROUTING", "POSTROUTING"])
            {
                if (vifs.Count > 0 && table.Find(name) is { IsShown: true } chain)
                {
                    checks.Walk(chain, vifs, 0);
                }
            }
        }
    }

    /// <summary>The VIFs whose packets come out behind the chain.</summary>
    private List<(Vif Vif, string Bridge)> Walk(Chain chain, List<(Vif Vif, string Bridge)> vifs, int depth)
    {
        for (var i = 0; i < chain.Rules.Count && vifs.Count > 0; i++)
        {
            var rule = chain.Rules[i];
            var hit = vifs.FindAll(v => Hits(rule, v.Vif, v.Bridge));
            if (hit.Count == 0)
            {
                continue;
            }
            switch (rule.Target)
            {
                case DnatTarget or SnatTarget or MasqueradeTarget or RedirectTarget:
                    Add(chain, i, hit);
                    return vifs;        // one finding for a way
                case JumpTarget jump when depth < MostDepth && _table.Find(jump.Chain) is { IsShown: true } next && !jump.Chain.StartsWith("neutron-", StringComparison.Ordinal):
                    var left = Walk(next, hit, depth + 1);
                    vifs = IsForAll(rule) ? vifs.FindAll(v => !hit.Contains(v) || left.Contains(v)) : vifs;
                    break;
                case VerdictTarget when IsForAll(rule):
                    // they go on behind the chain, or are accepted as they are
                    return vifs.FindAll(v => !hit.Contains(v)) is { Count: > 0 } rest ? Rest(chain, i + 1, rest, depth) : [];
            }
        }
        return vifs;
    }

    private List<(Vif Vif, string Bridge)> Rest(Chain chain, int from, List<(Vif Vif, string Bridge)> vifs, int depth) =>
        Walk(chain with { Rules = [.. chain.Rules.Skip(from)] }, vifs, depth);

    /// <summary>Of whom it hits it takes all; VMs' packets bear no mark.</summary>
    private static bool IsForAll(Rule rule) => rule.Matches.All(m => m is CommentMatch or PhysdevMatch or InterfaceMatch or MarkMatch);

    /// <summary>A packet that the VM may send, or one that it may get, meets the rule.</summary>
    private bool Hits(Rule rule, Vif vif, string bridge)
    {
        var own = Addresses(vif).ToList();
        var from = rule.Matches.OfType<SourceMatch>().FirstOrDefault();
        var to = rule.Matches.OfType<DestinationMatch>().FirstOrDefault();
        var isSent = IsOwn(from, own) && IsPartners(to);
        var isGot = IsOwn(to, own) && IsPartners(from);
        return (isSent || isGot) && rule.Matches.All(m => m switch
        {
            InterfaceMatch device => device.Interface.Covers(bridge) != device.IsInverted,
            PhysdevMatch { IsBridged: false } => false,
            PhysdevMatch physical => Passes(physical.In, vif) && Passes(physical.Out, vif),
            MarkMatch mark => ((0 & mark.Mask) == mark.Value) != mark.IsInverted,
            StateMatch state => state.States.HasFlag(ConnectionStates.New) != state.IsInverted,
            AddressMatch or CommentMatch or ProtocolMatch or TransportMatch or IcmpMatch or Icmpv6Match or MultiportMatch or LimitMatch => true,
            _ => false,     // not surely a VM's
        });
    }

    private static bool IsOwn(AddressMatch? match, List<UInt128> own) => match is null || own.Exists(a => match.Address?.Contains(a) == !match.IsInverted);

    private bool IsPartners(AddressMatch? match) => match is null || match.IsInverted || _known.Exists(a => match.Address?.Contains(a) == true);

    private bool Passes(Condition<InterfaceName>? wanted, Vif vif) => wanted is not { } condition
        || _node.Topology.ChainOf(vif).Any(e => condition.Value.Covers(e.Name)) != condition.IsInverted;

    private IEnumerable<UInt128> Addresses(Vif vif) => vif.IPAddresses.Select(a => IPAddress.TryParse(a, out var read) ? read : null).OfType<IPAddress>()
        .Where(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 == (_family == IPFamily.IPv6)).Select(a => (UInt128)TraceFrame.NumberOf(a));

    private void Add(Chain chain, int index, List<(Vif Vif, string Bridge)> hit)
    {
        var rule = chain.Rules[index];
        var number = _table.Find(chain.Name)!.Rules.ToList().IndexOf(rule) + 1;
        var isSource = rule.Target is SnatTarget or MasqueradeTarget;
        _context.Found.Add(new()
        {
            Id = "foreign-nat",
            Node = _node.Name,
            Object = chain.Name,
            What = (_family == IPFamily.IPv6 ? "IPv6: " : "") + string.Create(CultureInfo.InvariantCulture,
                $"rule {number} of {chain.Name} in table nat, not Neutron's, gives packets of VMs another {(isSource ? "source" : "destination")}"),
            Evidence = [ChainChecks.TextOf(chain, index), .. rule.Counters is { } c ? (string[])[$"{c.Packets} packets so far"] : []],
            Consequence = isSource ? "what VMs send bears an address of the node's: answers do not come back to them" : "what is sent to VMs, or by them, does not get to where it was sent",
            Fix = string.Create(CultureInfo.InvariantCulture, $"{(_family == IPFamily.IPv4 ? "iptables" : "ip6tables")} -t nat -D {chain.Name} {number}, or let it spare bridged packets (-m physdev --physdev-is-bridged -j RETURN before it)"),
            Suffers = [.. hit.Select(h => CheckNode.NameOf(h.Vif)).Distinct()],
        });
    }
}
