using System.Diagnostics;
using System.Text.Json;

namespace Plumbline.Ovsdb.Wire;

/// <summary>Operations as RFC 7047 §5.2 spells them.</summary>
internal static class OperationWriter
{
    public static void Write(Utf8JsonWriter writer, Operation operation)
    {
        writer.WriteStartObject();
        switch (operation)
        {
            case Operation.Insert insert:
                WriteHead(writer, "insert", insert.Table);
                writer.WritePropertyName("row"u8);
                ValueWriter.WriteRow(writer, insert.Row);
                if (insert.UuidName is not null)
                {
                    writer.WriteString("uuid-name"u8, insert.UuidName);
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
                writer.WritePropertyName("row"u8);
                ValueWriter.WriteRow(writer, update.Row);
                break;
            case Operation.Mutate mutate:
                WriteHead(writer, "mutate", mutate.Table);
                WriteWhere(writer, mutate.Where);
                writer.WriteStartArray("mutations"u8);
                foreach (var mutation in mutate.Mutations)
                {
                    WriteTriple(writer, mutation.Column, mutation.Mutator, mutation.Value);
                }
                writer.WriteEndArray();
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
                writer.WriteString("op"u8, "comment"u8);
                writer.WriteString("comment"u8, comment.Text);
                break;
            case Operation.Abort:
                writer.WriteString("op"u8, "abort"u8);
                break;
            default:
                throw new UnreachableException();
        }
        writer.WriteEndObject();
    }

    private static void WriteWait(Utf8JsonWriter writer, Operation.Wait wait)
    {
        WriteWhere(writer, wait.Where);
        writer.WriteNumber("timeout"u8, (long)wait.Timeout.TotalMilliseconds);
        WriteColumns(writer, wait.Columns);
        writer.WriteString("until"u8, wait.UntilEqual ? "=="u8 : "!="u8);
        writer.WriteStartArray("rows"u8);
        foreach (var row in wait.Rows)
        {
            ValueWriter.WriteRow(writer, row);
        }
        writer.WriteEndArray();
    }

    private static void WriteHead(Utf8JsonWriter writer, string name, string table)
    {
        writer.WriteString("op"u8, name);
        writer.WriteString("table"u8, table);
    }

    private static void WriteWhere(Utf8JsonWriter writer, IReadOnlyList<Condition> where)
    {
        writer.WriteStartArray("where"u8);
        foreach (var condition in where)
        {
            WriteTriple(writer, condition.Column, condition.Function, condition.Value);
        }
        writer.WriteEndArray();
    }

    private static void WriteTriple(Utf8JsonWriter writer, string column, string verb, OvsdbValue value)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(column);
        writer.WriteStringValue(verb);
        ValueWriter.WriteValue(writer, value);
        writer.WriteEndArray();
    }

    private static void WriteColumns(Utf8JsonWriter writer, IReadOnlyList<string> columns)
    {
        writer.WriteStartArray("columns"u8);
        foreach (var column in columns)
        {
            writer.WriteStringValue(column);
        }
        writer.WriteEndArray();
    }
}
