using System.Text.Json.Nodes;
using Plumbline.Testing.Ovsdb;

namespace Plumbline.Ovsdb.Tests;

public sealed class OvsdbReplicaTests
{
    private const string One = "11111111-1111-1111-1111-111111111111";
    private const string Two = "22222222-2222-2222-2222-222222222222";
    private const string Ifc = "33333333-3333-3333-3333-333333333333";
    private const string Zero = "00000000-0000-0000-0000-000000000000";
    private static readonly MonitoredTable[] _tables =
    [
        new("Port", ["name", "tag", "trunks", "external_ids", "filter"]), // the schema has no filter
        new("Mirror", ["name"]), // nor a table Mirror
    ];

    private static readonly Guid _one = Guid.Parse(One);

    [Fact]
    public async Task Columns_and_tables_that_the_schema_lacks_are_left_out()
    {
        JsonObject? seen = null;
        await using var server = new FakeOvsdbServer(async connection =>
        {
            seen = await StartAsync(connection, $"[false,\"{Zero}\",{{}}]");
            await connection.WaitForCloseAsync();
        });
        await using var replica = await StartAsync(server);
        Assert.True(replica.IsConnected);
        Assert.Equal(
            "[\"Open_vSwitch\",\"plumbline\",{\"Port\":[{\"columns\":[\"name\",\"tag\",\"trunks\",\"external_ids\"]}]},\"" + Zero + "\"]",
            seen!["params"]!.ToJsonString());
        Assert.Empty(replica.Tables["Port"]);
        Assert.Empty(replica.Tables["Mirror"]);
    }

    [Fact]
    public async Task Differences_of_update3_are_applied_by_the_columns_type()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await StartAsync(connection, Fill("""
                [false,"ZERO",{"Port":{"ONE":{"initial":{"name":"a","trunks":["set",[1,2]],"external_ids":["map",[["k","v"],["x","y"]]]}}}}]
                """));
            await UpdateAsync(connection, Fill("""
                {"Port":{"ONE":{"modify":{"tag":7,"trunks":["set",[2,3]],"external_ids":["map",[["k","w"],["x","y"],["n","m"]]]}},
                         "TWO":{"insert":{"name":"b","tag":1}}}}
                """));
            await connection.AnswerAsync(await connection.ReceiveAsync("echo"), "[]");
            await UpdateAsync(connection, Fill("""
                {"Port":{"ONE":{"modify":{"tag":["set",[]],"trunks":3}},"TWO":{"delete":null}}}
                """));
            await connection.AnswerAsync(await connection.ReceiveAsync("echo"), "[]");
            await UpdateAsync(connection, Fill("""{"Port":{"ONE":{"modify":{"trunks":1,"external_ids":["map",[["k","w"],["n","m"]]]}}}}"""));
            await connection.WaitForCloseAsync();
        });
        await using var replica = await StartAsync(server);
        var row = replica.Tables["Port"].GetValueOrDefault(_one);
        if (row is { } first && replica.Tables["Port"].Count == 1)
        {
            Assert.Equal(_one, first.Uuid);
            Assert.Same(OvsdbValue.Empty, first.Columns["tag"]); // left out on the wire: its default
        }
        var tables = await replica.WaitAsync(t => t["Port"].Count == 2, default).Soon();
        row = tables["Port"][_one];
        Assert.Equal(7, row.GetInteger("tag"));
        Assert.Equal([1L, 3L], row.GetIntegers("trunks"));
        Assert.Equal("k=w n=m", string.Join(' ', row.GetStringMap("external_ids").Select(p => $"{p.Key}={p.Value}")));
        Assert.Equal("b", tables["Port"][Guid.Parse(Two)].GetString("name"));

        await replica.Session.EchoAsync(default);
        tables = await replica.WaitAsync(t => t["Port"].Count == 1, default).Soon();
        Assert.Null(tables["Port"][_one].GetInteger("tag"));
        Assert.Equal(new OvsdbValue.Integer(1), tables["Port"][_one].Columns["trunks"]); // a set of one is the bare atom

        await replica.Session.EchoAsync(default);
        tables = await replica.WaitAsync(t => t["Port"][_one].GetStringMap("external_ids").Count == 0, default).Soon();
        Assert.Same(OvsdbValue.Empty, tables["Port"][_one].Columns["trunks"]);
        Assert.Same(OvsdbValue.EmptyMap, tables["Port"][_one].Columns["external_ids"]);
    }

    [Fact]
    public async Task An_older_server_is_followed_by_monitor_cond_and_update2()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await connection.AnswerAsync(await connection.ReceiveAsync("get_schema"), Fakes.Schema);
            await connection.RefuseAsync(await connection.ReceiveAsync("monitor_cond_since"));
            var request = await connection.ReceiveAsync("monitor_cond");
            Assert.Equal(3, request["params"]!.AsArray().Count);
            await connection.AnswerAsync(request, Fill("""{"Port":{"ONE":{"initial":{"name":"a","tag":1}}}}"""));
            await connection.SendAsync(Fill("""
                {"id":null,"method":"update2","params":["plumbline",{"Port":{"ONE":{"modify":{"tag":2}}}}]}
                """));
            await connection.WaitForCloseAsync();
        });
        await using var replica = await StartAsync(server);
        Assert.Equal("monitor_cond", replica.Method);
        await replica.WaitAsync(t => t["Port"][_one].GetInteger("tag") == 2, default).Soon();
    }

    [Fact]
    public async Task The_oldest_server_is_followed_by_monitor_and_update()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await connection.AnswerAsync(await connection.ReceiveAsync("get_schema"), Fakes.Schema);
            await connection.RefuseAsync(await connection.ReceiveAsync("monitor_cond_since"));
            await connection.RefuseAsync(await connection.ReceiveAsync("monitor_cond"));
            await connection.AnswerAsync(
                await connection.ReceiveAsync("monitor"),
                Fill("""{"Port":{"ONE":{"new":{"name":"a","tag":1,"trunks":["set",[]],"external_ids":["map",[["k","v"]]]}}}}"""));
            await connection.SendAsync(Fill("""
                {"id":null,"method":"update","params":["plumbline",{"Port":{
                  "ONE":{"old":{"tag":1},"new":{"name":"a","tag":2,"trunks":["set",[]],"external_ids":["map",[["k","v"]]]}},
                  "TWO":{"new":{"name":"b","tag":["set",[]],"trunks":5,"external_ids":["map",[]]}}}}]}
                {"id":null,"method":"update","params":["plumbline",{"Port":{"TWO":{"old":{"name":"b"}}}}]}
                """));
            await connection.WaitForCloseAsync();
        });
        await using var replica = await StartAsync(server);
        Assert.Equal("monitor", replica.Method);
        var tables = await replica.WaitAsync(t => t["Port"].Count == 1 && t["Port"][_one].GetInteger("tag") == 2, default).Soon();
        Assert.Equal("v", tables["Port"][_one].GetStringMap("external_ids")["k"]);
    }

    [Fact]
    public async Task A_server_that_knows_the_last_transaction_sends_only_what_came_later()
    {
        string? asked = null;
        await using var server = new FakeOvsdbServer(async connection =>
        {
            if (connection.Number == 1)
            {
                await StartAsync(connection, Fill("""[false,"IFC",{"Port":{"ONE":{"initial":{"name":"a"}}}}]"""));
                await UpdateAsync(connection, Fill("""{"Port":{"ONE":{"modify":{"tag":1}}}}"""), Two);
                await connection.ReceiveAsync("echo");
                return;
            }
            var request = await StartAsync(connection, Fill("""[true,"IFC",{"Port":{"ONE":{"modify":{"trunks":9}}}}]"""));
            asked = (string?)request["params"]![3];
            await connection.WaitForCloseAsync();
        });
        await using var replica = await StartAsync(server);
        await replica.WaitAsync(t => t["Port"][_one].GetInteger("tag") == 1, default).Soon();
        await Assert.ThrowsAsync<OvsdbException>(() => replica.Session.EchoAsync(default).Soon());
        var tables = await replica.WaitAsync(t => t["Port"][_one].GetInteger("trunks") == 9, default).Soon();
        Assert.Equal(1, tables["Port"][_one].GetInteger("tag"));
        Assert.Equal("a", tables["Port"][_one].GetString("name"));
        await Until(() => asked is not null); // noted behind the answer
        Assert.Equal(Two, asked);
        Assert.Equal(OvsdbFailure.Closed, replica.Trouble!.Failure);
    }

    [Fact]
    public async Task A_server_that_does_not_know_it_sends_all_and_the_old_copy_is_dropped()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            var uuid = connection.Number == 1 ? One : Two;
            await StartAsync(connection, Fill("""[false,"ZERO",{"Port":{"ROW":{"initial":{"name":"a"}}}}]""").Replace("ROW", uuid, StringComparison.Ordinal));
            if (connection.Number == 1)
            {
                await connection.ReceiveAsync("echo");
                return;
            }
            await connection.WaitForCloseAsync();
        });
        await using var replica = await StartAsync(server);
        await Assert.ThrowsAsync<OvsdbException>(() => replica.Session.EchoAsync(default).Soon());
        var tables = await replica.WaitAsync(t => t["Port"].ContainsKey(Guid.Parse(Two)), default).Soon();
        Assert.Single(tables["Port"]);
    }

    [Theory]
    [InlineData("""{"Port":{"99999999-9999-9999-9999-999999999999":{"modify":{"tag":1}}}}""")]
    [InlineData("""{"Bridge":{"99999999-9999-9999-9999-999999999999":{"insert":{}}}}""")]
    [InlineData("""{"Port":{"11111111-1111-1111-1111-111111111111":{"modify":{"qos":1}}}}""")]
    [InlineData("""{"Port":{"11111111-1111-1111-1111-111111111111":{"modify":{"external_ids":1}}}}""")]
    [InlineData("""{"Port":{"11111111-1111-1111-1111-111111111111":{"modify":{"trunks":"x"}}}}""")]
    [InlineData("""{"Port":{"11111111-1111-1111-1111-111111111111":{}}}""")]
    [InlineData("""{"Port":{"x":{"delete":null}}}""")]
    [InlineData("[]")]
    [InlineData("7")]
    public async Task An_update_that_does_not_fit_makes_the_replica_start_over(string update)
    {
        string? asked = null;
        await using var server = new FakeOvsdbServer(async connection =>
        {
            var request = await StartAsync(
                connection, Fill("""[false,"TWO",{"Port":{"ONE":{"initial":{"name":"a","trunks":["set",[1,2]],"tag":NUMBER}}}}]""").Replace("NUMBER", $"{connection.Number}", StringComparison.Ordinal));
            if (connection.Number == 1)
            {
                await UpdateAsync(connection, update);
            }
            else
            {
                asked = (string?)request["params"]![3];
            }
            await connection.WaitForCloseAsync();
        });
        await using var replica = await StartAsync(server);
        await replica.WaitAsync(t => t["Port"][_one].GetInteger("tag") == 2, default).Soon();
        Assert.Equal(OvsdbFailure.Protocol, replica.Trouble!.Failure);
        await Until(() => asked is not null); // noted behind the answer
        Assert.Equal(Zero, asked);
    }

    [Fact]
    public async Task A_canceled_monitor_is_started_again()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await StartAsync(connection, $"[false,\"{Zero}\",{{}}]");
            if (connection.Number == 1)
            {
                await connection.SendAsync("""{"id":null,"method":"monitor_canceled","params":["plumbline"]}""");
            }
            await connection.WaitForCloseAsync();
        });
        await using var replica = await StartAsync(server);
        await Until(() => server.Connections == 2 && replica.IsConnected);
        Assert.Equal(
            $"ovsdb-server at unix:{server.Socket} has stopped to report changes: the database was removed or converted",
            replica.Trouble!.Problem.What);
    }

    [Fact]
    public async Task The_first_connection_fails_loudly_and_a_refusal_is_told()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await connection.AnswerAsync(await connection.ReceiveAsync("get_schema"), Fakes.Schema);
            await connection.AnswerAsync(await connection.ReceiveAsync("monitor_cond_since"), "null", "\"permission error\"");
            await connection.WaitForCloseAsync();
        });
        var failure = await Assert.ThrowsAsync<OvsdbException>(() => StartAsync(server));
        Assert.Equal("permission error", failure.Error);
        failure = await Assert.ThrowsAsync<OvsdbException>(() => OvsdbReplica.StartAsync(
            new OvsdbEndpoint.Unix("/nonexistent/db.sock"), Fakes.Options, "Open_vSwitch", _tables, default));
        Assert.Equal(OvsdbFailure.Absent, failure.Failure);
    }

    [Fact]
    public async Task While_reconnecting_the_session_is_refused_with_the_cause_and_the_copy_stays()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            if (connection.Number > 1)
            {
                return;
            }
            await StartAsync(connection, Fill("""[false,"ZERO",{"Port":{"ONE":{"initial":{"name":"a"}}}}]"""));
            await connection.ReceiveAsync("echo");
        });
        var replica = await StartAsync(server);
        await Assert.ThrowsAsync<OvsdbException>(() => replica.Session.EchoAsync(default).Soon());
        await Until(() => !replica.IsConnected);
        var failure = Assert.Throws<OvsdbException>(() => replica.Session);
        Assert.Equal(OvsdbFailure.Closed, failure.Failure);
        Assert.StartsWith(
            $"not connected to unix:{server.Socket} at the moment: ovsdb-server at unix:{server.Socket} closed the connection",
            failure.Problem.What,
            StringComparison.Ordinal);
        Assert.Single(replica.Tables["Port"]);
        await Until(() => server.Connections >= 3); // it goes on trying

        var waiting = replica.WaitAsync(t => t["Port"].Count == 7, default);
        await replica.DisposeAsync();
        Assert.Equal(OvsdbFailure.Closed, (await Assert.ThrowsAsync<OvsdbException>(() => waiting.Soon())).Failure);
    }

    private static async Task<JsonObject> StartAsync(FakeOvsdbConnection connection, string answer)
    {
        await connection.AnswerAsync(await connection.ReceiveAsync("get_schema"), Fakes.Schema);
        var request = await connection.ReceiveAsync("monitor_cond_since");
        await connection.AnswerAsync(request, answer);
        return request;
    }

    /// <summary>Puts UUIDs for their short names.</summary>
    private static string Fill(string json) => json
        .Replace("ONE", One, StringComparison.Ordinal)
        .Replace("TWO", Two, StringComparison.Ordinal)
        .Replace("IFC", Ifc, StringComparison.Ordinal)
        .Replace("ZERO", Zero, StringComparison.Ordinal);

    private static Task UpdateAsync(FakeOvsdbConnection connection, string updates, string transaction = Zero) =>
        connection.SendAsync($"{{\"id\":null,\"method\":\"update3\",\"params\":[\"plumbline\",\"{transaction}\",{updates}]}}");

    private static Task<OvsdbReplica> StartAsync(FakeOvsdbServer server) => OvsdbReplica.StartAsync(
        new OvsdbEndpoint.Unix(server.Socket), new() { Timeout = TimeSpan.FromSeconds(20) }, "Open_vSwitch", _tables, default).Soon();

    private static async Task Until(Func<bool> condition)
    {
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "the condition never came");
            await Task.Delay(5);
        }
    }
}
