using System.Diagnostics;
using System.Text.Json;

namespace Plumbline.Ovsdb.Wire;

/// <summary>RFC 7047 §5.1 values as ovsdb-server writes them itself: a set of one is the bare atom.</summary>
internal static class ValueWriter
{
    /// <summary>A row object.</summary>
    public static void WriteRow(Utf8JsonWriter writer, IReadOnlyDictionary<string, OvsdbValue> row)
    {
        writer.WriteStartObject();
        foreach (var (column, value) in row)
        {
            writer.WritePropertyName(column);
            WriteValue(writer, value);
        }
        writer.WriteEndObject();
    }

    /// <summary>An atom, a set or a map.</summary>
    public static void WriteValue(Utf8JsonWriter writer, OvsdbValue value)
    {
        switch (value)
        {
            case OvsdbValue.Atom atom:
                WriteAtom(writer, atom);
                break;
            case OvsdbValue.Set { Items: [var single] }:
                WriteAtom(writer, single);
                break;
            case OvsdbValue.Set set:
                WriteStart(writer, "set");
                foreach (var item in set.Items)
                {
                    WriteAtom(writer, item);
                }
                WriteEnd(writer);
                break;
            case OvsdbValue.Map map:
                WriteStart(writer, "map");
                foreach (var (key, item) in map.Pairs)
                {
                    writer.WriteStartArray();
                    WriteAtom(writer, key);
                    WriteAtom(writer, item);
                    writer.WriteEndArray();
                }
                WriteEnd(writer);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void WriteAtom(Utf8JsonWriter writer, OvsdbValue.Atom atom)
    {
        switch (atom)
        {
            case OvsdbValue.Text text:
                writer.WriteStringValue(text.Value);
                break;
            case OvsdbValue.Integer integer:
                writer.WriteNumberValue(integer.Value);
                break;
            case OvsdbValue.Real real:
                writer.WriteNumberValue(real.Value);
                break;
            case OvsdbValue.Boolean boolean:
                writer.WriteBooleanValue(boolean.Value);
                break;
            case OvsdbValue.Uuid uuid:
                writer.WriteStartArray();
                writer.WriteStringValue("uuid"u8);
                writer.WriteStringValue(uuid.Value);
                writer.WriteEndArray();
                break;
            case OvsdbValue.NamedUuid named:
                writer.WriteStartArray();
                writer.WriteStringValue("named-uuid"u8);
                writer.WriteStringValue(named.Name);
                writer.WriteEndArray();
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void WriteStart(Utf8JsonWriter writer, string tag)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(tag);
        writer.WriteStartArray();
    }

    private static void WriteEnd(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndArray();
    }
}
