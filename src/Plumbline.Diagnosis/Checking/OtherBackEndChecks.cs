using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Without the API: rules of the other iptables back end, which the kernel asks beside those that the agent writes.</summary>
internal static class OtherBackEndChecks
{
    private const string Forward = "FORWARD";

    public static void Run(CheckContext context, CheckNode node, IPFamily family, Table own, string wrap)
    {
        var vifs = node.Topology.Vifs.Where(v => v.Plug == VifPlug.Hybrid && v.Owner == VifOwner.Instance && v.PortId is not null).ToList();
        if (vifs.Count == 0)
        {
            return;
        }
        foreach (var other in node.Rules.Others(family))
        {
            if (other.Find("filter") is { } filter && filter.Find(Forward) is { IsShown: true } start && Drops(own, filter, start, vifs, wrap) is var (what, evidence, hit))
            {
                context.Found.Add(new()
                {
                    Id = "foreign-drop",
                    Node = node.Name,
                    Object = Forward,
                    What = (family == IPFamily.IPv6 ? "IPv6: " : "") + what,
                    Evidence = [evidence],
                    Consequence = "packets that the security groups allow are dropped",
                    Fix = $"flush what nobody needs there: {(family == IPFamily.IPv4 ? "iptables" : "ip6tables")}-legacy (or -nft, where the agent writes legacy rules) -F",
                    Suffers = [.. hit.Select(CheckNode.NameOf).Distinct()],
                });
                return;
            }
        }
    }

    private static (string What, string Evidence, List<Vif> Hit)? Drops(Table own, Table filter, Chain start, List<Vif> vifs, string wrap)
    {
        var isSecond = filter.Find($"{wrap}-sg-chain") is not null;
        if (isSecond && own.Find($"{wrap}-sg-chain") is { Rules.Count: 0 })
        {
            return null; // the agent's own were flushed: that is what is wrong
        }
        if (isSecond && Differs(own, filter, wrap) is { } rule)
        {
            return ("the other back end holds chains of the agent's from another time, and both are asked", rule, vifs);
        }
        for (var i = 0; i < start.Rules.Count; i++)
        {
            var found = start.Rules[i];
            if (found.Target is VerdictTarget { Verdict: Verdict.Drop } or RejectTarget && !ForeignDropChecks.IsOfInvalid(found)
                && ForeignDropChecks.Sufferers(found, vifs) is { Count: > 0 } hit)
            {
                return (string.Create(CultureInfo.InvariantCulture, $"rule {i + 1} of {Forward} in the other back end, not Neutron's, drops packets of ports"), ChainChecks.TextOf(start, i), hit);
            }
            if (found.Target is VerdictTarget && ForeignDropChecks.IsForAll(found))
            {
                return null;
            }
        }
        return start.Policy == Verdict.Drop && !isSecond
            ? ($"the policy of {Forward} in the other back end is DROP, and nothing there accepts packets of ports", $"-P {Forward} DROP", vifs) : null;
    }

    /// <summary>A rule of a port's chain that lets packets pass and is not there a second time, or one that drops and is there alone.</summary>
    private static string? Differs(Table own, Table second, string wrap)
    {
        foreach (var chain in second.Chains)
        {
            if (!chain.Name.StartsWith(wrap + "-", StringComparison.Ordinal) || own.Find(chain.Name) is not { } first)
            {
                continue;
            }
            var there = Texts(chain).ToHashSet(StringComparer.Ordinal);
            var here = Texts(first).ToHashSet(StringComparer.Ordinal);
            for (var i = 0; i < first.Rules.Count; i++)
            {
                if (first.Rules[i].Target is VerdictTarget { Verdict: Verdict.Return or Verdict.Accept } && !there.Contains(ChainChecks.TextOf(first, i)))
                {
                    return $"missing there: {ChainChecks.TextOf(first, i)}";
                }
            }
            for (var i = 0; i < chain.Rules.Count; i++)
            {
                if (chain.Rules[i].Target is VerdictTarget { Verdict: Verdict.Drop } && !here.Contains(ChainChecks.TextOf(chain, i)))
                {
                    return $"there alone: {ChainChecks.TextOf(chain, i)}";
                }
            }
        }
        return null;
    }

    private static IEnumerable<string> Texts(Chain chain) => Enumerable.Range(0, chain.Rules.Count).Select(i => ChainChecks.TextOf(chain, i));
}
