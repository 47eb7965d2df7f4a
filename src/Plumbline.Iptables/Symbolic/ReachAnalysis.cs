using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// "What can pass this way?" for one family's rulesets. Ask it for one port or for thousands: each question leaves nothing behind but the
/// sets' diagrams. Not safe for several threads.
/// </summary>
public sealed partial class ReachAnalysis
{
    private const int MostBoxes = 40;
    private const int MostHeld = 4;

    private readonly SymbolicEngine _engine;
    private readonly AnalysisBudget _budget;
    private readonly IReadOnlyList<AddressSet> _sets;
    private readonly int _fresh;
    private readonly int _stated;
    private readonly int _established;

    private ReachAnalysis(SymbolicEngine engine, IReadOnlyList<AddressSet> sets, AnalysisBudget budget)
    {
        (_engine, _sets, _budget) = (engine, sets, budget);
        _fresh = FreshPackets.Of(engine.Space);
        _stated = FreshPackets.Stated(engine.Space);
        _established = FreshPackets.Established(engine.Space);
    }

    private PacketSpace Space => _engine.Space;

    private BddStore Store => _engine.Space.Store;

    /// <summary>Prepares the question; rules are looked at when a path needs them.</summary>
    /// <param name="rulesets">Of one family; several that act together (nft and legacy).</param>
    /// <param name="sets">That they name; what is in a set that is missing is unknown.</param>
    /// <param name="addresses">The node's own; null: not told.</param>
    /// <param name="budget">Of each question.</param>
    public static ReachAnalysis Create(
        IReadOnlyList<Ruleset> rulesets, IReadOnlyList<AddressSet> sets, NodeAddresses? addresses, AnalysisBudget budget) =>
        new(SymbolicEngine.Create(rulesets, sets, addresses, devices: false, budget), sets, budget);

    /// <summary>Everything that passes <paramref name="path"/>.</summary>
    public ReachReport Ask(PacketPath path, ReachQuery query) =>
        Whole(() => Report(path, query, BddStore.True)) ?? AskInParts(path, query);

    private ReachReport Report(PacketPath path, ReachQuery query, int frame)
    {
        _exempt = null;
        var passed = _engine.Passed(path);
        var wanted = Store.And(SetOf(query), frame);
        foreach (var before in query.Before)
        {
            wanted = Store.And(wanted, Space.May(_engine.Passed(before)));
        }
        var asked = Store.And(_stated, wanted);
        var may = Store.And(Space.May(passed), asked);
        var replies = Store.And(Store.And(_established, OwnOf(query)), frame);
        var held = Store.Minus(replies, Space.May(passed));
        return new ReachReport
        {
            Classes = ClassesOf(path, passed, may, query),
            Replies = PassageOf(passed, replies),
            HeldReplies = BoxPrinter.Print(Space, held, MostHeld),
            IsOpen = may == asked && Space.Must(passed) == Space.May(passed),
        };
    }

    /// <summary>
    /// A packet of <paramref name="query"/> that passes all <paramref name="paths"/> one after the other (each with a connection of its
    /// own); null: none can.
    /// </summary>
    /// <exception cref="BudgetExceededException">Not decided within the budget.</exception>
    public SymbolicPacket? FindPassing(IReadOnlyList<PacketPath> paths, ReachQuery query)
    {
        var mark = Begin();
        try
        {
            var set = Store.And(_fresh, SetOf(query));
            foreach (var path in paths)
            {
                set = Store.And(set, _engine.Passed(path));
            }
            return _engine.Pick(set, null, WishesOf(query));
        }
        finally
        {
            _engine.Encoder.Rewind(mark);
        }
    }

    /// <summary>A packet of <paramref name="query"/> that may be held back on <paramref name="path"/>; null: all pass.</summary>
    /// <exception cref="BudgetExceededException">Not decided within the budget.</exception>
    public SymbolicPacket? FindBlocked(PacketPath path, ReachQuery query)
    {
        var mark = Begin();
        try
        {
            var asked = Store.And(_fresh, SetOf(query));
            return _engine.Pick(Store.Minus(asked, Space.Must(_engine.Passed(path))), null, WishesOf(query));
        }
        finally
        {
            _engine.Encoder.Rewind(mark);
        }
    }

    /// <summary>How many of all packets that begin something pass, 0 to 1: enough to see that a node was gone through.</summary>
    public double Share(PacketPath path)
    {
        var mark = Begin();
        try
        {
            return Store.Density(Store.And(_engine.Passed(path), _fresh)) / Store.Density(_fresh);
        }
        finally
        {
            _engine.Encoder.Rewind(mark);
        }
    }

    private int Begin()
    {
        Store.Allow(_budget);
        _exempt = null;
        return Store.Mark();
    }

    /// <summary>The question at once, with a part of the time; null where that is not enough.</summary>
    private T? Whole<T>(Func<T> question)
        where T : class
    {
        var mark = Begin();
        Store.Allow(_budget.Share(0.4));
        try
        {
            return question();
        }
        catch (BudgetExceededException)
        {
            return null;
        }
        finally
        {
            _engine.Encoder.Rewind(mark);
        }
    }

    private int SetOf(ReachQuery query)
    {
        var result = Store.And(Any(Field.Source, query.Sources), Any(Field.Destination, query.Destinations));
        if (query.ExceptSources.Count > 0)
        {
            result = Store.Minus(result, Any(Field.Source, query.ExceptSources));
        }
        if (query.Ports is { } ports)
        {
            result = Store.And(result, Space.Range(Field.DestinationPort, ports.First, ports.Last));
        }
        return query.Protocol is { } protocol ? Store.And(result, Space.Is(Field.Protocol, protocol)) : result;

        int Any(Field field, IReadOnlyList<MaskedAddress> addresses)
        {
            if (addresses.Count == 0)
            {
                return BddStore.True;
            }
            var edges = new List<int>();
            foreach (var address in addresses)
            {
                if (address.Family == Space.Family)
                {
                    edges.Add(Space.Masked(field, address.Address, address.Mask));
                }
            }
            return Store.OrAll(edges.ToArray());
        }
    }

    private int[] WishesOf(ReachQuery query)
    {
        var wishes = new List<int>();
        foreach (var address in query.LikelySources)
        {
            wishes.Add(Space.Is(Field.Source, address));
        }
        foreach (var address in query.LikelyDestinations)
        {
            wishes.Add(Space.Is(Field.Destination, address));
        }
        wishes.AddRange(FreshPackets.Wishes(Space));
        return wishes.ToArray();
    }

    /// <summary>Packets that the port itself would send.</summary>
    private int OwnOf(ReachQuery query)
    {
        var result = query.OwnSource is { } mac ? Space.Is(Field.SourceMac, mac.Value) : BddStore.True;
        if (query.OwnSource is null || query.LikelySources.Count == 0)
        {
            return result;
        }
        var own = new List<int>();
        foreach (var address in query.LikelySources)
        {
            own.Add(Space.Is(Field.Source, address));
        }
        return Store.And(result, Store.OrAll(own.ToArray()));
    }

    private Passage PassageOf(int passed, int kind)
    {
        var may = Store.And(Space.May(passed), kind);
        return may == BddStore.False ? Passage.None
            : Store.And(Space.Must(passed), kind) != may ? Passage.Depends
            : may == kind ? Passage.All
            : Passage.Some;
    }
}
