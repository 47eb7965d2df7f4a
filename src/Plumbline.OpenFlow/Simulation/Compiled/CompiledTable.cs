using System.Globalization;
using System.Text;
using Plumbline.OpenFlow.Fields;

namespace Plumbline.OpenFlow.Simulation.Compiled;

/// <summary>One table of a bridge.</summary>
internal sealed class CompiledTable
{
    private readonly Subtable[] _plain;
    private readonly CompiledRule[] _soft;
    private readonly CompiledRule[] _uncertain;

    public CompiledTable(IEnumerable<CompiledRule> rules)
    {
        var sorted = rules.OrderByDescending(r => r.Priority).ToList();
        _uncertain = [.. sorted.Where(r => r.Unknown is not null)];
        _soft = [.. sorted.Where(r => r.Unknown is null && r.Conjunctions.Length > 0)];
        _plain =
        [
            .. sorted.Where(r => r.Unknown is null && r.Conjunctions.Length == 0)
                .GroupBy(Signature).Select(g => new Subtable([.. g])).OrderByDescending(t => t.MaxPriority),
        ];
    }

    /// <summary>
    /// The flow that a packet finds; conjunctions as ovs-fields(7) "Conjunctive Match Fields" has them. Rules that we could not read are
    /// told to <paramref name="uncertain"/> where they could have won.
    /// </summary>
    public CompiledRule? Lookup(FlowKey key, Action<CompiledRule> uncertain)
    {
        var found = LookupPlain(key);
        if (_soft.Length > 0)
        {
            found = LookupConjunctive(key, found) ?? found;
        }
        foreach (var rule in _uncertain)
        {
            if (found is not null && rule.Priority < found.Priority)
            {
                break;
            }
            if (rule.Matches(key))
            {
                uncertain(rule);
            }
        }
        return found;
    }

    private CompiledRule? LookupPlain(FlowKey key)
    {
        CompiledRule? best = null;
        foreach (var subtable in _plain)
        {
            if (best is not null && subtable.MaxPriority <= best.Priority)
            {
                break;
            }
            foreach (var rule in subtable.Candidates(key))
            {
                if (best is not null && rule.Priority <= best.Priority)
                {
                    break;
                }
                if (rule.Matches(key))
                {
                    best = rule;
                    break;
                }
            }
        }
        return best;
    }

    private CompiledRule? LookupConjunctive(FlowKey key, CompiledRule? hard)
    {
        Dictionary<uint, ulong>? seen = null;
        var priority = -1;
        for (var i = 0; i <= _soft.Length; i++)
        {
            var rule = i < _soft.Length ? _soft[i] : null;
            if (rule is not null && hard is not null && rule.Priority <= hard.Priority)
            {
                rule = null;
                i = _soft.Length;
            }
            if (rule?.Priority != priority)
            {
                seen?.Clear();      // dimensions count only within one priority
                priority = rule?.Priority ?? -1;
            }
            if (rule is null || !rule.Matches(key))
            {
                continue;
            }
            seen ??= [];
            foreach (var conjunction in rule.Conjunctions)
            {
                var dimensions = seen.GetValueOrDefault(conjunction.Id) | 1UL << conjunction.Dimension - 1;
                seen[conjunction.Id] = dimensions;
                if (dimensions == ulong.MaxValue >> 64 - conjunction.Dimensions
                    && LookupWithId(key, conjunction.Id) is { } selected)
                {
                    return selected;
                }
            }
        }
        return null;
    }

    private CompiledRule? LookupWithId(FlowKey key, uint id)
    {
        var saved = key[Slot.ConjId];
        key[Slot.ConjId] = id;
        var found = LookupPlain(key);
        key[Slot.ConjId] = saved;
        return found;
    }

    private static string Signature(CompiledRule rule)
    {
        var text = new StringBuilder();
        foreach (var condition in rule.Conditions)
        {
            text.Append(CultureInfo.InvariantCulture, $"{condition.Slot}:{condition.Mask:x},");
        }
        return text.ToString();
    }
}
