using System.Diagnostics;

namespace Plumbline.Ovsdb.Wire;

/// <summary>RFC 7047 §5.1 values as ovsdb-server writes them itself: a set of one is the bare atom.</summary>
internal static class ValueWriter
{
    /// <summary>A row object.</summary>
    public static void WriteRow(JsonText writer, IReadOnlyDictionary<string, OvsdbValue> row)
    {
        writer.StartObject();
        foreach (var (column, value) in row)
        {
            writer.Name(column);
            WriteValue(writer, value);
        }
        writer.EndObject();
    }

    /// <summary>An atom, a set or a map.</summary>
    public static void WriteValue(JsonText writer, OvsdbValue value)
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
                    writer.StartArray();
                    WriteAtom(writer, key);
                    WriteAtom(writer, item);
                    writer.EndArray();
                }
                WriteEnd(writer);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void WriteAtom(JsonText writer, OvsdbValue.Atom atom)
    {
        switch (atom)
        {
            case OvsdbValue.Text text:
                writer.Text(text.Value);
                break;
            case OvsdbValue.Integer integer:
                writer.Number(integer.Value);
                break;
            case OvsdbValue.Real real:
                writer.Number(real.Value);
                break;
            case OvsdbValue.Boolean boolean:
                writer.Boolean(boolean.Value);
                break;
            case OvsdbValue.Uuid uuid:
                writer.StartArray();
                writer.Text("uuid");
                writer.Uuid(uuid.Value);
                writer.EndArray();
                break;
            case OvsdbValue.NamedUuid named:
                writer.StartArray();
                writer.Text("named-uuid");
                writer.Text(named.Name);
                writer.EndArray();
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void WriteStart(JsonText writer, string tag)
    {
        writer.StartArray();
        writer.Text(tag);
        writer.StartArray();
    }

    private static void WriteEnd(JsonText writer)
    {
        writer.EndArray();
        writer.EndArray();
    }
}
