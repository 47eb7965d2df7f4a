
namespace Plumbline.Ovsdb.Wire;

/// <summary>RFC 7047 §5.1 values: the reader stands on a value's first token before, and on its last one after.</summary>
internal static class ValueReader
{
    /// <summary>A row object.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static Row ReadRow(ref JsonReader reader)
    {
        Expect(ref reader, JsonToken.StartObject, "a row");
        var columns = new Dictionary<string, OvsdbValue>();
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            var name = reader.GetText();
            reader.Read();
            columns[name] = ReadValue(ref reader);
        }
        return new(columns);
    }

    /// <summary>An atom, a set or a map.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static OvsdbValue ReadValue(ref JsonReader reader)
    {
        if (reader.Token != JsonToken.StartArray)
        {
            return ReadScalar(ref reader);
        }
        reader.Read();
        Expect(ref reader, JsonToken.Text, "a value's tag");
        OvsdbValue value;
        if (reader.ValueEquals("set"u8))
        {
            reader.Read();
            value = ReadSet(ref reader);
        }
        else if (reader.ValueEquals("map"u8))
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
    public static Guid ReadUuid(ref JsonReader reader) =>
        ReadValue(ref reader) is OvsdbValue.Uuid uuid ? uuid.Value : throw new InvalidDataException("no UUID where one belongs");

    /// <summary>The reader stands on a token of this type.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public static void Expect(ref JsonReader reader, JsonToken type, string noun)
    {
        if (reader.Token != type)
        {
            throw new InvalidDataException($"{reader.Token} stands where {noun} belongs");
        }
    }

    private static OvsdbValue.Set ReadSet(ref JsonReader reader)
    {
        Expect(ref reader, JsonToken.StartArray, "a set's elements");
        var items = new List<OvsdbValue.Atom>();
        while (reader.Read() && reader.Token != JsonToken.EndArray)
        {
            items.Add(ReadAtom(ref reader));
        }
        return items.Count == 0 ? (OvsdbValue.Set)OvsdbValue.Empty : new(items);
    }

    private static OvsdbValue.Map ReadMap(ref JsonReader reader)
    {
        Expect(ref reader, JsonToken.StartArray, "a map's pairs");
        var pairs = new List<KeyValuePair<OvsdbValue.Atom, OvsdbValue.Atom>>();
        while (reader.Read() && reader.Token != JsonToken.EndArray)
        {
            Expect(ref reader, JsonToken.StartArray, "a pair");
            reader.Read();
            var key = ReadAtom(ref reader);
            reader.Read();
            pairs.Add(new(key, ReadAtom(ref reader)));
            End(ref reader);
        }
        return pairs.Count == 0 ? (OvsdbValue.Map)OvsdbValue.EmptyMap : new(pairs);
    }

    private static OvsdbValue.Atom ReadAtom(ref JsonReader reader)
    {
        if (reader.Token != JsonToken.StartArray)
        {
            return ReadScalar(ref reader);
        }
        reader.Read();
        return ReadTaggedAtom(ref reader);
    }

    private static OvsdbValue.Atom ReadTaggedAtom(ref JsonReader reader)
    {
        Expect(ref reader, JsonToken.Text, "a value's tag");
        OvsdbValue.Atom atom;
        if (reader.ValueEquals("uuid"u8))
        {
            reader.Read();
            Expect(ref reader, JsonToken.Text, "a UUID");
            atom = new OvsdbValue.Uuid(
                reader.TryGetUuid(out var uuid) ? uuid : throw new InvalidDataException("a UUID that is none"));
        }
        else if (reader.ValueEquals("named-uuid"u8))
        {
            reader.Read();
            Expect(ref reader, JsonToken.Text, "a uuid-name");
            atom = new OvsdbValue.NamedUuid(reader.GetText());
        }
        else
        {
            throw new InvalidDataException("a value's tag is none of uuid, named-uuid, set and map");
        }
        End(ref reader);
        return atom;
    }

    private static OvsdbValue.Atom ReadScalar(ref JsonReader reader) => reader.Token switch
    {
        JsonToken.Text => new OvsdbValue.Text(reader.GetText()),
        JsonToken.True => new OvsdbValue.Boolean(true),
        JsonToken.False => new OvsdbValue.Boolean(false),
        JsonToken.Number when reader.TryGetInt64(out var integer) => new OvsdbValue.Integer(integer),
        JsonToken.Number => new OvsdbValue.Real(reader.GetDouble()),
        _ => throw new InvalidDataException($"{reader.Token} stands where a value belongs"),
    };

    private static void End(ref JsonReader reader)
    {
        reader.Read();
        Expect(ref reader, JsonToken.EndArray, "the end of a value");
    }
}
