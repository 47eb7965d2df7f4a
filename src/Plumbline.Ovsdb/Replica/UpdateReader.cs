using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb.Replica;

/// <summary>
/// table-updates (RFC 7047 §4.1.6) and table-updates2 (ovsdb-server(7)): both are {table: {uuid: {kind: row}}}, and their kinds have
/// different names.
/// </summary>
internal static class UpdateReader
{
    /// <summary>The reader stands on the outer object's brace.</summary>
    /// <exception cref="InvalidDataException">It is no such thing.</exception>
    public static List<RowChange> Read(ref JsonReader reader)
    {
        var changes = new List<RowChange>();
        var shelf = new RowShelf();
        ValueReader.Expect(ref reader, JsonToken.StartObject, "table updates");
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            var table = reader.GetText();
            reader.Read();
            ValueReader.Expect(ref reader, JsonToken.StartObject, "a table's updates");
            while (reader.Read() && reader.Token == JsonToken.Name)
            {
                if (!Guid.TryParse(reader.GetText(), out var uuid))
                {
                    throw new InvalidDataException("a row's name that is no UUID");
                }
                reader.Read();
                changes.Add(ReadRowUpdate(ref reader, shelf, table, uuid));
            }
        }
        return changes;
    }

    private static RowChange ReadRowUpdate(ref JsonReader reader, RowShelf shelf, string table, Guid uuid)
    {
        ValueReader.Expect(ref reader, JsonToken.StartObject, "a row's update");
        RowChange? change = null;
        while (reader.Read() && reader.Token == JsonToken.Name)
        {
            if (reader.ValueEquals("new"u8) || reader.ValueEquals("initial"u8) || reader.ValueEquals("insert"u8))
            {
                reader.Read();
                change = new(table, uuid, RowChangeKind.Put, ValueReader.ReadRow(ref reader, shelf));
            }
            else if (reader.ValueEquals("modify"u8))
            {
                reader.Read();
                change = new(table, uuid, RowChangeKind.Modify, ValueReader.ReadRow(ref reader, shelf));
            }
            else if (reader.ValueEquals("old"u8) || reader.ValueEquals("delete"u8))
            {
                reader.Skip();
                change ??= new(table, uuid, RowChangeKind.Delete, null); // "old" beside "new": the row was changed
            }
            else
            {
                reader.Skip();
            }
        }
        return change ?? throw new InvalidDataException("a row's update that says nothing");
    }
}
