using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Plumbline.Ovsdb.Wire;

/// <summary>A row's columns: names that many rows share, and this row's values. A dictionary for each of thousands of rows costs more than all else.</summary>
internal sealed class RowColumns(ColumnNames names, OvsdbValue[] values) : IReadOnlyDictionary<string, OvsdbValue>
{
    /// <inheritdoc/>
    public OvsdbValue this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"no column {key}");

    /// <inheritdoc/>
    public IEnumerable<string> Keys => names.Names;

    /// <inheritdoc/>
    public IEnumerable<OvsdbValue> Values => values;

    /// <inheritdoc/>
    public int Count => values.Length;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => names.PlaceOf(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out OvsdbValue value)
    {
        var place = names.PlaceOf(key);
        value = place < 0 ? null : values[place];
        return place >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, OvsdbValue>> GetEnumerator()
    {
        for (var i = 0; i < values.Length; i++)
        {
            yield return new(names.Names[i], values[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
