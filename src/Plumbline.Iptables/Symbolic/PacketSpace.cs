using System.Diagnostics;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// All packets of one family as bits: which level of the diagrams each bit of each field has. Rulesets that are compared share one, so
/// that equal words mean equal bits. Not safe for several threads.
/// </summary>
internal sealed class PacketSpace
{
    private static readonly int _fields = (int)Field.DestinationMac + 1;

    /// <summary>Devices on top, else as <see cref="Field"/>: slower by half on most rulesets, and much faster on a few.</summary>
    private static readonly Field[] _devicesFirst =
    [
        Field.State, Field.IsReply, Field.IsSourceNat, Field.IsDestinationNat, Field.Template, Field.PhysicalIn, Field.PhysicalOut, Field.In,
        Field.Out, Field.Mark, Field.ConnectionMark, Field.Protocol, Field.HasAuthentication, Field.DestinationPort, Field.SourcePort, Field.IcmpType,
        Field.IcmpCode, Field.TcpFlags, Field.LaterFragment, Field.Length, Field.HopLimit, Field.TypeOfService, Field.SecurityParameterIndex,
        Field.Destination, Field.Source, Field.HasSourceMac, Field.SourceMac, Field.DestinationMac,
    ];

    private readonly int[] _first = new int[_fields + 1];
    private readonly int[] _width = new int[_fields];
    private readonly Dictionary<string, int> _unknownLevels = new(StringComparer.Ordinal);
    private readonly List<UnknownPredicate> _unknowns = [];

    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="devices">Values of the devices' fields.</param>
    /// <param name="budget">Of the first question.</param>
    /// <param name="isOtherOrder">The second order of levels, for rulesets that the first one does not suit.</param>
    public PacketSpace(IPFamily family, DeviceNames devices, AnalysisBudget budget, bool isOtherOrder = false)
    {
        Family = family;
        Devices = devices;
        Store = new(budget);
        var level = 0;
        for (var i = 0; i < _fields; i++)
        {
            var field = isOtherOrder ? (int)_devicesFirst[i] : i;
            _first[field] = level;
            level += _width[field] = WidthOf((Field)field, family, devices);
        }
        _first[_fields] = level;
        Possible = BuildPossible();
    }

    public IPFamily Family { get; }

    public DeviceNames Devices { get; }

    public BddStore Store { get; }

    /// <summary>Numbers that stand for something: states below 5, devices that exist, no state flags without a connection.</summary>
    public int Possible { get; }

    /// <summary>Free bits that were asked for so far, from level <see cref="FirstUnknown"/> on.</summary>
    public IReadOnlyList<UnknownPredicate> Unknowns => _unknowns;

    public int FirstUnknown => _first[_fields];

    /// <summary>Levels in use.</summary>
    public int LevelCount => FirstUnknown + _unknowns.Count;

    public int First(Field field) => _first[(int)field];

    public int Width(Field field) => _width[(int)field];

    public int Is(Field field, UInt128 value) => Store.Number(First(field), Width(field), value);

    public int Masked(Field field, UInt128 value, UInt128 mask) => Store.Masked(First(field), Width(field), value, mask);

    public int Range(Field field, UInt128 least, UInt128 greatest)
    {
        var max = Width(field) == 128 ? UInt128.MaxValue : (UInt128.One << Width(field)) - 1;
        return least > max ? BddStore.False : Store.Range(First(field), Width(field), least, UInt128.Min(greatest, max));
    }

    public int State(SymbolicState state) => Is(Field.State, (UInt128)(int)state);

    public int Exists(int set, Field field) => Store.Exists(set, First(field), First(field) + Width(field) - 1);

    public int ForAll(int set, Field field) => Store.ForAll(set, First(field), First(field) + Width(field) - 1);

    /// <summary>The set as it is where the field has that value; it no longer asks the field.</summary>
    public int Fix(int set, Field field, UInt128 value) => Store.Restrict(set, First(field), Width(field), value);

    public bool Asks(int set, Field field) => Store.Asks(set, First(field), First(field) + Width(field) - 1);

    /// <summary>Packets that are in the set for some answer to its unknowns.</summary>
    public int May(int set) => _unknowns.Count == 0 ? set : Store.Exists(set, FirstUnknown, LevelCount - 1);

    /// <summary>Packets that are in the set whatever the answers.</summary>
    public int Must(int set) => May(set ^ 1) ^ 1;

    /// <summary>The free bit of a question.</summary>
    public int Unknown(string key, string text)
    {
        if (!_unknownLevels.TryGetValue(key, out var level))
        {
            _unknownLevels[key] = level = LevelCount;
            _unknowns.Add(new(key, text));
        }
        return Store.Bit(level);
    }

    /// <summary>The questions that the set's verdict depends on.</summary>
    public IReadOnlyList<UnknownPredicate> UnknownsOf(int set)
    {
        var result = new List<UnknownPredicate>();
        var seen = new HashSet<int>();
        var found = new SortedSet<int>();
        Visit(set);
        foreach (var level in found)
        {
            result.Add(_unknowns[level - FirstUnknown]);
        }
        return result;

        void Visit(int edge)
        {
            if (edge <= BddStore.False || !seen.Add(edge >> 1))
            {
                return;
            }
            if (Store.LevelOf(edge) >= FirstUnknown)
            {
                found.Add(Store.LevelOf(edge));
            }
            Visit(Store.Low(edge));
            Visit(Store.High(edge));
        }
    }

    private static int WidthOf(Field field, IPFamily family, DeviceNames devices) => field switch
    {
        Field.State => 3,
        Field.Template => 2,
        Field.IsReply or Field.IsSourceNat or Field.IsDestinationNat or Field.LaterFragment or Field.HasSourceMac
            or Field.HasAuthentication => 1,
        Field.Protocol or Field.IcmpType or Field.IcmpCode or Field.TcpFlags or Field.HopLimit or Field.TypeOfService => 8,
        Field.DestinationPort or Field.SourcePort or Field.Length => 16,
        Field.SecurityParameterIndex or Field.Mark or Field.ConnectionMark => 32,
        Field.PhysicalIn or Field.PhysicalOut or Field.In or Field.Out => devices.Width,
        Field.Destination or Field.Source => family == IPFamily.IPv4 ? 32 : 128,
        Field.SourceMac or Field.DestinationMac => 48,
        _ => throw new UnreachableException(),
    };

    private int BuildPossible()
    {
        var result = Range(Field.State, 0, 4);
        var hasConnection = Range(Field.State, 0, (UInt128)(int)SymbolicState.Related);
        foreach (var field in new[] { Field.IsReply, Field.IsSourceNat, Field.IsDestinationNat })
        {
            result = Store.And(result, Store.Or(hasConnection, Is(field, 0)));
        }
        if (Family == IPFamily.IPv4)
        {
            result = Store.And(result, Is(Field.HasAuthentication, 0));
        }
        foreach (var field in new[] { Field.PhysicalIn, Field.PhysicalOut, Field.In, Field.Out })
        {
            result = Store.And(result, Range(field, 0, (UInt128)(Devices.Count - 1)));
        }
        return result;
    }
}
