using System.Text.Json;

namespace Plumbline.Ovsdb.Wire;

/// <summary>A <c>database-schema</c> (RFC 7047 §3.2), the parts that matter here.</summary>
internal static class SchemaReader
{
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static DatabaseSchema Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        ValueReader.Expect(ref reader, JsonTokenType.StartObject, "a schema");
        var name = "";
        var version = "";
        var tables = new Dictionary<string, TableSchema>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                name = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("version"u8))
            {
                version = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("tables"u8))
            {
                reader.Read();
                ValueReader.Expect(ref reader, JsonTokenType.StartObject, "the tables");
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var table = WireText.Read(ref reader);
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

    private static TableSchema ReadTable(ref Utf8JsonReader reader)
    {
        reader.Read();
        ValueReader.Expect(ref reader, JsonTokenType.StartObject, "a table");
        var columns = new Dictionary<string, ColumnType>();
        var isRoot = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("columns"u8))
            {
                reader.Read();
                ValueReader.Expect(ref reader, JsonTokenType.StartObject, "the columns");
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var column = WireText.Read(ref reader);
                    columns[column] = ReadColumn(ref reader);
                }
            }
            else if (reader.ValueTextEquals("isRoot"u8))
            {
                reader.Read();
                isRoot = reader.TokenType == JsonTokenType.True;
            }
            else
            {
                reader.Skip();
            }
        }
        return new(columns, isRoot);
    }

    private static ColumnType ReadColumn(ref Utf8JsonReader reader)
    {
        reader.Read();
        ValueReader.Expect(ref reader, JsonTokenType.StartObject, "a column");
        ColumnType? type = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
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
    private static ColumnType ReadType(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return new(ReadAtomType(ref reader), null, 1, 1);
        }
        ValueReader.Expect(ref reader, JsonTokenType.StartObject, "a type");
        AtomType? key = null;
        AtomType? value = null;
        long min = 1;
        long max = 1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("key"u8))
            {
                key = ReadBaseType(ref reader);
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                value = ReadBaseType(ref reader);
            }
            else if (reader.ValueTextEquals("min"u8))
            {
                min = ReadLimit(ref reader);
            }
            else if (reader.ValueTextEquals("max"u8))
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

    private static AtomType ReadBaseType(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return ReadAtomType(ref reader);
        }
        ValueReader.Expect(ref reader, JsonTokenType.StartObject, "a base type");
        AtomType? type = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
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

    private static AtomType ReadAtomType(ref Utf8JsonReader reader)
    {
        ValueReader.Expect(ref reader, JsonTokenType.String, "an atomic type");
        return reader.ValueTextEquals("string"u8) ? AtomType.String
            : reader.ValueTextEquals("integer"u8) ? AtomType.Integer
            : reader.ValueTextEquals("uuid"u8) ? AtomType.Uuid
            : reader.ValueTextEquals("boolean"u8) ? AtomType.Boolean
            : reader.ValueTextEquals("real"u8) ? AtomType.Real
            : throw new InvalidDataException("an atomic type that RFC 7047 does not know");
    }

    private static long ReadLimit(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var limit) ? limit : long.MaxValue;
    }

    private static string ReadString(ref Utf8JsonReader reader)
    {
        reader.Read();
        ValueReader.Expect(ref reader, JsonTokenType.String, "a string");
        return WireText.Read(ref reader);
    }
}
