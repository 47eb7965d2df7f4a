using System.Globalization;
using System.Text;
using Plumbline.Iptables;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources;

/// <summary>As the kernel told them: only rules that concern somebody are made words of.</summary>
/// <param name="chain">What is known of the chain.</param>
/// <param name="rules">Its rules.</param>
/// <param name="reader">Reads them; it is locked while it does.</param>
internal sealed class KernelChain(NetfilterChain chain, NetfilterRules rules, KernelRuleReader reader) : ChainRules
{
    private readonly KernelRuleOutline[] _outlines = Outline(rules);
    private readonly Rule?[] _chosen = new Rule?[rules.Count];

    public override IEnumerable<string> CommonTargets()
    {
        var targets = new HashSet<string>(StringComparer.Ordinal);
        var jumps = new Dictionary<string, int>(StringComparer.Ordinal);
        var byTarget = jumps.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[256];
        for (var i = 0; i < rules.Count; i++)
        {
            var jump = _outlines[i].Jump(rules[i]);
            if (jump.Length > 0 && jump.Length <= buffer.Length)
            {
                var target = buffer[..Encoding.UTF8.GetChars(jump, buffer)];
                byTarget[target] = byTarget.TryGetValue(target, out var count) ? count + 1 : 1;
                if (!_outlines[i].IsOfOthers(rules[i], []))
                {
                    targets.Add(target.ToString());
                }
            }
        }
        AddMany(targets, jumps);
        return targets;
    }

    public override bool Choose(IReadOnlySet<string> devices)
    {
        byte[][] names = [.. devices.Select(Encoding.UTF8.GetBytes)];
        lock (reader)
        {
            for (var i = 0; i < rules.Count; i++)
            {
                var isOfOthers = _outlines[i].IsOfOthers(rules[i], names);
                _chosen[i] = isOfOthers ? null : reader.Read(rules[i]);
                if (!isOfOthers && _chosen[i] is null)
                {
                    return false;
                }
            }
        }
        return true;
    }

    public override IEnumerable<string> Targets()
    {
        foreach (var rule in _chosen)
        {
            if (rule?.Target is JumpTarget jump)
            {
                yield return jump.Chain;
            }
        }
    }

    public override string Append(StringBuilder text, string chainName)
    {
        foreach (var rule in _chosen)
        {
            if (rule is null)
            {
                AppendOther(text, chainName);
            }
            else
            {
                var counters = rule.Counters.GetValueOrDefault();
                text.Append(CultureInfo.InvariantCulture, $"[{counters.Packets}:{counters.Bytes}] -A {chainName}");
                RulesetRenderer.Append(text, rule);
                text.Append('\n');
            }
        }
        return string.Create(CultureInfo.InvariantCulture, $"[{chain.Packets ?? 0}:{chain.Bytes ?? 0}]");
    }

    private static KernelRuleOutline[] Outline(NetfilterRules rules)
    {
        var outlines = new KernelRuleOutline[rules.Count];
        for (var i = 0; i < outlines.Length; i++)
        {
            outlines[i] = KernelRuleOutline.Read(rules[i]);
        }
        return outlines;
    }
}
