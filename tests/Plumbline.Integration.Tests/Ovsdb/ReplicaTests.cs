using System.Net.Sockets;
using Plumbline.Ovsdb;
using Plumbline.Testing.Ovsdb;

namespace Plumbline.Integration.Tests.Ovsdb;

public sealed class ReplicaTests
{
    private static readonly OvsdbSessionOptions _options = new();

    private static readonly MonitoredTable[] _tables =
    [
        new("Open_vSwitch", ["bridges", "next_cfg", "external_ids", "colour"]),
        new("Bridge", ["name", "ports", "mirrors", "fail_mode", "stp_enable", "flood_vlans", "protocols", "external_ids"]),
        new("Port", ["name", "interfaces", "tag", "trunks", "vlan_mode", "external_ids", "other_config"]),
        new("Interface", ["name", "type", "options", "mtu_request", "external_ids"]),
        new("Mirror", ["name", "select_all", "select_src_port", "select_dst_port", "select_vlan", "output_port", "filter"]),
        new("QoS", ["type", "queues", "other_config"]), // queues: a map from integers to UUIDs
        new("Queue", ["dscp", "external_ids"]),
    ];

    [SkippableTheory]
    [InlineData("monitor_cond_since", 1)]
    [InlineData("monitor_cond_since", 2)]
    [InlineData("monitor_cond", 3)]
    [InlineData("monitor", 4)]
    public async Task A_replica_equals_a_fresh_dump_after_every_random_transaction(string method, int seed)
    {
        await using var server = await SessionTests.StartAsync();
        await using var relay = Relay(server, method);
        await using var writer = await SessionTests.ConnectAsync(server);
        await writer.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int"), default);
        await using var replica = await StartAsync(relay.Socket);
        Assert.Equal(method, replica.Method);
        var schema = await writer.GetSchemaAsync(OvsdbSession.OpenVSwitch, default);
        var random = new RandomRows(new Random(seed));
        for (var i = 0; i < 150; i++)
        {
            // one's own transaction is in the tables when its answer returns
            await replica.Session.TransactAsync(OvsdbSession.OpenVSwitch, random.Next(replica.Tables), default);
            Assert.Equal(await DumpAsync(writer, schema), Print(replica.Tables));
        }
        for (var i = 0; i < 30; i++)
        {
            // somebody else's comes soon
            await writer.TransactAsync(OvsdbSession.OpenVSwitch, random.Next(replica.Tables), default);
            var dump = await DumpAsync(writer, schema);
            await replica.WaitAsync(tables => Print(tables) == dump, default).WaitAsync(TimeSpan.FromSeconds(20));
        }
        Assert.True(replica.Tables["Port"].Count > 3, "the random transactions have made next to nothing");
    }

    [SkippableFact]
    public async Task A_replica_outlives_its_server()
    {
        await using var server = await SessionTests.StartAsync();
        await using var replica = await StartAsync(server.Socket);
        await replica.Session.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int", "p1"), default);
        Assert.Equal(2, replica.Tables["Port"].Count);
        server.Kill();
        var deadline = DateTime.UtcNow.AddSeconds(20);
        while (replica.IsConnected)
        {
            Assert.True(DateTime.UtcNow < deadline, "the replica did not notice");
            await Task.Delay(5);
        }
        Assert.Equal(2, replica.Tables["Port"].Count);
        await server.StartProcessAsync();
        await using var writer = await SessionTests.ConnectAsync(server);
        await writer.TransactAsync(
            OvsdbSession.OpenVSwitch,
            [new Operation.Update("Port", Condition.Equal("name", "p1"), new Dictionary<string, OvsdbValue> { ["tag"] = 77 })],
            default);
        var tables = await replica
            .WaitAsync(t => t["Port"].Values.Any(p => p.GetInteger("tag") == 77), default)
            .WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(2, tables["Port"].Count);
        await replica.Session.TransactAsync(OvsdbSession.OpenVSwitch, [new Operation.Comment("we are back")], default);
    }

    private static Task<OvsdbReplica> StartAsync(string socket) => OvsdbReplica.StartAsync(
        new OvsdbEndpoint.Unix(socket), _options, OvsdbSession.OpenVSwitch, _tables, default);

    /// <summary>Passes everything on to the real server, but the methods that are newer than <paramref name="method"/>.</summary>
    private static FakeOvsdbServer Relay(RealOvsdbServer server, string method) => new(async client =>
    {
        string[] methods = ["monitor_cond_since", "monitor_cond", "monitor"];
        var refused = methods.TakeWhile(m => m != method).ToArray();
        using var upstream = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await upstream.ConnectAsync(new UnixDomainSocketEndPoint(server.Socket));
        var back = Task.Run(async () =>
        {
            var buffer = new byte[65536];
            while (await upstream.ReceiveAsync(buffer) is > 0 and var count)
            {
                await client.SendAsync(buffer.AsMemory(0, count));
            }
        });
        try
        {
            while (true)
            {
                var message = await client.ReceiveAsync();
                if (refused.Contains((string?)message["method"]))
                {
                    await client.RefuseAsync(message);
                    continue;
                }
                await upstream.SendAsync(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()));
            }
        }
        finally
        {
            upstream.Shutdown(SocketShutdown.Both);
            await back;
        }
    });

    private static async Task<string> DumpAsync(OvsdbSession session, DatabaseSchema schema)
    {
        var selects = _tables
            .Select(t => new Operation.Select(t.Table, [], ["_uuid", .. t.Columns.Where(c => schema.Has(t.Table, c))]))
            .ToArray();
        var results = await session.TransactAsync(OvsdbSession.OpenVSwitch, selects, default);
        return Print(new ReplicaTables(_tables.Zip(results).ToDictionary(
            p => p.First.Table,
            IReadOnlyDictionary<Guid, Row> (p) => p.Second.Rows.ToDictionary(r => r.Uuid))));
    }

    /// <summary>Everything, in an order of its own, so that equal tables give equal text.</summary>
    private static string Print(ReplicaTables tables) => string.Join('\n',
        from table in tables.Rows
        from row in table.Value
        from column in row.Value.Columns
        let line = $"{table.Key} {row.Key} {column.Key} {Print(column.Value)}"
        orderby line
        select line);

    private static string Print(OvsdbValue value) => value switch
    {
        OvsdbValue.Set set => $"{{{string.Join(", ", set.Items)}}}",
        OvsdbValue.Map map => $"{{{string.Join(", ", map.Pairs)}}}",
        _ => value.ToString(),
    };
}
