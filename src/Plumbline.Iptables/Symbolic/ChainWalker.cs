using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// All packets at once through the chains of one hook, with the devices that a question fixes. A chain is summed up once, however
/// many rules jump to it.
/// </summary>
internal sealed partial class ChainWalker
{
    private readonly ChainTable _table;
    private readonly RuleEncoder _encoder;
    private readonly DeviceEncoder _devices;
    private readonly PacketSpace _space;
    private readonly BddStore _store;
    private readonly PacketChange _change;
    private readonly NatChange _nat;
    private readonly SeenFields _seen;
    private readonly Dictionary<int, SlicedRule[]> _sliced = [];
    private readonly Dictionary<int, Summary> _summaries = [];
    private readonly Dictionary<int, bool> _isChanging = [];

    /// <param name="table">The chains.</param>
    /// <param name="encoder">For their matches.</param>
    /// <param name="devices">What the question fixes.</param>
    /// <param name="seen">Fields that some later rule asks for, so that changing them matters.</param>
    public ChainWalker(ChainTable table, RuleEncoder encoder, DeviceEncoder devices, SeenFields seen)
    {
        _table = table;
        _encoder = encoder;
        _devices = devices;
        _seen = seen;
        _space = encoder.Space;
        _store = _space.Store;
        _change = new(_space);
        _nat = new(_space, table);
    }

    /// <summary>The chain's rules that the devices let match, each with all it asks.</summary>
    public SlicedRule[] RulesOf(SymbolicChain chain)
    {
        if (_sliced.TryGetValue(chain.Number, out var known))
        {
            return known;
        }
        _store.CheckTime();
        var count = chain.Source.Count;
        var candidates = _devices.Point is { } point ? ChainTable.Candidates(chain, point) : null;
        var result = new List<SlicedRule>(candidates?.Count ?? (_devices.Point is null ? count : 4));
        for (var i = 0; i < (candidates?.Count ?? count); i++)
        {
            var rule = candidates is null ? i : candidates[i];
            var devices = _devices.Encode(chain.RuleAt(rule).Matches);
            if (devices == BddStore.False)
            {
                continue;
            }
            var match = _encoder.Encode(in _table.Prepare(chain, rule), chain.IsRaw, () => OccurrenceOf(chain, rule));
            match = _store.And(devices, match);
            if (match != BddStore.False)
            {
                result.Add(new(rule, match));
            }
        }
        return _sliced[chain.Number] = [.. result];
    }

    /// <summary>All that a rule asks; no packet where the devices rule it out.</summary>
    public int MatchOf(SymbolicChain chain, int rule)
    {
        var rules = RulesOf(chain);
        int from = 0, to = rules.Length;
        while (from < to)
        {
            var i = (from + to) / 2;
            if (rules[i].Rule < rule)
            {
                from = i + 1;
            }
            else
            {
                to = i;
            }
        }
        return from < rules.Length && rules[from].Rule == rule ? rules[from].Match : BddStore.False;
    }

    /// <summary>Names a rule by its words and by which of equal ones it is, so that a rule put before it changes nothing.</summary>
    private static string OccurrenceOf(SymbolicChain chain, int rule)
    {
        var wanted = chain.RuleAt(rule);
        var before = 0;
        for (var i = 0; i < rule; i++)
        {
            if (chain.RuleAt(i).Equals(wanted))
            {
                before++;
            }
        }
        return $"{chain.Source.Table.Name} {chain.Name} \"{RulesetRenderer.Save(wanted)}\" {before}";
    }

    /// <summary>The chain, or one that it calls, changes a field that somebody looks at later.</summary>
    public bool IsChanging(SymbolicChain chain)
    {
        if (_isChanging.TryGetValue(chain.Number, out var known))
        {
            return known;
        }
        _isChanging[chain.Number] = false; // in a circle nothing new is found
        var result = false;
        foreach (var sliced in RulesOf(chain))
        {
            ref readonly var rule = ref chain.Rules![sliced.Rule];
            result |= rule.Effect is Effect.Jump or Effect.Goto ? IsChanging(_table[rule.Operand]) : _seen.IsChanged(in rule);
        }
        return _isChanging[chain.Number] = result;
    }

    /// <summary>A verdict that nobody here knows: one free bit says "ends here", another "accepted".</summary>
    private (int Ends, int Accepts) UnknownVerdict(string key, string text) =>
        (_space.Unknown(key + ": ends", text), _space.Unknown(key + ": accepts", text));

    public (int Ends, int Accepts) UnshownVerdict(SymbolicChain chain) => UnknownVerdict(
        $"chain {chain.Source.Table.Name} {chain.Name}", $"chain {chain.Name}, which was not shown");

    /// <summary>A rule that the devices let match.</summary>
    internal readonly record struct SlicedRule(int Rule, int Match);

    /// <summary>What a chain does: packets that it accepts, and those that come back from it. The rest is dropped.</summary>
    internal readonly record struct Summary(int Accepted, int Returned);
}
