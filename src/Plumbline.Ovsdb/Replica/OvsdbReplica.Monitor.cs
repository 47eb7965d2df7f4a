using Plumbline.Ovsdb.Replica;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb;

public sealed partial class OvsdbReplica
{
    private const string MonitorId = "plumbline";
    private static readonly string[] _methods = ["monitor_cond_since", "monitor_cond", "monitor"];

    // of the kept copy; written on a session's receiving task only, and there is one session at a time
    private IReadOnlyDictionary<string, FollowedTable>? _followed;
    private Guid _lastTransaction;

    /// <summary>Connects, and returns once the copy is whole.</summary>
    private async Task<OvsdbSession> OpenAsync(CancellationToken cancellationToken)
    {
        OvsdbSession? session = null; // assigned long before the answer to the monitor request, and updates come behind that
        session = await OvsdbSession.ConnectAsync(
            _endpoint, _options, (method, parameters) => HandleNotification(session, method, parameters), cancellationToken);
        try
        {
            var schema = await session.GetSchemaAsync(_database, cancellationToken);
            await StartMonitorAsync(session, FollowedTable.Choose(_wanted, schema), cancellationToken);
            return session;
        }
        catch
        {
            _session = null;
            await session.DisposeAsync();
            throw;
        }
    }

    private async Task StartMonitorAsync(
        OvsdbSession session, IReadOnlyDictionary<string, FollowedTable> followed, CancellationToken cancellationToken)
    {
        var last = FollowedTable.Same(_followed, followed) ? _lastTransaction : Guid.Empty;
        foreach (var method in _methods)
        {
            try
            {
                await session.CallAsync(
                    method,
                    writer => WriteMonitor(writer, method, followed, last),
                    result => HandleInitial(session, method, result, followed),
                    cancellationToken);
                return;
            }
            catch (OvsdbException unknown) when (unknown.Error == "unknown method" && method != _methods[^1])
            {
                continue; // an older server: the next method is an older one
            }
        }
    }

    private void WriteMonitor(
        JsonText writer, string method, IReadOnlyDictionary<string, FollowedTable> followed, Guid last)
    {
        writer.Text(_database);
        writer.Text(MonitorId);
        writer.StartObject();
        foreach (var (name, table) in followed)
        {
            writer.Name(name);
            writer.StartArray();
            writer.StartObject();
            writer.Name("columns");
            writer.StartArray();
            foreach (var column in table.Columns.Keys)
            {
                writer.Text(column);
            }
            writer.EndArray();
            writer.EndObject();
            writer.EndArray();
        }
        writer.EndObject();
        if (method == _methods[0])
        {
            writer.Uuid(last);
        }
    }

    /// <summary>On the receiving task, so before any update that follows the answer.</summary>
    private bool HandleInitial(
        OvsdbSession session, string method, ReadOnlySpan<byte> result, IReadOnlyDictionary<string, FollowedTable> followed)
    {
        if (result.IsEmpty)
        {
            throw new InvalidDataException("null stands where the rows belong");
        }
        var reader = new JsonReader(result);
        reader.Read();
        var kept = _nothing;
        var last = Guid.Empty;
        if (method == _methods[0])
        {
            // [found, last-txn-id, table-updates2]; found: what follows are changes to the kept copy
            ValueReader.Expect(ref reader, JsonToken.StartArray, "found, id and rows");
            reader.Read();
            if (reader.Token == JsonToken.True)
            {
                kept = _tables;
            }
            else
            {
                ValueReader.Expect(ref reader, JsonToken.False, "found");
            }
            last = ReadTransactionId(ref reader);
            reader.Read();
        }
        var tables = ReplicaUpdate.Apply(kept, UpdateReader.Read(ref reader), followed);
        _followed = followed;
        _lastTransaction = last;
        _method = method;
        _session = session; // before the tables, so that who was woken by them can transact
        Publish(tables);
        return true;
    }

    /// <summary>update and update2 [id, updates], update3 [id, transaction, updates], monitor_canceled [id]. On the receiving task.</summary>
    private void HandleNotification(OvsdbSession? session, string method, ReadOnlySpan<byte> parameters)
    {
        if (method is not ("update" or "update2" or "update3" or "monitor_canceled"))
        {
            return; // nothing that was asked for
        }
        if (parameters.IsEmpty || session is null || _followed is not { } followed)
        {
            throw new InvalidDataException("an update without params, or before the first copy");
        }
        var reader = new JsonReader(parameters);
        reader.Read();
        ValueReader.Expect(ref reader, JsonToken.StartArray, "an update's params");
        reader.Read();
        if (reader.Token != JsonToken.Text || reader.GetText() != MonitorId)
        {
            throw new InvalidDataException("an update for a monitor that we never made");
        }
        if (method == "monitor_canceled")
        {
            session.End(Problems.MonitorCanceled(_peer));
            return;
        }
        var last = method == "update3" ? ReadTransactionId(ref reader) : Guid.Empty;
        reader.Read();
        try
        {
            Publish(ReplicaUpdate.Apply(_tables, UpdateReader.Read(ref reader), followed));
            _lastTransaction = last;
        }
        catch (InvalidDataException)
        {
            _followed = null; // the copy does not fit the server's any more: the next session starts from nothing
            throw;
        }
    }

    private static Guid ReadTransactionId(ref JsonReader reader)
    {
        reader.Read();
        ValueReader.Expect(ref reader, JsonToken.Text, "a transaction's id");
        return reader.TryGetUuid(out var id) ? id : throw new InvalidDataException("a transaction's id that is no UUID");
    }
}
