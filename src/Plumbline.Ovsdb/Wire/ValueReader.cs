namespace Plumbline.Ovsdb.Wire;

/// <summary>RFC 7047 §5.1 values: the reader stands on a value's first token before, and on its last one after.</summary>
internal static class ValueReader
{
    private static readonly OvsdbValue.Boolean _true = new(true);
    private static readonly OvsdbValue.Boolean _false = new(false);

    /// <summary>A row object.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static Row ReadRow(ref JsonReader reader, RowShelf shelf)
    {
        Expect(ref reader, JsonToken.StartObject, "a row");
        var known = shelf.Names;
        List<string>? others = null; // names, from where they differ from those of the row before
        var count = 0;
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            if (others is not null || known is null || !known.IsAt(count, reader))
            {
                others ??= known is null ? [] : [.. known.Names.AsSpan(0, count)];
                others.Add(reader.GetText());
            }
            reader.Read();
            if (count == shelf.Values.Length)
            {
                shelf.Grow();
            }
            shelf.Values[count++] = ReadValue(ref reader, shelf);
        }
        var values = shelf.Values.AsSpan(0, count).ToArray();
        if (others is null && known?.Names.Length == count)
        {
            return new(new RowColumns(known, values));
        }
        string[] names = others is not null ? [.. others] : known is null ? [] : known.Names[..count];
        if (ColumnNames.Of(names) is { } own)
        {
            shelf.Names = own;
            return new(new RowColumns(own, values));
        }
        var columns = new Dictionary<string, OvsdbValue>(count);
        for (var i = 0; i < count; i++)
        {
            columns[names[i]] = values[i]; // what stands last counts
        }
        return new(columns);
    }

    /// <summary>An atom, a set or a map.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static OvsdbValue ReadValue(ref JsonReader reader, RowShelf shelf)
    {
        if (reader.Token != JsonToken.StartArray)
        {
            return ReadScalar(ref reader, shelf);
        }
        reader.Read();
        Expect(ref reader, JsonToken.Text, "a value's tag");
        OvsdbValue value;
        if (reader.ValueEquals("set"u8))
        {
            reader.Read();
            value = ReadSet(ref reader, shelf);
        }
        else if (reader.ValueEquals("map"u8))
        {
            reader.Read();
            value = ReadMap(ref reader, shelf);
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
    public static Guid ReadUuid(ref JsonReader reader)
    {
        Expect(ref reader, JsonToken.StartArray, "a UUID");
        reader.Read();
        return ReadTaggedAtom(ref reader) is OvsdbValue.Uuid uuid ? uuid.Value : throw new InvalidDataException("no UUID where one belongs");
    }

    /// <summary>The reader stands on a token of this type.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public static void Expect(ref JsonReader reader, JsonToken type, string noun)
    {
        if (reader.Token != type)
        {
            throw new InvalidDataException($"{reader.Token} stands where {noun} belongs");
        }
    }

    private static OvsdbValue.Set ReadSet(ref JsonReader reader, RowShelf shelf)
    {
        Expect(ref reader, JsonToken.StartArray, "a set's elements");
        List<OvsdbValue.Atom>? items = null;
        while (reader.Read() && reader.Token != JsonToken.EndArray)
        {
            (items ??= []).Add(ReadAtom(ref reader, shelf));
        }
        return items is null ? (OvsdbValue.Set)OvsdbValue.Empty : new(items);
    }

    private static OvsdbValue.Map ReadMap(ref JsonReader reader, RowShelf shelf)
    {
        Expect(ref reader, JsonToken.StartArray, "a map's pairs");
        List<KeyValuePair<OvsdbValue.Atom, OvsdbValue.Atom>>? pairs = null;
        while (reader.Read() && reader.Token != JsonToken.EndArray)
        {
            Expect(ref reader, JsonToken.StartArray, "a pair");
            reader.Read();
            var key = ReadAtom(ref reader, shelf);
            reader.Read();
            (pairs ??= []).Add(new(key, ReadAtom(ref reader, shelf)));
            End(ref reader);
        }
        return pairs is null ? (OvsdbValue.Map)OvsdbValue.EmptyMap : new(pairs);
    }

    private static OvsdbValue.Atom ReadAtom(ref JsonReader reader, RowShelf shelf)
    {
        if (reader.Token != JsonToken.StartArray)
        {
            return ReadScalar(ref reader, shelf);
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

    private static OvsdbValue.Atom ReadScalar(ref JsonReader reader, RowShelf shelf) => reader.Token switch
    {
        JsonToken.Text => shelf.Text(reader),
        JsonToken.True => _true,
        JsonToken.False => _false,
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
