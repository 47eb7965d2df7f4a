using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>Which changes of a packet some rule can see: a mark that no rule asks for need not be followed.</summary>
internal sealed class SeenFields
{
    private uint _marks;
    private uint _connmarks;
    private bool _hopLimit;
    private bool _typeOfService;
    private bool _template;
    private Action? _look;

    /// <summary>Nothing is seen.</summary>
    public static SeenFields None { get; } = new();

    /// <summary>Whatever a rule of these rulesets asks for. They are looked through when somebody wants to know.</summary>
    public static SeenFields In(IEnumerable<Ruleset> rulesets)
    {
        var result = new SeenFields { _template = true };
        result._look = () =>
        {
            foreach (var ruleset in rulesets)
            {
                foreach (var table in ruleset.Tables)
                {
                    foreach (var chain in table.Chains)
                    {
                        result.Add(chain.Rules);
                    }
                }
            }
        };
        return result;
    }

    /// <summary>Whatever is asked for in a base chain and those it calls.</summary>
    public static SeenFields From(Table table, Chain start)
    {
        var result = new SeenFields();
        var seen = new HashSet<string>(StringComparer.Ordinal) { start.Name };
        var open = new Stack<Chain>([start]);
        while (open.TryPop(out var chain))
        {
            result.Add(chain.Rules);
            foreach (var rule in chain.Rules)
            {
                if (rule.Target is JumpTarget jump && seen.Add(jump.Chain) && table.Find(jump.Chain) is { } next)
                {
                    open.Push(next);
                }
            }
        }
        return result;
    }

    /// <summary>They see the same.</summary>
    public bool IsSameAs(SeenFields other) => (_marks, _connmarks, _hopLimit, _typeOfService, _template)
        == (other._marks, other._connmarks, other._hopLimit, other._typeOfService, other._template);

    /// <summary>The rule changes something that is seen.</summary>
    public bool IsChanged(in CompiledRule rule)
    {
        switch (rule.Effect)
        {
            case Effect.SetZone or Effect.ZoneFromMark or Effect.Notrack when _template:
                return true;
            case var effect when !PacketChange.IsChange(effect):
                return false;
        }
        if (_look is { } look)
        {
            _look = null;
            look();
        }
        return IsSeen(in rule);
    }

    private bool IsSeen(in CompiledRule rule) => rule.Effect switch
    {
        Effect.SetMark => ((rule.A | rule.B) & _marks) != 0,
        Effect.SetConnmark => ((rule.A | rule.B) & _connmarks) != 0,
        Effect.SaveConnmark => ((rule.A | rule.B) & _connmarks) != 0,
        Effect.RestoreConnmark => ((rule.A | rule.B) & _marks) != 0,
        Effect.SetTypeOfService => _typeOfService,
        Effect.SetHopLimit or Effect.AddHopLimit => _hopLimit,
        Effect.SetZone or Effect.ZoneFromMark or Effect.Notrack => _template,
        _ => false,
    };

    private void Add(IReadOnlyList<Rule> rules)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].Target is ConnmarkTarget)
            {
                _marks = _connmarks = uint.MaxValue;
            }
            var matches = rules[i].Matches;
            for (var k = 0; k < matches.Count; k++)
            {
                switch (matches[k])
                {
                    case MarkMatch m:
                        _marks |= m.Mask;
                        break;
                    case ConnmarkMatch m:
                        _connmarks |= m.Mask;
                        break;
                    case SetMatch:
                        _marks = uint.MaxValue;
                        break;
                    case UnknownMatch { Module: "ttl" or "hl" }:
                        _hopLimit = true;
                        break;
                    case UnknownMatch { Module: "tos" or "dscp" }:
                        _typeOfService = true;
                        break;
                    case StateMatch or ConntrackMatch:
                        _template = true;
                        break;
                }
            }
        }
    }
}
