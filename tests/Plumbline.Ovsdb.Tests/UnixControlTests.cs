using Plumbline.Testing.Ovsdb;

namespace Plumbline.Ovsdb.Tests;

public sealed class UnixControlTests : IDisposable
{
    private const string Start = "start Open vSwitch (systemctl start openvswitch-switch)";
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);
    private readonly string _directory = Directory.CreateTempSubdirectory("plt-ctl-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_command_is_sent_with_string_params_and_its_text_comes_back()
    {
        string? seen = null;
        await using var daemon = new FakeOvsdbServer(async connection =>
        {
            var request = await connection.ReceiveAsync("ofproto/trace");
            seen = request.ToJsonString();
            await connection.AnswerAsync(request, "\"Flow: x\\nDatapath actions: drop\\n\"");
            var refused = await connection.ReceiveAsync("nope");
            await connection.SendAsync($"{{\"id\":{refused["id"]},\"error\":\"\\\"nope\\\" is not a valid command\\n\"}}");
            await connection.AnswerAsync(await connection.ReceiveAsync("dpif/show"), "{\"a\": 1}");
            await connection.WaitForCloseAsync();
        });
        await LinkAsync(daemon);
        await using var control = await UnixControl.ConnectAsync(_directory, "ovs-vswitchd", _timeout, default);
        Assert.Equal(
            "Flow: x\nDatapath actions: drop\n", await control.RunAsync("ofproto/trace", ["br-int", "in_port=1"], default).Soon());
        Assert.Equal("""{"id":0,"method":"ofproto/trace","params":["br-int","in_port=1"]}""", seen);
        var failure = await Assert.ThrowsAsync<OvsdbException>(() => control.RunAsync("nope", [], default).Soon());
        Assert.Equal("ovs-vswitchd refused nope: \"nope\" is not a valid command", failure.Problem.What);
        Assert.Equal("{\"a\": 1}", await control.RunAsync("dpif/show", [], default).Soon());
    }

    [Fact]
    public async Task A_daemon_that_does_not_run_is_absent()
    {
        var failure = await FailAsync();
        Assert.Equal(OvsdbFailure.Absent, failure.Failure);
        Assert.Equal(
            new($"ovs-vswitchd does not run: no {_directory}/ovs-vswitchd.pid", null, $"{Start}, or name its run directory"),
            failure.Problem);
    }

    [Fact]
    public async Task A_pidfile_without_its_process_is_absent_too()
    {
        await File.WriteAllTextAsync(_directory + "/ovs-vswitchd.pid", "4711\n");
        var failure = await FailAsync();
        Assert.Equal(OvsdbFailure.Absent, failure.Failure);
        Assert.Equal(
            new(
                $"ovs-vswitchd does not run: nobody listens at unix:{_directory}/ovs-vswitchd.4711.ctl",
                null,
                $"its pidfile was left behind by a process that has ended: {Start}"),
            failure.Problem);
    }

    [Fact]
    public async Task A_pidfile_without_a_number_is_said_so()
    {
        await File.WriteAllTextAsync(_directory + "/ovs-vswitchd.pid", "\n");
        var failure = await FailAsync();
        Assert.Equal(
            new(
                $"cannot tell the process of ovs-vswitchd: \"{_directory}/ovs-vswitchd.pid\" holds no number",
                null,
                "restart Open vSwitch (systemctl restart openvswitch-switch)"),
            failure.Problem);
    }

    private async Task LinkAsync(FakeOvsdbServer daemon)
    {
        await File.WriteAllTextAsync(_directory + "/ovs-vswitchd.pid", "4711\n");
        File.CreateSymbolicLink(_directory + "/ovs-vswitchd.4711.ctl", daemon.Socket);
    }

    private Task<OvsdbException> FailAsync() =>
        Assert.ThrowsAsync<OvsdbException>(() => UnixControl.ConnectAsync(_directory, "ovs-vswitchd", _timeout, default));
}
