using Plumbline.Ovsdb.Rpc;

namespace Plumbline.Ovsdb.Wire;

/// <summary>
/// The answer to transact (RFC 7047 §4.1.3): a result for each operation; or results, an error at the failing operation and nulls
/// for those not reached; or all results and one error more, where the operations were fine and the commit was not.
/// </summary>
internal static class TransactReader
{
    private static readonly OperationResult _nothing = new();

    /// <exception cref="OvsdbException">The transaction failed.</exception>
    /// <exception cref="InvalidDataException">It is no such answer.</exception>
    public static IReadOnlyList<OperationResult> Parse(
        ReadOnlySpan<byte> json, IReadOnlyList<Operation> operations, RpcPeer peer)
    {
        if (json.IsEmpty)
        {
            throw new InvalidDataException("null stands where the results belong");
        }
        var results = new List<OperationResult>(operations.Count);
        var shelf = new RowShelf();
        var reader = new JsonReader(json);
        reader.Read();
        ValueReader.Expect(ref reader, JsonToken.StartArray, "the results");
        while (reader.Read() && reader.Token != JsonToken.EndArray)
        {
            if (reader.Token == JsonToken.Null)
            {
                throw new InvalidDataException("an operation was not reached although none before it failed");
            }
            ValueReader.Expect(ref reader, JsonToken.StartObject, "an operation's result");
            var result = ReadResult(ref reader, shelf, out var error, out var details);
            if (error is not null)
            {
                throw results.Count < operations.Count
                    ? Problems.OperationFailed(peer, new(error, details), results.Count, operations.Count, Describe(operations[results.Count]))
                    : Problems.CommitFailed(peer, new(error, details));
            }
            results.Add(result);
        }
        return results.Count == operations.Count
            ? results
            : throw new InvalidDataException($"{results.Count} results for {operations.Count} operations");
    }

    /// <summary>A result; or the words of a failure (RFC 7047 §4.1.3), and then nothing else in it counts.</summary>
    private static OperationResult ReadResult(ref JsonReader reader, RowShelf shelf, out string? error, out string? details)
    {
        error = null;
        details = null;
        Guid? uuid = null;
        int? count = null;
        List<Row>? rows = null;
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            if (reader.ValueEquals("uuid"u8))
            {
                reader.Read();
                uuid = ValueReader.ReadUuid(ref reader);
            }
            else if (reader.ValueEquals("count"u8))
            {
                reader.Read();
                ValueReader.Expect(ref reader, JsonToken.Number, "a count");
                count = reader.TryGetInt64(out var number) && number is >= 0 and <= int.MaxValue ? (int)number : throw new InvalidDataException("a count that is none");
            }
            else if (reader.ValueEquals("rows"u8))
            {
                reader.Read();
                ValueReader.Expect(ref reader, JsonToken.StartArray, "rows");
                rows = [];
                while (reader.Read() && reader.Token != JsonToken.EndArray)
                {
                    rows.Add(ValueReader.ReadRow(ref reader, shelf));
                }
            }
            else if (reader.ValueEquals("error"u8))
            {
                error = ReadWords(ref reader);
            }
            else if (reader.ValueEquals("details"u8))
            {
                details = ReadWords(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        return uuid is null && count is null && rows is null
            ? _nothing
            : new() { Uuid = uuid, Count = count, Rows = (IReadOnlyList<Row>?)rows ?? [] };
    }

    private static string? ReadWords(ref JsonReader reader)
    {
        reader.Skip();
        return reader.Token == JsonToken.Text ? reader.GetText() : null;
    }

    private static string Describe(Operation operation) => operation switch
    {
        Operation.Insert insert => $"insert into {insert.Table}",
        Operation.Select select => $"select from {select.Table}",
        Operation.Update update => $"update of {update.Table}",
        Operation.Mutate mutate => $"mutate of {mutate.Table}",
        Operation.Delete delete => $"delete from {delete.Table}",
        Operation.Wait wait => $"wait for {wait.Table}",
        Operation.Comment => "comment",
        Operation.Abort => "abort",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
