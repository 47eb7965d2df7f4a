using System.Globalization;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>The rulesets that act on a packet: of nftables and of the old back end, each at its last moment.</summary>
internal static class VerdictRules
{
    /// <summary>Those of the family; what a reader should doubt goes to <paramref name="notes"/>.</summary>
    public static List<Ruleset> Of(NodeRules rules, IPFamily family, List<string> notes)
    {
        var result = new List<Ruleset>();
        foreach (var isLegacy in (bool[])[false, true])
        {
            var own = rules.Rulesets.Where(r => r.IsLegacy == isLegacy && r.Ruleset.Family == family).Select(r => r.Ruleset).ToList();
            notes.AddRange(own.SelectMany(r => r.Warnings).Select(w => w.What));
            switch (own)
            {
                case []:
                    break;
                case [{ Form: RulesetForm.Save } only]:
                    result.Add(only);
                    break;
                default:
                    var states = RulesetState.Of(own, family);
                    if (states.Count > 1)
                    {
                        notes.Add(string.Create(
                            CultureInfo.InvariantCulture, $"the text shows {states.Count} states of the rules one after another: the last one decides here"));
                    }
                    if (states.Count > 0)
                    {
                        result.Add(ToRuleset(states[^1], notes));
                    }
                    break;
            }
        }
        if (rules.Unread("of the rules") is { } unread)
        {
            notes.Add(unread);
        }
        return result;
    }

    /// <summary>The node's addresses; null where not told.</summary>
    public static NodeAddresses? AddressesOf(NodeSnapshot snapshot) =>
        snapshot.Namespaces.FirstOrDefault(n => n.Name.Length == 0) is { } own ? AddressesOf(own) : null;

    /// <summary>A namespace's addresses; null where not told.</summary>
    public static NodeAddresses? AddressesOf(NamespaceFacts own)
    {
        if (own.Addresses.Count == 0)
        {
            return null;
        }
        var local = new HashSet<UInt128>();
        var broadcast = new HashSet<UInt128>();
        foreach (var address in own.Addresses)
        {
            if (MaskedAddress.TryParse(address.Address.ToString(), out var host))
            {
                local.Add(host.Address);
                if (host.Family == IPFamily.IPv4 && address.PrefixLength < 31)
                {
                    var mask = MaskedAddress.MaskOf(IPFamily.IPv4, address.PrefixLength);
                    broadcast.Add(host.Address & mask);
                    broadcast.Add(host.Address | ~mask & uint.MaxValue);
                }
            }
        }
        return new(local, broadcast);
    }

    /// <summary>A listing without interfaces hides what each rule asks of them: then each rule only may match.</summary>
    private static Ruleset ToRuleset(RulesetState state, List<string> notes)
    {
        if (!state.LacksInterfaces)
        {
            return new() { Family = state.Family, Tables = state.Tables };
        }
        notes.Add("this listing (iptables -L without -v) does not show interfaces: what a rule asks of them is not known");
        return new()
        {
            Family = state.Family,
            Form = RulesetForm.ListWithoutInterfaces,
            Tables = [.. state.Tables.Select(t => t with { Chains = [.. t.Chains.Select(c => c with { Rules = [.. c.Rules.Select(Doubt)] })] })],
        };
    }

    private static Rule Doubt(Rule rule) => rule with
    {
        Matches =
        [
            .. rule.Matches,
            new UnknownMatch { Module = "", Text = string.Create(CultureInfo.InvariantCulture, $"the interfaces of the rule in line {rule.Line}") },
        ],
    };
}
