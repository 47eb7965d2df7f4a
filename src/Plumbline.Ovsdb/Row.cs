namespace Plumbline.Ovsdb;

/// <summary>A row of a table, or some of its columns. Accessors answer what an absent column would hold by default.</summary>
/// <param name="Columns">By name; <c>_uuid</c> among them where it was asked for.</param>
public sealed record Row(IReadOnlyDictionary<string, OvsdbValue> Columns)
{
    private static readonly Dictionary<string, string> _noPairs = [];

    /// <summary><c>_uuid</c>; the zero UUID where it was not asked for.</summary>
    public Guid Uuid => GetUuid("_uuid") ?? Guid.Empty;

    /// <summary>The atoms of a column: one for a bare atom, none for an absent or empty one.</summary>
    public IReadOnlyList<OvsdbValue.Atom> GetAtoms(string column) => Columns.GetValueOrDefault(column) switch
    {
        OvsdbValue.Atom atom => [atom],
        OvsdbValue.Set set => set.Items,
        _ => [],
    };

    /// <summary>A string column, also an optional one; null where empty.</summary>
    public string? GetString(string column) =>
        (GetFirst(column) as OvsdbValue.Text)?.Value;

    /// <summary>An integer column, also an optional one.</summary>
    public long? GetInteger(string column) =>
        (GetFirst(column) as OvsdbValue.Integer)?.Value;

    /// <summary>A boolean column, also an optional one.</summary>
    public bool? GetBoolean(string column) =>
        (GetFirst(column) as OvsdbValue.Boolean)?.Value;

    /// <summary>A UUID column, also an optional one.</summary>
    public Guid? GetUuid(string column) =>
        (GetFirst(column) as OvsdbValue.Uuid)?.Value;

    /// <summary>A set of UUIDs.</summary>
    public IReadOnlyList<Guid> GetUuids(string column)
    {
        var atoms = GetAtoms(column);
        var result = new List<Guid>(atoms.Count);
        foreach (var atom in atoms)
        {
            if (atom is OvsdbValue.Uuid uuid)
            {
                result.Add(uuid.Value);
            }
        }
        return result;
    }

    /// <summary>A set of strings.</summary>
    public IReadOnlyList<string> GetStrings(string column)
    {
        var atoms = GetAtoms(column);
        if (atoms.Count == 0)
        {
            return [];
        }
        var result = new List<string>(atoms.Count);
        foreach (var atom in atoms)
        {
            if (atom is OvsdbValue.Text text)
            {
                result.Add(text.Value);
            }
        }
        return result;
    }

    /// <summary>A set of integers.</summary>
    public IReadOnlyList<long> GetIntegers(string column)
    {
        var atoms = GetAtoms(column);
        if (atoms.Count == 0)
        {
            return [];
        }
        var result = new List<long>(atoms.Count);
        foreach (var atom in atoms)
        {
            if (atom is OvsdbValue.Integer integer)
            {
                result.Add(integer.Value);
            }
        }
        return result;
    }

    /// <summary>A map of strings (external_ids, options, other_config), keys in ordinal order; values of other types as their text.</summary>
    public IReadOnlyDictionary<string, string> GetStringMap(string column)
    {
        if (!Columns.TryGetValue(column, out var value) || value is not OvsdbValue.Map { Pairs: { Count: > 0 } pairs })
        {
            return _noPairs;
        }
        var result = new Dictionary<string, string>(pairs.Count, StringComparer.Ordinal);
        var last = "";
        var inOrder = true;     // as ovsdb-server sends them
        foreach (var (key, told) in pairs)
        {
            var name = ToText(key);
            result[name] = ToText(told);
            inOrder &= string.CompareOrdinal(last, name) <= 0;
            last = name;
        }
        return inOrder ? result : new SortedDictionary<string, string>(result, StringComparer.Ordinal);
    }

    private OvsdbValue.Atom? GetFirst(string column) => !Columns.TryGetValue(column, out var value) ? null : value switch
    {
        OvsdbValue.Atom atom => atom,
        OvsdbValue.Set { Items: [var first, ..] } => first,
        _ => null,
    };

    private static string ToText(OvsdbValue.Atom atom) => atom switch
    {
        OvsdbValue.Text text => text.Value,
        OvsdbValue.Integer integer => integer.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        OvsdbValue.Real real => real.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        OvsdbValue.Boolean boolean => boolean.Value ? "true" : "false",
        OvsdbValue.Uuid uuid => uuid.Value.ToString(),
        OvsdbValue.NamedUuid named => named.Name,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
