using Plumbline.Ovsdb;
using Plumbline.Testing.Ovsdb;

namespace Plumbline.Integration.Tests.Ovsdb;

public sealed class SessionTests
{
    private static readonly OvsdbSessionOptions _options = new();

    [SkippableFact]
    public async Task Schema_of_the_real_server_is_read_with_its_types()
    {
        await using var server = await StartAsync();
        await using var session = await ConnectAsync(server);
        var schema = await session.GetSchemaAsync(OvsdbSession.OpenVSwitch, default);
        Assert.Equal("Open_vSwitch", schema.Name);
        Assert.True(schema.Has("Mirror", "output_port"));
        Assert.False(schema.Has("Mirror", "colour"));
        Assert.False(schema.Has("Mirrors", "name"));
        Assert.Equal(new(AtomType.Uuid, null, 0, long.MaxValue), schema.Tables["Bridge"].Columns["ports"]);
        Assert.Equal(new(AtomType.Integer, null, 0, 1), schema.Tables["Port"].Columns["tag"]);
        Assert.Equal(new(AtomType.Integer, null, 0, 4096), schema.Tables["Port"].Columns["trunks"]);
        Assert.Equal(new(AtomType.String, AtomType.String, 0, long.MaxValue), schema.Tables["Port"].Columns["external_ids"]);
        Assert.Equal(new(AtomType.String, null, 1, 1), schema.Tables["Port"].Columns["name"]);
        Assert.True(schema.Tables["QoS"].IsRoot);
        Assert.False(schema.Tables["Bridge"].IsRoot);
        Assert.Same(schema, await session.GetSchemaAsync(OvsdbSession.OpenVSwitch, default));
        Assert.Contains("_Server", await session.ListDatabasesAsync(default));
    }

    [SkippableFact]
    public async Task A_bridge_with_a_mirror_is_made_in_one_transaction_and_read_back()
    {
        await using var server = await StartAsync();
        await using var session = await ConnectAsync(server);
        var made = await session.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int", "qvo1", "mon0"), default);
        Assert.All(made.Take(7), r => Assert.NotNull(r.Uuid));
        var mirrored = await session.TransactAsync(
            OvsdbSession.OpenVSwitch,
            [
                new Operation.Wait("Port", Condition.Equal("name", "qvo1"), ["tag"],
                    [new Dictionary<string, OvsdbValue> { ["tag"] = OvsdbValue.Empty }]),
                new Operation.Insert("Mirror", new Dictionary<string, OvsdbValue>
                {
                    ["name"] = "cap0 \"ü\"\n\U0001F600",
                    ["select_src_port"] = made[3].Uuid!.Value,
                    ["output_port"] = OvsdbValue.UuidSet([made[5].Uuid!.Value]),
                    ["external_ids"] = OvsdbValue.StringMap([new("owner", "me"), new("lease", "1")]),
                }, "m"),
                new Operation.Mutate("Bridge", Condition.Equal("name", "br-int"),
                    [new("mirrors", "insert", new OvsdbValue.NamedUuid("m"))]),
                new Operation.Comment("a test"),
                new Operation.Update("Port", Condition.Equal("name", "qvo1"),
                    new Dictionary<string, OvsdbValue> { ["tag"] = 7, ["trunks"] = new OvsdbValue.Set([new OvsdbValue.Integer(3), new OvsdbValue.Integer(2)]) }),
            ],
            default);
        Assert.Equal(1, mirrored[2].Count);
        Assert.Equal(1, mirrored[4].Count);
        var read = await session.TransactAsync(
            OvsdbSession.OpenVSwitch,
            [
                new Operation.Select("Mirror", []),
                new Operation.Select("Port", Condition.Equal("name", "qvo1"), ["_uuid", "tag", "trunks"]),
                new Operation.Select("Port", Condition.Equal("tag", 4095), ["name"]),
            ],
            default);
        var mirror = Assert.Single(read[0].Rows);
        Assert.Equal(mirrored[1].Uuid, mirror.Uuid);
        Assert.Equal("cap0 \"ü\"\n\U0001F600", mirror.GetString("name"));
        Assert.Equal(made[3].Uuid, Assert.Single(mirror.GetUuids("select_src_port")));
        Assert.Equal("me", mirror.GetStringMap("external_ids")["owner"]);
        Assert.Equal(false, mirror.GetBoolean("select_all"));
        var port = Assert.Single(read[1].Rows);
        Assert.Equal(7, port.GetInteger("tag"));
        Assert.Equal([2L, 3L], port.GetIntegers("trunks"));
        Assert.Empty(read[2].Rows);
    }

    [SkippableFact]
    public async Task A_failing_operation_is_named_and_nothing_is_changed()
    {
        await using var server = await StartAsync();
        await using var session = await ConnectAsync(server);
        var failure = await Assert.ThrowsAsync<OvsdbException>(() => session.TransactAsync(
            OvsdbSession.OpenVSwitch,
            [
                new Operation.Insert("Open_vSwitch", new Dictionary<string, OvsdbValue>()),
                new Operation.Wait("Open_vSwitch", [], ["next_cfg"],
                    [new Dictionary<string, OvsdbValue> { ["next_cfg"] = 5 }]),
                new Operation.Comment("never reached"),
            ],
            default));
        Assert.Equal(OvsdbFailure.Database, failure.Failure);
        Assert.Equal("timed out", failure.Error);
        Assert.Equal(1, failure.OperationIndex);
        Assert.StartsWith("operation 2 of 3, wait for Open_vSwitch, at unix:", failure.Problem.Where, StringComparison.Ordinal);
        var rows = await session.TransactAsync(OvsdbSession.OpenVSwitch, [new Operation.Select("Open_vSwitch", [])], default);
        Assert.Empty(rows[0].Rows);
    }

    [SkippableFact]
    public async Task A_commit_that_fails_after_all_operations_worked_is_a_failure_too()
    {
        await using var server = await StartAsync();
        await using var session = await ConnectAsync(server);
        await session.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int"), default);
        var failure = await Assert.ThrowsAsync<OvsdbException>(
            () => session.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int", root: false), default));
        Assert.Equal("constraint violation", failure.Error);
        Assert.Null(failure.OperationIndex);
        Assert.Contains("br-int", failure.Details, StringComparison.Ordinal);
        var aborted = await Assert.ThrowsAsync<OvsdbException>(
            () => session.TransactAsync(OvsdbSession.OpenVSwitch, [new Operation.Abort()], default));
        Assert.Equal("aborted", aborted.Error);
    }

    [SkippableFact]
    public async Task Unknown_database_is_refused_in_the_servers_words()
    {
        await using var server = await StartAsync();
        await using var session = await ConnectAsync(server);
        var failure = await Assert.ThrowsAsync<OvsdbException>(() => session.GetSchemaAsync("Nope", default));
        Assert.Equal(OvsdbFailure.Database, failure.Failure);
        Assert.Contains("Nope", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Commit_asks_for_the_next_configuration_and_waits_until_it_is_applied()
    {
        await using var server = await StartAsync();
        await using var session = await ConnectAsync(server);
        var empty = await Assert.ThrowsAsync<OvsdbException>(() => session.CommitAsync([], default));
        Assert.Equal("table Open_vSwitch has no row", empty.Problem.What);
        await session.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int"), default);
        var commit = await session.CommitAsync([new Operation.Select("Bridge", [], ["name"])], default);
        Assert.Equal(1, commit.NextCfg);
        Assert.Equal("br-int", Assert.Single(Assert.Single(commit.Results).Rows).GetString("name"));
        var late = await Assert.ThrowsAsync<OvsdbException>(
            () => session.WaitUntilAppliedAsync(commit, TimeSpan.FromMilliseconds(50), default));
        Assert.Equal(OvsdbFailure.Timeout, late.Failure);

        var waiting = session.CommitAndWaitAsync([], default);
        await Task.Delay(20);
        Assert.False(waiting.IsCompleted);
        await session.TransactAsync( // as ovs-vswitchd would
            OvsdbSession.OpenVSwitch,
            [new Operation.Update("Open_vSwitch", [], new Dictionary<string, OvsdbValue> { ["cur_cfg"] = 2 })],
            default);
        Assert.Empty(await waiting);
    }

    [SkippableFact]
    public async Task Ten_transactions_at_once_on_one_session_all_count()
    {
        await using var server = await StartAsync();
        await using var session = await ConnectAsync(server);
        await session.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int"), default);
        var commits = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => session.CommitAsync([], default)));
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), commits.Select(c => c.NextCfg).Order());
    }

    [SkippableFact]
    public async Task Cancel_passes_through_and_the_server_drops_the_waiting_transaction()
    {
        await using var server = await StartAsync();
        await using var session = await ConnectAsync(server);
        await session.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int"), default);
        using var cancel = new CancellationTokenSource(30);
        var bump = new Operation.Mutate("Open_vSwitch", [], [new("next_cfg", "+=", 1)]);
        var wait = new Operation.Wait(
            "Open_vSwitch", [new("cur_cfg", "<", 1)], ["cur_cfg"], [], true, TimeSpan.FromMinutes(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => session.TransactAsync(OvsdbSession.OpenVSwitch, [wait, bump], cancel.Token));
        await session.TransactAsync(
            OvsdbSession.OpenVSwitch,
            [new Operation.Update("Open_vSwitch", [], new Dictionary<string, OvsdbValue> { ["cur_cfg"] = 1 })],
            default);
        var read = await session.TransactAsync(
            OvsdbSession.OpenVSwitch, [new Operation.Select("Open_vSwitch", [], ["next_cfg"])], default);
        Assert.Equal(0, read[0].Rows[0].GetInteger("next_cfg"));
    }

    [SkippableFact]
    public async Task End_of_the_server_is_told_to_every_waiter_and_every_later_call()
    {
        await using var server = await StartAsync();
        await using var session = await ConnectAsync(server);
        await session.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int"), default);
        var never = new Operation.Wait(
            "Open_vSwitch", [new("cur_cfg", "<", 1)], ["cur_cfg"], [], true, TimeSpan.FromMinutes(1));
        var waiters = Enumerable.Range(0, 3).Select(_ => session.TransactAsync(OvsdbSession.OpenVSwitch, [never], default)).ToArray();
        server.Kill();
        var end = await session.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(OvsdbFailure.Closed, end!.Failure);
        foreach (var waiter in waiters)
        {
            Assert.Same(end, await Assert.ThrowsAsync<OvsdbException>(() => waiter));
        }
        Assert.Same(end, await Assert.ThrowsAsync<OvsdbException>(() => session.TransactAsync(OvsdbSession.OpenVSwitch, [], default)));
        var refused = await Assert.ThrowsAsync<OvsdbException>(() => ConnectAsync(server));
        Assert.Equal(OvsdbFailure.Refused, refused.Failure);
    }

    [SkippableFact]
    public async Task Loopback_tcp_works_like_the_socket_and_is_probed()
    {
        await using var server = await StartAsync("--remote=ptcp:0:127.0.0.1");
        var port = await server.GetPortAsync();
        await using var session = await OvsdbSession.ConnectAsync(
            new OvsdbEndpoint.Tcp("127.0.0.1", port), _options with { ProbeInterval = TimeSpan.FromMilliseconds(50) }, default);
        await Task.Delay(300); // six probes
        await session.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int"), default);
        Assert.False(session.Completion.IsCompleted);
    }

    [SkippableFact]
    public async Task Control_socket_answers_refuses_and_is_missed_when_the_server_ends()
    {
        await using var server = await StartAsync();
        await using (var control = await UnixControl.ConnectAsync(
            server.Directory, "ovsdb-server", TimeSpan.FromSeconds(10), default))
        {
            Assert.Contains("ovsdb-server (Open vSwitch)", await control.RunAsync("version", [], default), StringComparison.Ordinal);
            Assert.Contains("Open_vSwitch", await control.RunAsync("ovsdb-server/list-dbs", [], default), StringComparison.Ordinal);
            var refused = await Assert.ThrowsAsync<OvsdbException>(() => control.RunAsync("nope", ["x"], default));
            Assert.Equal(OvsdbFailure.Database, refused.Failure);
            Assert.StartsWith("\"nope\" is not a valid command", refused.Error, StringComparison.Ordinal);
        }
        server.Kill();
        var gone = await Assert.ThrowsAsync<OvsdbException>(
            () => UnixControl.ConnectAsync(server.Directory, "ovsdb-server", TimeSpan.FromSeconds(10), default));
        Assert.Equal(OvsdbFailure.Absent, gone.Failure);
    }

    internal static async Task<RealOvsdbServer> StartAsync(params string[] arguments)
    {
        Skip.If(RealOvsdbServer.WhyNot() is not null, RealOvsdbServer.WhyNot());
        return await RealOvsdbServer.StartAsync(arguments);
    }

    internal static Task<OvsdbSession> ConnectAsync(RealOvsdbServer server) =>
        OvsdbSession.ConnectAsync(new OvsdbEndpoint.Unix(server.Socket), _options, default);
}
