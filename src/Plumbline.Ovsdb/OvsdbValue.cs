namespace Plumbline.Ovsdb;

/// <summary>A value of a column (RFC 7047 §5.1): an atom, a set or a map. A closed set.</summary>
public abstract record OvsdbValue
{
    private OvsdbValue()
    {
    }

    /// <summary>A single scalar.</summary>
    public abstract record Atom : OvsdbValue
    {
        private protected Atom()
        {
        }
    }

    /// <summary>A string.</summary>
    public sealed record Text(string Value) : Atom;

    /// <summary>A 64-bit integer.</summary>
    public sealed record Integer(long Value) : Atom;

    /// <summary>A real number.</summary>
    public sealed record Real(double Value) : Atom;

    /// <summary>A boolean.</summary>
    public sealed record Boolean(bool Value) : Atom;

    /// <summary>A row's UUID.</summary>
    public sealed record Uuid(Guid Value) : Atom;

    /// <summary>A row inserted in the same transaction, by its uuid-name.</summary>
    public sealed record NamedUuid(string Name) : Atom;

    /// <summary>Zero or more atoms; on the wire a set of one is the bare atom.</summary>
    public sealed record Set(IReadOnlyList<Atom> Items) : OvsdbValue;

    /// <summary>Key–value pairs.</summary>
    public sealed record Map(IReadOnlyList<KeyValuePair<Atom, Atom>> Pairs) : OvsdbValue;

    /// <summary>The empty set: an absent optional column.</summary>
    public static OvsdbValue Empty { get; } = new Set([]);

    /// <summary>A map without pairs.</summary>
    public static OvsdbValue EmptyMap { get; } = new Map([]);

    /// <summary>A string.</summary>
    public static implicit operator OvsdbValue(string value) => new Text(value);

    /// <summary>An integer.</summary>
    public static implicit operator OvsdbValue(long value) => new Integer(value);

    /// <summary>A boolean.</summary>
    public static implicit operator OvsdbValue(bool value) => new Boolean(value);

    /// <summary>A row's UUID.</summary>
    public static implicit operator OvsdbValue(Guid value) => new Uuid(value);

    /// <summary>A set of row UUIDs.</summary>
    public static OvsdbValue UuidSet(IEnumerable<Guid> values)
    {
        var items = new List<Atom>();
        foreach (var value in values)
        {
            items.Add(new Uuid(value));
        }
        return new Set(items);
    }

    /// <summary>A map of strings.</summary>
    public static OvsdbValue StringMap(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var items = new List<KeyValuePair<Atom, Atom>>();
        foreach (var (key, value) in pairs)
        {
            items.Add(new(new Text(key), new Text(value)));
        }
        return new Map(items);
    }
}
