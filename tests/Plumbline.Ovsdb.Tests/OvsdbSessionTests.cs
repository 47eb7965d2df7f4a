using System.Text;
using System.Text.Json.Nodes;
using Plumbline.Testing.Ovsdb;

namespace Plumbline.Ovsdb.Tests;

public sealed class OvsdbSessionTests
{
    private static readonly Operation[] _oneSelect = [new Operation.Select("Port", [], ["name"])];

    [Fact]
    public async Task Operations_go_out_as_RFC_7047_spells_them()
    {
        JsonObject? seen = null;
        await using var server = new FakeOvsdbServer(async connection =>
        {
            seen = await connection.ReceiveAsync("transact");
            await connection.AnswerAsync(seen, """
                [{"uuid":["uuid","550e8400-e29b-41d4-a716-446655440000"]},{"rows":[]},{"count":1},{"count":2},{"count":0},{},{}]
                """);
            await connection.WaitForCloseAsync();
        });
        await using var session = await Fakes.ConnectAsync(server);
        var results = await session.TransactAsync(
            "Open_vSwitch",
            [
                new Operation.Insert("Port", new Dictionary<string, OvsdbValue> { ["name"] = "p" }, "u"),
                new Operation.Select("Port", [new("tag", "<", 5), new("trunks", "includes", new OvsdbValue.Set([new OvsdbValue.Integer(1)]))]),
                new Operation.Update("Port", Condition.Uuid(Guid.Empty), new Dictionary<string, OvsdbValue> { ["tag"] = OvsdbValue.Empty }),
                new Operation.Mutate("Port", [], [new("trunks", "insert", new OvsdbValue.Set([new OvsdbValue.Integer(1), new OvsdbValue.Integer(2)]))]),
                new Operation.Delete("Port", Condition.Equal("name", "x")),
                new Operation.Wait("Port", [], ["name"], [new Dictionary<string, OvsdbValue> { ["name"] = "a" }], false, TimeSpan.FromSeconds(2)),
                new Operation.Comment("why"),
            ],
            default).Soon();
        var expected = JsonNode.Parse("""
            {"id":0,"method":"transact","params":["Open_vSwitch",
              {"op":"insert","table":"Port","row":{"name":"p"},"uuid-name":"u"},
              {"op":"select","table":"Port","where":[["tag","<",5],["trunks","includes",1]]},
              {"op":"update","table":"Port","where":[["_uuid","==",["uuid","00000000-0000-0000-0000-000000000000"]]],"row":{"tag":["set",[]]}},
              {"op":"mutate","table":"Port","where":[],"mutations":[["trunks","insert",["set",[1,2]]]]},
              {"op":"delete","table":"Port","where":[["name","==","x"]]},
              {"op":"wait","table":"Port","where":[],"timeout":2000,"columns":["name"],"until":"!=","rows":[{"name":"a"}]},
              {"op":"comment","comment":"why"}]}
            """);
        Assert.True(JsonNode.DeepEquals(expected, seen), seen!.ToJsonString());
        Assert.Equal(Guid.Parse("550e8400-e29b-41d4-a716-446655440000"), results[0].Uuid);
        Assert.Equal([1, 2, 0], results.Skip(2).Take(3).Select(r => r.Count!.Value));
    }

    [Fact]
    public async Task Answers_may_come_in_other_order_in_one_piece_and_split_at_every_byte()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            var first = await connection.ReceiveAsync("transact");
            var second = await connection.ReceiveAsync("transact");
            var third = await connection.ReceiveAsync("transact");
            var text = $$"""
                {"error":null,"id":{{third["id"]}},"result":[{"rows":[{"name":"c}"}]}]}
                {"id":{{second["id"]}},"result":[{"rows":[{"name":"ü"}]}]}{"result":[{"rows":[]}],"id":{{first["id"]}}}
                """;
            foreach (var single in Encoding.UTF8.GetBytes(text))
            {
                await connection.SendAsync(new[] { single });
            }
            await connection.WaitForCloseAsync();
        });
        await using var session = await Fakes.ConnectAsync(server);
        var calls = Enumerable.Range(0, 3).Select(_ => session.TransactAsync("Open_vSwitch", _oneSelect, default)).ToArray();
        Assert.Empty((await calls[0].Soon())[0].Rows);
        Assert.Equal("ü", (await calls[1].Soon())[0].Rows[0].GetString("name"));
        Assert.Equal("c}", (await calls[2].Soon())[0].Rows[0].GetString("name"));
    }

    [Fact]
    public async Task A_message_of_many_megabytes_is_read()
    {
        var name = new string('x', 1000);
        await using var server = new FakeOvsdbServer(async connection =>
        {
            var request = await connection.ReceiveAsync("transact");
            var rows = string.Join(',', Enumerable.Repeat($"{{\"name\":\"{name}\"}}", 20_000));
            await connection.AnswerAsync(request, $"[{{\"rows\":[{rows}]}}]");
            await connection.WaitForCloseAsync();
        });
        await using var session = await Fakes.ConnectAsync(server);
        var results = await session.TransactAsync("Open_vSwitch", _oneSelect, default).Soon();
        Assert.Equal(20_000, results[0].Rows.Count);
        Assert.Equal(name, results[0].Rows[^1].GetString("name"));
    }

    [Theory]
    [InlineData("{\"id\":0,\"result\":[}", "bad JSON at byte 18: no value where one belongs")]
    [InlineData("{\"id\":0,\"result\":[{\"rows\":[]}}", "bad JSON at byte 29: no , where one belongs")]
    [InlineData("[1,2]", "a message does not start with a brace")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "a message does not start with a brace")]
    [InlineData("{\"id\":7,\"result\":[]}", "an answer bears an id that we never gave")]
    [InlineData("{\"id\":\"x\",\"result\":[]}", "an answer bears an id that we never gave")]
    [InlineData("{\"result\":[]}", "an answer bears an id that we never gave")]
    public async Task Whatever_is_not_the_protocol_ends_the_connection(string nonsense, string words)
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await connection.ReceiveAsync();
            await connection.SendAsync(nonsense);
            await connection.WaitForCloseAsync();
        });
        await using var session = await Fakes.ConnectAsync(server);
        var failure = await Assert.ThrowsAsync<OvsdbException>(() => session.TransactAsync("Open_vSwitch", _oneSelect, default).Soon());
        Assert.Equal(OvsdbFailure.Protocol, failure.Failure);
        Assert.StartsWith($"unix:{server.Socket} does not speak OVSDB: ", failure.Problem.What, StringComparison.Ordinal);
        Assert.Contains(words, failure.Problem.What, StringComparison.Ordinal);
        Assert.Equal("see that ovsdb-server listens there, and not something else", failure.Problem.Fix);
        Assert.Same(failure, await session.Completion.Soon());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[{},{}]")]
    [InlineData("[null]")]
    [InlineData("[7]")]
    [InlineData("[{\"rows\":7}]")]
    [InlineData("[{\"rows\":[7]}]")]
    [InlineData("[{\"rows\":[{\"name\":null}]}]")]
    [InlineData("[{\"count\":\"1\"}]")]
    [InlineData("[{\"count\":99999999999}]")]
    [InlineData("[{\"uuid\":\"x\"}]")]
    public async Task An_answer_that_makes_no_sense_fails_its_request_and_no_other(string result)
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await connection.AnswerAsync(await connection.ReceiveAsync(), result);
            await connection.AnswerAsync(await connection.ReceiveAsync(), "[{\"rows\":[]}]");
            await connection.WaitForCloseAsync();
        });
        await using var session = await Fakes.ConnectAsync(server);
        var failure = await Assert.ThrowsAsync<OvsdbException>(() => session.TransactAsync("Open_vSwitch", _oneSelect, default).Soon());
        Assert.Equal(OvsdbFailure.Protocol, failure.Failure);
        Assert.StartsWith(
            $"ovsdb-server at unix:{server.Socket} gave an answer to transact that makes no sense: ",
            failure.Problem.What,
            StringComparison.Ordinal);
        Assert.Empty((await session.TransactAsync("Open_vSwitch", _oneSelect, default).Soon())[0].Rows);
    }

    [Theory]
    [InlineData("\"canceled\"", "canceled", null, "ovsdb-server refused transact: canceled")]
    [InlineData("{\"error\":\"syntax error\",\"details\":\"no\\nsuch op\",\"syntax\":\"{}\"}", "syntax error", "no\nsuch op",
        "ovsdb-server refused transact: syntax error: no; such op")]
    [InlineData("{\"code\":7}", "{\"code\":7}", null, "ovsdb-server refused transact: {\"code\":7}")]
    public async Task An_error_may_be_a_string_or_an_object(string json, string error, string? details, string what)
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            var request = await connection.ReceiveAsync();
            await connection.SendAsync($"{{\"id\":{request["id"]},\"error\":{json}}}");
            await connection.WaitForCloseAsync();
        });
        await using var session = await Fakes.ConnectAsync(server);
        var failure = await Assert.ThrowsAsync<OvsdbException>(() => session.TransactAsync("Open_vSwitch", _oneSelect, default).Soon());
        Assert.Equal((OvsdbFailure.Database, error, details), (failure.Failure, failure.Error, failure.Details));
        Assert.Equal(new(what, $"unix:{server.Socket}"), failure.Problem);
    }

    [Fact]
    public async Task The_failing_operation_or_the_commit_is_named()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await connection.AnswerAsync(await connection.ReceiveAsync(), """[{},{"error":"timed out","details":"\"wait\" timed out"},null]""");
            await connection.AnswerAsync(await connection.ReceiveAsync(), """[{},{},{},{"error":"constraint violation","details":"two rows"}]""");
            await connection.WaitForCloseAsync();
        });
        await using var session = await Fakes.ConnectAsync(server);
        Operation[] operations = [new Operation.Comment("a"), new Operation.Wait("Port", [], [], []), new Operation.Comment("b")];
        var inside = await Assert.ThrowsAsync<OvsdbException>(() => session.TransactAsync("Open_vSwitch", operations, default).Soon());
        Assert.Equal(
            new(
                "ovsdb-server refused the transaction: timed out: \"wait\" timed out",
                $"operation 2 of 3, wait for Port, at unix:{server.Socket}",
                "somebody else changed these rows meanwhile: read them again and retry"),
            inside.Problem);
        Assert.Equal(1, inside.OperationIndex);
        var commit = await Assert.ThrowsAsync<OvsdbException>(() => session.TransactAsync("Open_vSwitch", operations, default).Soon());
        Assert.Equal(
            new(
                "ovsdb-server refused the transaction: constraint violation: two rows",
                $"at its end, at unix:{server.Socket}",
                "see whether the name or index value is taken, or a value is out of range"),
            commit.Problem);
        Assert.Null(commit.OperationIndex);
    }

    [Fact]
    public async Task Echo_is_answered_and_other_requests_are_refused()
    {
        var answers = new TaskCompletionSource<(JsonObject Echo, JsonObject Other)>();
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await connection.SendAsync("""{"method":"echo","params":["a",{"b":1}],"id":"echo"}{"id":[1],"method":"format","params":[]}""");
            answers.SetResult((await connection.ReceiveAsync(), await connection.ReceiveAsync()));
            await connection.WaitForCloseAsync();
        });
        await using var session = await Fakes.ConnectAsync(server);
        var (echo, other) = await answers.Task.Soon();
        Assert.Equal("""{"id":"echo","result":["a",{"b":1}],"error":null}""", echo.ToJsonString());
        Assert.Equal("""{"id":[1],"result":null,"error":"unknown method"}""", other.ToJsonString());
    }

    [Fact]
    public async Task Silence_is_a_timeout_and_the_server_is_told_to_cancel()
    {
        var canceled = new TaskCompletionSource<JsonObject>();
        await using var server = new FakeOvsdbServer(async connection =>
        {
            var request = await connection.ReceiveAsync("transact");
            canceled.SetResult(await connection.ReceiveAsync("cancel"));
            await connection.AnswerAsync(request, "null", "\"canceled\""); // too late: nobody waits for it, and nobody minds
            await connection.AnswerAsync(await connection.ReceiveAsync(), "[{\"rows\":[]}]");
            await connection.WaitForCloseAsync();
        });
        await using var session = await Fakes.ConnectAsync(server, new() { Timeout = TimeSpan.FromSeconds(0.2) });
        var failure = await Assert.ThrowsAsync<OvsdbException>(() => session.TransactAsync("Open_vSwitch", _oneSelect, default).Soon());
        Assert.Equal(OvsdbFailure.Timeout, failure.Failure);
        Assert.IsType<TimeoutException>(failure.InnerException);
        Assert.Equal(
            new(
                $"ovsdb-server at unix:{server.Socket} did not answer transact within 0.2 s",
                null,
                "see whether it is overloaded or hangs"),
            failure.Problem);
        Assert.Equal("""{"id":null,"method":"cancel","params":[0]}""", (await canceled.Task.Soon()).ToJsonString());
        await session.TransactAsync("Open_vSwitch", _oneSelect, default).Soon();
    }

    [Fact]
    public async Task The_end_is_stored_once_and_given_to_every_waiter()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await connection.ReceiveAsync();
            await connection.ReceiveAsync();
        });
        await using var session = await Fakes.ConnectAsync(server);
        var first = session.TransactAsync("Open_vSwitch", _oneSelect, default);
        var second = session.GetSchemaAsync("Open_vSwitch", default);
        var end = await session.Completion.Soon();
        Assert.Equal(OvsdbFailure.Closed, end!.Failure);
        Assert.Equal(
            new(
                $"ovsdb-server at unix:{server.Socket} closed the connection",
                null,
                "see whether it was restarted, and what its log says"),
            end.Problem);
        Assert.Same(end, await Assert.ThrowsAsync<OvsdbException>(() => first.Soon()));
        Assert.Same(end, await Assert.ThrowsAsync<OvsdbException>(() => second.Soon()));
        Assert.Same(end, await Assert.ThrowsAsync<OvsdbException>(() => session.ListDatabasesAsync(default).Soon()));
    }

    [Fact]
    public async Task Disposing_ends_the_waiters_and_completes_without_a_cause()
    {
        await using var server = new FakeOvsdbServer(connection => connection.WaitForCloseAsync());
        var session = await Fakes.ConnectAsync(server);
        var waiting = session.TransactAsync("Open_vSwitch", _oneSelect, default);
        await session.DisposeAsync();
        Assert.Null(await session.Completion.Soon());
        var failure = await Assert.ThrowsAsync<OvsdbException>(() => waiting.Soon());
        Assert.Equal(new($"the connection to unix:{server.Socket} is closed"), failure.Problem);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_cancel_before_or_while_waiting_passes_through()
    {
        await using var server = new FakeOvsdbServer(connection => connection.WaitForCloseAsync());
        await using var session = await Fakes.ConnectAsync(server);
        using var cancel = new CancellationTokenSource();
        var waiting = session.TransactAsync("Open_vSwitch", _oneSelect, cancel.Token);
        var schema = session.GetSchemaAsync("Open_vSwitch", cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => schema.Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.ListDatabasesAsync(cancel.Token).Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => OvsdbSession.ConnectAsync(new OvsdbEndpoint.Unix(server.Socket), Fakes.Options, cancel.Token));
    }

    [Fact]
    public async Task Schema_is_asked_for_once_and_again_only_after_a_failure()
    {
        await using var server = new FakeOvsdbServer(async connection =>
        {
            await connection.AnswerAsync(await connection.ReceiveAsync("get_schema"), "null", "\"busy\"");
            await connection.AnswerAsync(await connection.ReceiveAsync("get_schema"), Fakes.Schema);
            await connection.AnswerAsync(await connection.ReceiveAsync("list_dbs"), "[\"Open_vSwitch\"]");
            await connection.WaitForCloseAsync();
        });
        await using var session = await Fakes.ConnectAsync(server);
        await Assert.ThrowsAsync<OvsdbException>(() => session.GetSchemaAsync("Open_vSwitch", default).Soon());
        var schema = await session.GetSchemaAsync("Open_vSwitch", default).Soon();
        Assert.Same(schema, await session.GetSchemaAsync("Open_vSwitch", default).Soon());
        Assert.Equal(["Open_vSwitch"], await session.ListDatabasesAsync(default).Soon());
    }
}
