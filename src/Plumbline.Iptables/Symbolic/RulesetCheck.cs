using System.Diagnostics;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// Rules that do nothing, and chains that nobody calls. A rule is dead if for all devices the rules before it leave it no packet: the
/// union of all of them, not one by one.
/// </summary>
public sealed partial class RulesetCheck
{
    /// <summary>More devices than this are told apart one pair after the other.</summary>
    private const int MostDevices = 64;

    private readonly Ruleset _ruleset;
    private readonly SymbolicEngine _engine;
    private readonly IReadOnlyList<AddressSet> _sets;
    private readonly RuleCheckOptions _options;
    private readonly long _end;
    private readonly bool _isOpen;
    private readonly List<RuleFinding> _findings = [];
    private readonly List<string> _unproved = [];
    private readonly Dictionary<(int Chain, int Rule), State> _states = [];
    private readonly HashSet<int> _asked = [];
    private readonly HashSet<int> _unsure = [];
    private (Table Table, SeenFields Seen, ChainWalker Walker, int Mark)? _shared;
    private int _slices;

    private RulesetCheck(Ruleset ruleset, IReadOnlyList<AddressSet> sets, RuleCheckOptions options, bool isOtherOrder)
    {
        (_ruleset, _sets, _options) = (ruleset, sets, options);
        _end = Stopwatch.GetTimestamp() + (long)(options.Budget.MaxTime.TotalSeconds * WholeTime * Stopwatch.Frequency);
        var names = DeviceNames.Of(ChainTable.DevicesIn([ruleset]), []);
        _isOpen = names.Count <= MostDevices;
        var space = new PacketSpace(ruleset.Family, _isOpen ? names : DeviceNames.Of([], []), options.Budget, isOtherOrder);
        _engine = new(space, [ruleset], sets, options.Addresses, ChainTable.UsesConntrack([ruleset]));
    }

    /// <summary>What a rule was seen to do.</summary>
    [Flags]
    private enum State
    {
        /// <summary>Its chain gets packets.</summary>
        Asked = 1,

        /// <summary>Some packet comes to it.</summary>
        Live = 2,

        /// <summary>Without it something else would happen to some packet.</summary>
        Needed = 4,
    }

    private PacketSpace Space => _engine.Space;

    private BddStore Store => _engine.Space.Store;

    /// <summary>Checks one ruleset.</summary>
    public static RuleCheckReport Check(Ruleset ruleset, IReadOnlyList<AddressSet> sets, RuleCheckOptions options)
    {
        var check = new RulesetCheck(ruleset, sets, options, isOtherOrder: false);
        check.WalkAll();
        if (check._left.Count > 0)
        {
            var again = new RulesetCheck(ruleset, sets, options, isOtherOrder: true);
            again.WalkAll();
            check = again._left.Count < check._left.Count ? again : check;
        }
        check.SampleLeft();
        check.Judge();
        check.AddUnusedChains();
        return new()
        {
            Findings = check._findings,
            Unproved = check._unproved,
            Slices = check._slices,
            Rules = ruleset.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count)),
        };
    }

    private void WalkAll()
    {
        foreach (var table in _ruleset.Tables)
        {
            foreach (var chain in table.Chains)
            {
                if (ChainTable.HookOf(chain.Name) is { } hook && chain.IsShown)
                {
                    Walk(table, chain, hook);
                }
            }
        }
        Drop();
    }

    private void Walk(Table table, Chain chain, Hook hook)
    {
        var seen = SeenFields.From(table, chain);
        var start = _engine.Table.Find(0, table.Name, chain.Name)!;
        if (_isOpen)
        {
            WalkOpen(start, Devices.Open(hook), seen);
            return;
        }
        foreach (var point in FinderOf(table, hook)!.AllPoints())
        {
            _slices++;
            if (!InParts(start, Devices.At(point), seen, null))
            {
                return;
            }
        }
    }

    /// <summary>Where hooks of a table call the same chains, what these do is worked out once.</summary>
    private void WalkOpen(SymbolicChain start, Devices devices, SeenFields seen)
    {
        if (_shared is not { } known || known.Table != start.Source.Table || !known.Seen.IsSameAs(seen))
        {
            Drop();
            _shared = known = (start.Source.Table, seen, _engine.Walk(devices, seen), Store.Mark());
        }
        if (!InParts(start, devices, seen, known.Walker))
        {
            Drop();
        }
    }

    private void Drop()
    {
        if (_shared is { } known)
        {
            _engine.Encoder.Rewind(known.Mark);
            _shared = null;
        }
    }

    private void MarkUnsure(SymbolicChain start, HashSet<int> done)
    {
        Reach(start, done);
        _unsure.UnionWith(done);
    }

    /// <summary>One walk forwards for who gets packets, and each chain backwards for whether a rule matters.</summary>
    private void See(SymbolicChain start, Devices devices, ChainWalker walker, int within)
    {
        var entering = Store.And(Space.Possible, new DeviceEncoder(Space, devices).Possible());
        entering = Store.And(Store.And(entering, Space.Is(Field.Template, 0)), within);
        Mark(start);
        var census = new RuleCensus(_engine.Table, Space, walker, (chain, rule, matters) =>
            _states[(chain.Number, rule)] = _states.GetValueOrDefault((chain.Number, rule)) | State.Live | (matters ? State.Needed : 0));
        census.Count(start, entering, Mark);

        void Mark(SymbolicChain chain)
        {
            if (_asked.Add(chain.Number))
            {
                for (var i = 0; i < chain.Source.Count; i++)
                {
                    _states.TryAdd((chain.Number, i), State.Asked);
                }
            }
        }
    }

    private void AddUnusedChains()
    {
        foreach (var table in _ruleset.Tables)
        {
            var called = new HashSet<string>(StringComparer.Ordinal);
            foreach (var chain in table.Chains)
            {
                foreach (var rule in chain.Rules)
                {
                    if (rule.Target is JumpTarget jump && jump.Chain != chain.Name)
                    {
                        called.Add(jump.Chain);
                    }
                }
            }
            foreach (var chain in table.Chains)
            {
                if (ChainTable.HookOf(chain.Name) is null && !called.Contains(chain.Name))
                {
                    _findings.Add(new() { Kind = RuleFindingKind.UnusedChain, Table = table.Name, Chain = chain.Name });
                }
            }
        }
    }
}
