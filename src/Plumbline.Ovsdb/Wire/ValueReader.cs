using System.Text.Json;

namespace Plumbline.Ovsdb.Wire;

/// <summary>RFC 7047 §5.1 values: the reader stands on a value's first token before, and on its last one after.</summary>
internal static class ValueReader
{
    /// <summary>A row object.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static Row ReadRow(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "a row");
        var columns = new Dictionary<string, OvsdbValue>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = WireText.Read(ref reader);
            reader.Read();
            columns[name] = ReadValue(ref reader);
        }
        return new(columns);
    }

    /// <summary>An atom, a set or a map.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static OvsdbValue ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return ReadScalar(ref reader);
        }
        reader.Read();
        Expect(ref reader, JsonTokenType.String, "a value's tag");
        OvsdbValue value;
        if (reader.ValueTextEquals("set"u8))
        {
            reader.Read();
            value = ReadSet(ref reader);
        }
        else if (reader.ValueTextEquals("map"u8))
        {
            reader.Read();
            value = ReadMap(ref reader);
        }
        else
        {
            return ReadTaggedAtom(ref reader);
        }
        End(ref reader);
        return value;
    }

    /// <summary>The UUID in <c>["uuid", "…"]</c>.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static Guid ReadUuid(ref Utf8JsonReader reader) =>
        ReadValue(ref reader) is OvsdbValue.Uuid uuid ? uuid.Value : throw new InvalidDataException("no UUID where one belongs");

    /// <summary>The reader stands on a token of this type.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string noun)
    {
        if (reader.TokenType != type)
        {
            throw new InvalidDataException($"{reader.TokenType} stands where {noun} belongs");
        }
    }

    private static OvsdbValue.Set ReadSet(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray, "a set's elements");
        var items = new List<OvsdbValue.Atom>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadAtom(ref reader));
        }
        return items.Count == 0 ? (OvsdbValue.Set)OvsdbValue.Empty : new(items);
    }

    private static OvsdbValue.Map ReadMap(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray, "a map's pairs");
        var pairs = new List<KeyValuePair<OvsdbValue.Atom, OvsdbValue.Atom>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(ref reader, JsonTokenType.StartArray, "a pair");
            reader.Read();
            var key = ReadAtom(ref reader);
            reader.Read();
            pairs.Add(new(key, ReadAtom(ref reader)));
            End(ref reader);
        }
        return pairs.Count == 0 ? (OvsdbValue.Map)OvsdbValue.EmptyMap : new(pairs);
    }

    private static OvsdbValue.Atom ReadAtom(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return ReadScalar(ref reader);
        }
        reader.Read();
        return ReadTaggedAtom(ref reader);
    }

    private static OvsdbValue.Atom ReadTaggedAtom(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.String, "a value's tag");
        OvsdbValue.Atom atom;
        if (reader.ValueTextEquals("uuid"u8))
        {
            reader.Read();
            Expect(ref reader, JsonTokenType.String, "a UUID");
            atom = new OvsdbValue.Uuid(
                reader.TryGetGuid(out var uuid) ? uuid : throw new InvalidDataException("a UUID that is none"));
        }
        else if (reader.ValueTextEquals("named-uuid"u8))
        {
            reader.Read();
            Expect(ref reader, JsonTokenType.String, "a uuid-name");
            atom = new OvsdbValue.NamedUuid(WireText.Read(ref reader));
        }
        else
        {
            throw new InvalidDataException("a value's tag is none of uuid, named-uuid, set and map");
        }
        End(ref reader);
        return atom;
    }

    private static OvsdbValue.Atom ReadScalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => new OvsdbValue.Text(WireText.Read(ref reader)),
        JsonTokenType.True => new OvsdbValue.Boolean(true),
        JsonTokenType.False => new OvsdbValue.Boolean(false),
        JsonTokenType.Number when reader.TryGetInt64(out var integer) => new OvsdbValue.Integer(integer),
        JsonTokenType.Number when reader.TryGetDouble(out var real) => new OvsdbValue.Real(real),
        _ => throw new InvalidDataException($"{reader.TokenType} stands where a value belongs"),
    };

    private static void End(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(ref reader, JsonTokenType.EndArray, "the end of a value");
    }
}
