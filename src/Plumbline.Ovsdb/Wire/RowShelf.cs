using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Ovsdb.Wire;

/// <summary>
/// What the rows of one answer share. A server writes the columns of each row of a table in one order, so that the names of the row
/// before are the next one's; and keys of maps, types, states and networks come again and again, so that each is one object.
/// </summary>
internal sealed class RowShelf
{
    /// <summary>A power of two: some hundred words and networks of a big node find room, and no more is kept.</summary>
    private const int Places = 512;

    private readonly OvsdbValue.Text?[] _texts = new OvsdbValue.Text?[Places];

    /// <summary>Names of the row read last; null before the first.</summary>
    public ColumnNames? Names { get; set; }

    /// <summary>Where a row's values are gathered, before their number is known.</summary>
    public OvsdbValue[] Values { get; private set; } = new OvsdbValue[32];

    /// <summary>Doubles <see cref="Values"/>.</summary>
    public void Grow()
    {
        var bigger = new OvsdbValue[2 * Values.Length];
        Values.CopyTo(bigger, 0);
        Values = bigger;
    }

    /// <summary>The text that the reader stands on.</summary>
    public OvsdbValue.Text Text(in JsonReader reader)
    {
        if (reader.HasEscapes)
        {
            return new(reader.GetText());
        }
        var bytes = reader.Value;
        ref var place = ref _texts[PlaceOf(bytes)];
        if (place is not { } known || known.Value.Length != bytes.Length || !Ascii.Equals(bytes, known.Value))
        {
            place = known = new(reader.GetText());
        }
        return known;
    }

    private static int PlaceOf(ReadOnlySpan<byte> bytes)
    {
        var hash = (ulong)bytes.Length;
        if (bytes.Length >= sizeof(ulong))
        {
            hash += BinaryPrimitives.ReadUInt64LittleEndian(bytes) * 0x9E3779B97F4A7C15
                ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[^sizeof(ulong)..]);
        }
        else
        {
            foreach (var octet in bytes)
            {
                hash = hash * 31 + octet;
            }
        }
        return (int)(hash * 0x9E3779B97F4A7C15 >> 40) & (Places - 1);
    }
}
