namespace Plumbline.Diagnosis.Comparing.Meaning;

/// <summary>
/// Packets whose fields lie in given sets, each field by itself, and for which given conditions that nothing here can decide hold or do
/// not. A rule's matches are one such box; what is left of a box when another is taken out of it is several. Immutable.
/// </summary>
internal sealed class PacketBox
{
    private const int FieldCount = (int)Field.BridgeOut + 1;

    private readonly Intervals?[] _fields;
    private readonly (string Text, bool Holds)[] _conditions;

    private PacketBox(Intervals?[] fields, (string Text, bool Holds)[] conditions) => (_fields, _conditions) = (fields, conditions);

    /// <summary>All packets.</summary>
    public static PacketBox Everything { get; } = new(new Intervals?[FieldCount], []);

    /// <summary>Conditions that nothing decides, by their text.</summary>
    public IReadOnlyList<(string Text, bool Holds)> Conditions => _conditions;

    /// <summary>No field and no condition is asked.</summary>
    public bool IsEverything => _conditions.Length == 0 && Array.TrueForAll(_fields, f => f is null);

    /// <summary>The set of a field; null: any value.</summary>
    public Intervals? this[Field field] => _fields[(int)field];

    /// <summary>With a field in a set; null where nothing is left.</summary>
    public PacketBox? With(Field field, Intervals values)
    {
        var at = (int)field;
        var both = _fields[at] is { } known ? known.And(values) : values;
        if (both.IsEmpty)
        {
            return null;
        }
        var fields = (Intervals?[])_fields.Clone();
        fields[at] = both;
        return new(fields, _conditions);
    }

    /// <summary>With a condition that holds, or does not; null where it is known to be otherwise.</summary>
    public PacketBox? With(string condition, bool holds)
    {
        foreach (var (text, known) in _conditions)
        {
            if (text == condition)
            {
                return known == holds ? this : null;
            }
        }
        return new(_fields, [.. _conditions, (condition, holds)]);
    }

    /// <summary>Packets in both; null for none.</summary>
    public PacketBox? And(PacketBox other)
    {
        PacketBox? box = this;
        for (var i = 0; i < FieldCount && box is not null; i++)
        {
            box = other._fields[i] is { } values ? box.With((Field)i, values) : box;
        }
        foreach (var (text, holds) in other._conditions)
        {
            box = box?.With(text, holds);
        }
        return box;
    }

    /// <summary>The same packets, told by the same fields.</summary>
    public bool Same(PacketBox other)
    {
        for (var i = 0; i < FieldCount; i++)
        {
            if (_fields[i] is { } mine ? other._fields[i] is not { } its || !mine.Same(its) : other._fields[i] is not null)
            {
                return false;
            }
        }
        return _conditions.Length == other._conditions.Length && Array.TrueForAll(_conditions, c => Array.IndexOf(other._conditions, c) >= 0);
    }

    /// <summary>Adds the packets of this box that are not in <paramref name="other"/>, as boxes without overlap.</summary>
    public void Without(PacketBox other, List<PacketBox> to)
    {
        if (And(other) is null)
        {
            to.Add(this);
            return;
        }
        var rest = this;
        for (var i = 0; i < FieldCount; i++)
        {
            if (other._fields[i] is not { } cut)
            {
                continue;
            }
            var outside = rest._fields[i] is { } known ? known.Without(cut) : Whole((Field)i).Without(cut);
            if (!outside.IsEmpty)
            {
                var fields = (Intervals?[])rest._fields.Clone();
                fields[i] = outside;
                to.Add(new(fields, rest._conditions));
            }
            rest = rest.With((Field)i, cut)!; // the two overlap in every field
        }
        foreach (var (text, holds) in other._conditions)
        {
            if (rest.With(text, !holds) is { } outside)
            {
                to.Add(outside);
            }
            rest = rest.With(text, holds)!;
        }
    }

    /// <summary>Every value of a field. Addresses of IPv4 are in the low 32 bits; more above them does no harm.</summary>
    internal static Intervals Whole(Field field) => field switch
    {
        Field.State => Intervals.Of(0, 4),
        Field.Protocol => Intervals.Of(0, 255),
        Field.SourcePort or Field.DestinationPort or Field.Icmp => Intervals.Of(0, 65535),
        Field.Mac => Intervals.Of(0, (UInt128.One << 48) - 1),
        _ => Intervals.Of(0, UInt128.MaxValue),
    };
}
