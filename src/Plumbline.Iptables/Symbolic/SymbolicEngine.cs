using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>The rulesets of one family that act together, over a <see cref="PacketSpace"/>: the second interpreter of the same rules.</summary>
internal sealed class SymbolicEngine
{
    private readonly PacketChange _change;
    private readonly NatChange _nat;
    private readonly bool _hasNat;
    private SeenFields? _seen;

    public SymbolicEngine(
        PacketSpace space, IReadOnlyList<Ruleset> rulesets, IReadOnlyList<AddressSet> sets, NodeAddresses? addresses, bool isReassembled)
    {
        Space = space;
        Table = new(rulesets, sets, addresses);
        Encoder = new(space, Table.Checks, isReassembled);
        _change = new(space);
        _nat = new(space, Table);
        _hasNat = rulesets.Any(r => r.Find("nat") is not null);
    }

    public PacketSpace Space { get; }

    public ChainTable Table { get; }

    public RuleEncoder Encoder { get; }

    private BddStore Store => Space.Store;

    /// <summary>An engine with a space of its own.</summary>
    /// <param name="rulesets">Of one family.</param>
    /// <param name="sets">That they name.</param>
    /// <param name="addresses">The node's; null where not told.</param>
    /// <param name="devices">The question leaves devices open: names that rules ask for become values of a field.</param>
    /// <param name="budget">Of the first question.</param>
    /// <param name="isOtherOrder">With the second order of levels.</param>
    public static SymbolicEngine Create(
        IReadOnlyList<Ruleset> rulesets, IReadOnlyList<AddressSet> sets, NodeAddresses? addresses, bool devices, AnalysisBudget budget,
        bool isOtherOrder = false)
    {
        var names = DeviceNames.Of(devices ? ChainTable.DevicesIn(rulesets) : [], []);
        return new(new(rulesets[0].Family, names, budget, isOtherOrder), rulesets, sets, addresses, ChainTable.UsesConntrack(rulesets));
    }

    /// <summary>A walk with the devices of one point; <paramref name="seen"/>: null for all that the rulesets look at.</summary>
    public ChainWalker Walk(Devices devices, SeenFields? seen = null) =>
        new(Table, Encoder, new(Space, devices), seen ?? (_seen ??= SeenFields.In(Table.Rulesets)));

    /// <summary>Packets that pass all hooks of a path, with the state that conntrack gives them as a field.</summary>
    public int Passed(PacketPath path) => Passed(path, path.Points.Count - 1, BddStore.True);

    /// <summary>Packets that, at the path's begin, will be in <paramref name="after"/> behind its hook number <paramref name="last"/>.</summary>
    public int Passed(PacketPath path, int last, int after)
    {
        for (var i = last; i >= 0; i--)
        {
            after = BeforeHook(path.Points[i], after, null);
        }
        return Space.Fix(after, Field.Template, 0);
    }

    /// <summary>Backwards through one hook.</summary>
    public int BeforeHook(HookPoint point, int after, ChainWalker? shared)
    {
        var walker = shared ?? Walk(Devices.At(point));
        var steps = Table.StepsOf(point.Hook).ToList();
        var isTracked = point.Hook is not (Hook.Prerouting or Hook.Output);
        var translated = after;
        var isNatPassed = !_hasNat || point.Hook == Hook.Forward;
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            var isNat = steps[i].Source.Table.Name == "nat";
            if (!isNatPassed && IsBeforeNat(steps[i].Source.Table.Name, point.Hook))
            {
                after = BeforeNat(after, point.Hook);
                isNatPassed = true;
            }
            if (steps[i].IsRaw && !isTracked)
            {
                after = BeforeTracking(after);
                isTracked = true;
            }
            translated = isNat && i + 1 < steps.Count && steps[i + 1].Source.Table.Name == "nat" ? translated : after;
            after = isNat
                ? Store.Ite(Space.State(SymbolicState.New), walker.Accepted(steps[i], after, translated), after)
                : walker.Accepted(steps[i], after);
        }
        after = isNatPassed ? after : BeforeNat(after, point.Hook);
        after = isTracked ? after : BeforeTracking(after);
        // the node puts fragments of IPv4 together before INPUT sees them
        after = point.Hook == Hook.Input && Space.Family == IPFamily.IPv4 ? Space.Fix(after, Field.LaterFragment, 0) : after;
        return point.LowersHopLimit ? _change.BeforeRouting(after) : after;
    }

    /// <summary>One packet of a set, as near to an ordinary one as the set allows; null where the set is empty.</summary>
    /// <param name="set">Unknowns may be in it.</param>
    /// <param name="hook">Where devices are open.</param>
    /// <param name="wishes">Tried in order, each kept while something is left.</param>
    public SymbolicPacket? Pick(int set, Hook? hook = null, params ReadOnlySpan<int> wishes)
    {
        set = Store.And(set, Space.Possible);
        if (set == BddStore.False)
        {
            return null;
        }
        var must = Space.Must(set);
        set = must == BddStore.False ? Space.May(set) : must;
        foreach (var wish in wishes)
        {
            var closer = Store.And(set, wish);
            set = closer == BddStore.False ? set : closer;
        }
        var bits = PacketBits.Usual(Space);
        Store.PickOne(set, bits);
        return PacketBits.ToPacket(Space, bits, hook);
    }

    private static bool IsBeforeNat(string table, Hook hook) => hook switch
    {
        Hook.Prerouting or Hook.Output => table is "raw" or "mangle",
        _ => table != "nat",
    };

    /// <summary>What is no first packet is rewritten as its connection was.</summary>
    private int BeforeNat(int after, Hook hook) => _nat.BeforeRepeated(after, hook is Hook.Prerouting or Hook.Output);

    /// <summary>conntrack: an exempted packet is UNTRACKED from here on, and has no connection.</summary>
    private int BeforeTracking(int after)
    {
        var exempt = Space.Fix(after, Field.State, (UInt128)(int)SymbolicState.Untracked);
        foreach (var field in new[] { Field.IsReply, Field.IsSourceNat, Field.IsDestinationNat, Field.ConnectionMark })
        {
            exempt = Space.Fix(exempt, field, 0);
        }
        return Store.Ite(Space.Is(Field.Template, 2), exempt, after);
    }
}
