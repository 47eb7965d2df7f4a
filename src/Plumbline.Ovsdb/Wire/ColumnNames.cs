namespace Plumbline.Ovsdb.Wire;

/// <summary>The names of a row's columns in the order of the wire, each once; shared by the rows that have the same.</summary>
internal sealed class ColumnNames
{
    private readonly byte[][] _bytes;
    private readonly Dictionary<string, int> _places;

    private ColumnNames(string[] names, byte[][] bytes, Dictionary<string, int> places)
    {
        Names = names;
        _bytes = bytes;
        _places = places;
    }

    /// <summary>The names.</summary>
    public string[] Names { get; }

    /// <summary>Null where a name stands twice.</summary>
    public static ColumnNames? Of(string[] names)
    {
        var places = new Dictionary<string, int>(names.Length, StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            if (!places.TryAdd(names[i], i))
            {
                return null;
            }
        }
        return new(names, Array.ConvertAll(names, System.Text.Encoding.UTF8.GetBytes), places);
    }

    /// <summary>The reader stands on the name of column number <paramref name="place"/>.</summary>
    public bool IsAt(int place, in JsonReader reader) =>
        (uint)place < (uint)_bytes.Length && !reader.HasEscapes && reader.Value.SequenceEqual(_bytes[place]);

    /// <summary>The column's place; -1 where there is none.</summary>
    public int PlaceOf(string name) => _places.TryGetValue(name, out var place) ? place : -1;
}
