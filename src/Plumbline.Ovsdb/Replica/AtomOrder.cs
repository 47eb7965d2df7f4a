namespace Plumbline.Ovsdb.Replica;

/// <summary>The order in which ovsdb-server keeps sets and maps: by value, strings by code, UUIDs by their digits.</summary>
internal sealed class AtomOrder : IComparer<OvsdbValue.Atom>
{
    public static AtomOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(OvsdbValue.Atom? x, OvsdbValue.Atom? y) => (x, y) switch
    {
        (OvsdbValue.Text one, OvsdbValue.Text other) => string.CompareOrdinal(one.Value, other.Value),
        (OvsdbValue.Uuid one, OvsdbValue.Uuid other) => one.Value.CompareTo(other.Value),
        (OvsdbValue.Integer one, OvsdbValue.Integer other) => one.Value.CompareTo(other.Value),
        (OvsdbValue.Boolean one, OvsdbValue.Boolean other) => one.Value.CompareTo(other.Value),
        _ when TryGetNumber(x, out var one) && TryGetNumber(y, out var other) => one.CompareTo(other),
        _ => throw new InvalidDataException("atoms of different types in one column"),
    };

    /// <summary>Reals without a fraction come as integers.</summary>
    private static bool TryGetNumber(OvsdbValue.Atom? atom, out double number)
    {
        number = atom switch
        {
            OvsdbValue.Real real => real.Value,
            OvsdbValue.Integer integer => integer.Value,
            _ => double.NaN,
        };
        return !double.IsNaN(number);
    }
}
