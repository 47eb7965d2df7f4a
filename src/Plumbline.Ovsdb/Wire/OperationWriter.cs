using System.Diagnostics;

namespace Plumbline.Ovsdb.Wire;

/// <summary>Operations as RFC 7047 §5.2 spells them.</summary>
internal static class OperationWriter
{
    public static void Write(JsonText writer, Operation operation)
    {
        writer.StartObject();
        switch (operation)
        {
            case Operation.Insert insert:
                WriteHead(writer, "insert", insert.Table);
                writer.Name("row");
                ValueWriter.WriteRow(writer, insert.Row);
                if (insert.UuidName is not null)
                {
                    WriteMember(writer, "uuid-name", insert.UuidName);
                }
                break;
            case Operation.Select select:
                WriteHead(writer, "select", select.Table);
                WriteWhere(writer, select.Where);
                if (select.Columns is not null)
                {
                    WriteColumns(writer, select.Columns);
                }
                break;
            case Operation.Update update:
                WriteHead(writer, "update", update.Table);
                WriteWhere(writer, update.Where);
                writer.Name("row");
                ValueWriter.WriteRow(writer, update.Row);
                break;
            case Operation.Mutate mutate:
                WriteHead(writer, "mutate", mutate.Table);
                WriteWhere(writer, mutate.Where);
                writer.Name("mutations");
                writer.StartArray();
                foreach (var mutation in mutate.Mutations)
                {
                    WriteTriple(writer, mutation.Column, mutation.Mutator, mutation.Value);
                }
                writer.EndArray();
                break;
            case Operation.Delete delete:
                WriteHead(writer, "delete", delete.Table);
                WriteWhere(writer, delete.Where);
                break;
            case Operation.Wait wait:
                WriteHead(writer, "wait", wait.Table);
                WriteWait(writer, wait);
                break;
            case Operation.Comment comment:
                WriteMember(writer, "op", "comment");
                WriteMember(writer, "comment", comment.Text);
                break;
            case Operation.Abort:
                WriteMember(writer, "op", "abort");
                break;
            default:
                throw new UnreachableException();
        }
        writer.EndObject();
    }

    private static void WriteWait(JsonText writer, Operation.Wait wait)
    {
        WriteWhere(writer, wait.Where);
        writer.Name("timeout");
        writer.Number((long)wait.Timeout.TotalMilliseconds);
        WriteColumns(writer, wait.Columns);
        WriteMember(writer, "until", wait.UntilEqual ? "==" : "!=");
        writer.Name("rows");
        writer.StartArray();
        foreach (var row in wait.Rows)
        {
            ValueWriter.WriteRow(writer, row);
        }
        writer.EndArray();
    }

    private static void WriteHead(JsonText writer, string name, string table)
    {
        WriteMember(writer, "op", name);
        WriteMember(writer, "table", table);
    }

    private static void WriteWhere(JsonText writer, IReadOnlyList<Condition> where)
    {
        writer.Name("where");
        writer.StartArray();
        foreach (var condition in where)
        {
            WriteTriple(writer, condition.Column, condition.Function, condition.Value);
        }
        writer.EndArray();
    }

    private static void WriteTriple(JsonText writer, string column, string verb, OvsdbValue value)
    {
        writer.StartArray();
        writer.Text(column);
        writer.Text(verb);
        ValueWriter.WriteValue(writer, value);
        writer.EndArray();
    }

    private static void WriteColumns(JsonText writer, IReadOnlyList<string> columns)
    {
        writer.Name("columns");
        writer.StartArray();
        foreach (var column in columns)
        {
            writer.Text(column);
        }
        writer.EndArray();
    }

    private static void WriteMember(JsonText writer, string name, string value)
    {
        writer.Name(name);
        writer.Text(value);
    }
}
