using System.Diagnostics;

namespace Plumbline.Ovsdb;

/// <summary>A column's type (RFC 7047 §3.2): so many keys of one type, each with a value in a map.</summary>
/// <param name="Key">The elements, or a map's keys.</param>
/// <param name="Value">A map's values; null for everything else.</param>
/// <param name="Min">0 or 1: the fewest elements.</param>
/// <param name="Max">The most elements; <see cref="long.MaxValue"/> for unlimited.</param>
public sealed record ColumnType(AtomType Key, AtomType? Value, long Min, long Max)
{
    private OvsdbValue? _default;

    /// <summary>Keys and values.</summary>
    public bool IsMap => Value is not null;

    /// <summary>More than one element may be in it, so that a change may be told as a difference.</summary>
    public bool IsSet => Value is null && Max > 1;

    /// <summary>What the column holds where nobody wrote it: empty if it may be, else 0, false, "" or the zero UUID.</summary>
    public OvsdbValue Default => _default ??= IsMap ? OvsdbValue.EmptyMap : Min == 0 ? OvsdbValue.Empty : Key switch
    {
        AtomType.Integer => new OvsdbValue.Integer(0),
        AtomType.Real => new OvsdbValue.Integer(0),
        AtomType.Boolean => new OvsdbValue.Boolean(false),
        AtomType.String => new OvsdbValue.Text(""),
        AtomType.Uuid => new OvsdbValue.Uuid(Guid.Empty),
        _ => throw new UnreachableException(),
    };
}
