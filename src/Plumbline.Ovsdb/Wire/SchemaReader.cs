
namespace Plumbline.Ovsdb.Wire;

/// <summary>A <c>database-schema</c> (RFC 7047 §3.2), the parts that matter here.</summary>
internal static class SchemaReader
{
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static DatabaseSchema Parse(ReadOnlySpan<byte> json)
    {
        var reader = new JsonReader(json);
        reader.Read();
        ValueReader.Expect(ref reader, JsonToken.StartObject, "a schema");
        var name = "";
        var version = "";
        var tables = new Dictionary<string, TableSchema>();
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            if (reader.ValueEquals("name"u8))
            {
                name = ReadString(ref reader);
            }
            else if (reader.ValueEquals("version"u8))
            {
                version = ReadString(ref reader);
            }
            else if (reader.ValueEquals("tables"u8))
            {
                reader.Read();
                ValueReader.Expect(ref reader, JsonToken.StartObject, "the tables");
                while (reader.Read() && reader.Token == JsonToken.Name)
                {
                    var table = reader.GetText();
                    tables[table] = ReadTable(ref reader);
                }
            }
            else
            {
                reader.Skip();
            }
        }
        return new(name, version, tables);
    }

    private static TableSchema ReadTable(ref JsonReader reader)
    {
        reader.Read();
        ValueReader.Expect(ref reader, JsonToken.StartObject, "a table");
        var columns = new Dictionary<string, ColumnType>();
        var isRoot = false;
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            if (reader.ValueEquals("columns"u8))
            {
                reader.Read();
                ValueReader.Expect(ref reader, JsonToken.StartObject, "the columns");
                while (reader.Read() && reader.Token == JsonToken.Name)
                {
                    var column = reader.GetText();
                    columns[column] = ReadColumn(ref reader);
                }
            }
            else if (reader.ValueEquals("isRoot"u8))
            {
                reader.Read();
                isRoot = reader.Token == JsonToken.True;
            }
            else
            {
                reader.Skip();
            }
        }
        return new(columns, isRoot);
    }

    private static ColumnType ReadColumn(ref JsonReader reader)
    {
        reader.Read();
        ValueReader.Expect(ref reader, JsonToken.StartObject, "a column");
        ColumnType? type = null;
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            if (reader.ValueEquals("type"u8))
            {
                type = ReadType(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        return type ?? throw new InvalidDataException("a column without a type");
    }

    /// <summary>Either an atomic type's name, or an object with key, value, min and max.</summary>
    private static ColumnType ReadType(ref JsonReader reader)
    {
        reader.Read();
        if (reader.Token == JsonToken.Text)
        {
            return new(ReadAtomType(ref reader), null, 1, 1);
        }
        ValueReader.Expect(ref reader, JsonToken.StartObject, "a type");
        AtomType? key = null;
        AtomType? value = null;
        long min = 1;
        long max = 1;
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            if (reader.ValueEquals("key"u8))
            {
                key = ReadBaseType(ref reader);
            }
            else if (reader.ValueEquals("value"u8))
            {
                value = ReadBaseType(ref reader);
            }
            else if (reader.ValueEquals("min"u8))
            {
                min = ReadLimit(ref reader);
            }
            else if (reader.ValueEquals("max"u8))
            {
                max = ReadLimit(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        return new(key ?? throw new InvalidDataException("a type without a key"), value, min, max);
    }

    private static AtomType ReadBaseType(ref JsonReader reader)
    {
        reader.Read();
        if (reader.Token == JsonToken.Text)
        {
            return ReadAtomType(ref reader);
        }
        ValueReader.Expect(ref reader, JsonToken.StartObject, "a base type");
        AtomType? type = null;
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            if (reader.ValueEquals("type"u8))
            {
                reader.Read();
                type = ReadAtomType(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        return type ?? throw new InvalidDataException("a base type without a type");
    }

    private static AtomType ReadAtomType(ref JsonReader reader)
    {
        ValueReader.Expect(ref reader, JsonToken.Text, "an atomic type");
        return reader.ValueEquals("string"u8) ? AtomType.String
            : reader.ValueEquals("integer"u8) ? AtomType.Integer
            : reader.ValueEquals("uuid"u8) ? AtomType.Uuid
            : reader.ValueEquals("boolean"u8) ? AtomType.Boolean
            : reader.ValueEquals("real"u8) ? AtomType.Real
            : throw new InvalidDataException("an atomic type that RFC 7047 does not know");
    }

    private static long ReadLimit(ref JsonReader reader)
    {
        reader.Read();
        return reader.Token == JsonToken.Number && reader.TryGetInt64(out var limit) ? limit : long.MaxValue;
    }

    private static string ReadString(ref JsonReader reader)
    {
        reader.Read();
        ValueReader.Expect(ref reader, JsonToken.Text, "a string");
        return reader.GetText();
    }
}
