using System.Net.Sockets;
using System.Text;
using Plumbline.Integration.Tests.Capturing;
using Plumbline.Testing;
using static System.StringComparison;

namespace Plumbline.Integration.Tests.Mirrors;

/// <summary><c>plumb mirror</c> as an operator types it, his mistakes too, and as systemd runs it.</summary>
public sealed class MirrorCommandLineTests
{
    private const string Later = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab";

    [SkippableFact]
    public async Task Untag_on_a_port_of_others_is_refused_unless_that_port_takes_the_tag_away()
    {
        await using var node = await LastingNode.StartAsync();
        node.Node.Namespace.Run("ip", "link", "add", "span0", "type", "veth", "peer", "name", "span1");
        node.Node.Namespace.Run("ip", "link", "set", "span0", "up");
        node.Node.Namespace.Run("ip", "link", "set", "span1", "up");
        node.Node.Vsctl("add-port", "br-int", "span0");
        var before = node.Node.Dump();
        var refused = node.Plumb(3, "add", "ids", "test-vm", "--untag", "--to", "port:span0");
        Assert.Contains("span0 is a port that others made", refused, Ordinal);
        Assert.Contains("ovs-vsctl set port span0 tag=N", refused, Ordinal);
        Assert.Equal(before, node.Node.Dump());
        node.Node.Vsctl("set", "Port", "span0", "tag=9");
        node.Plumb(0, "add", "ids", "test-vm", "--untag", "--to", "port:span0");
        var seen = node.Tcpdump("span1", "icmp[icmptype] == icmp-echo", () => node.Node.Ping(CaptureNode.OtherAddress, 3));
        Assert.Equal(3, LastingMirrorTests.Count(seen, "echo request"));
        Assert.DoesNotContain("vlan", seen, Ordinal);
        node.Plumb(0, "remove", "ids");
        Assert.Contains("is an access port of VLAN 9", node.Plumb(0, "add", "ids", "test-vm", "--to", "port:span0"), Ordinal);
        node.Plumb(0, "remove", "ids");
    }

    [SkippableFact]
    public async Task Port_that_is_to_come_is_named_by_its_UUID_and_copied_from_when_it_is_there()
    {
        await using var node = await LastingNode.StartAsync();
        var before = node.Node.Dump();
        Assert.Contains("nothing here is called", node.Plumb(2, "add", "ids", Later), Ordinal);
        var said = node.Plumb(0, "add", "ids", Later, "--wait");
        Assert.Contains("will copy port aaaaaaaa-bb, both ways, on br-int", said, Ordinal);
        Assert.Contains("the VM is off, or is elsewhere", said, Ordinal);
        Assert.Contains("waiting", node.Plumb(1, "list"), Ordinal);
        node.Node.Vsctl("set", "Interface", CaptureNode.OtherTap, $"external_ids:iface-id={Later}");
        CaptureNode.Until(() => node.Row("ids") is { SelectSourcePorts.Count: 1 }, "the port is selected");
        Assert.Contains("works", node.Plumb(0, "prove", "ids"), Ordinal);
        node.Plumb(0, "remove", "ids");
        node.Node.Vsctl("set", "Interface", CaptureNode.OtherTap, "external_ids:iface-id=0the0000-0112-4c5e-9a77-0123456789ab");
        Assert.Equal(before, node.Node.Dump());
    }

    [SkippableFact]
    public async Task Device_that_is_to_come_is_waited_for_by_the_command_until_it_is_there_or_interrupted()
    {
        await using var node = await LastingNode.StartAsync();
        var before = node.Node.Dump();
        using var given = PlumbProcess.Start(node.Node, "mirror", "add", "ids", "later0", "--wait");
        CaptureNode.Until(() => given.Error.Contains("waiting for later0; Ctrl-C gives up", Ordinal), "it waits");
        given.Signal("INT");
        Assert.Equal(130, given.WaitForExit());
        Assert.Equal(before, node.Node.Dump());
        using var waiting = PlumbProcess.Start(node.Node, "mirror", "add", "ids", "later0", "--wait");
        CaptureNode.Until(() => waiting.Error.Contains("waiting for later0", Ordinal), "it waits");
        node.Node.Vsctl("add-port", "br-int", "later0", "--", "set", "Interface", "later0", "type=internal");
        node.Node.Namespace.Run("ip", "link", "set", "later0", "up");
        Assert.True(waiting.WaitForExit() is 0 or 3, waiting.Error); // 3: looked at between the port and its being up
        if (waiting.Process.ExitCode == 0)
        {
            node.Plumb(0, "remove", "ids");
        }
        node.Node.Vsctl("del-port", "later0");
        Assert.Equal(before, node.Node.Dump());
    }

    [SkippableFact]
    public async Task Several_are_removed_although_one_is_none_and_the_device_is_told()
    {
        await using var node = await LastingNode.StartAsync();
        var before = node.Node.Dump();
        node.Plumb(0, "add", "one", "test-vm", "--to", "veth:mon-one");
        node.Plumb(0, "add", "two", CaptureNode.OtherTap);
        var said = node.Plumb(2, "remove", "one", "three", "two");
        Assert.Contains("one: removed (verified): mirror one on br-int, port mon-one on br-int, device mon-one", said, Ordinal);
        Assert.Contains("there is no lasting mirror three", said, Ordinal);
        Assert.Contains("two: removed (verified)", said, Ordinal);
        Assert.Equal(before, node.Node.Dump());
    }

    [SkippableFact]
    public async Task What_the_keeper_could_not_do_comes_with_its_own_fix_and_nothing_is_left()
    {
        await using var node = await LastingNode.StartAsync();
        var before = node.Node.Dump();
        using var probe = PlumbProcess.StartProgram(true, "ip", "-n", Path.GetFileName(node.Node.Namespace.Path), "link", "add", "plt-d0", "type", "dummy");
        Skip.If(probe.WaitForExit() == 0, "this kernel makes dummy devices");
        var said = node.Plumb(2, "add", "ids", "test-vm", "--to", "dummy");
        Assert.Contains("the kernel makes no dummy", said, Ordinal);
        Assert.Contains("all was taken back", said, Ordinal);
        Assert.Contains("fix:   use --to veth:NAME or --to internal:NAME", said, Ordinal);
        Assert.Equal(before, node.Node.Dump());
        Assert.Contains("there is no lasting mirror ids", node.Plumb(2, "remove", "ids"), Ordinal);
    }

    /// <summary>Type=notify: systemd calls it started when READY=1 comes; here the test is in its place.</summary>
    [SkippableFact]
    public async Task Service_tells_systemd_when_it_keeps_and_removes_all_when_it_is_stopped()
    {
        await using var node = await LastingNode.StartAsync(withService: false);
        var before = node.Node.Dump();
        var path = node.Node.Folder + "/notify";
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
        manager.Bind(new UnixDomainSocketEndPoint(path));
        using var service = PlumbProcess.StartProgram(
            true, "env", [$"NOTIFY_SOCKET={path}", PlumbProcess.Program, "mirror", "serve", .. node.Node.Options]);
        var buffer = new byte[64];
        Assert.Equal("READY=1", Encoding.ASCII.GetString(buffer, 0, manager.Receive(buffer)));
        node.Plumb(0, "add", "ids", "test-vm");
        service.Signal("TERM");
        Assert.Equal(0, service.WaitForExit());
        Assert.Equal(before, node.Node.Dump());
    }

    [SkippableFact]
    public void Unit_of_the_service_is_one_that_systemd_takes()
    {
        Root.SkipUnlessInstalled("systemd-analyze");
        var folder = Directory.CreateTempSubdirectory("plt-unit-").FullName;
        try
        {
            var unit = Path.Combine(SharedFiles.RepositoryRoot, "packaging/plumb-mirror.service");
            // verify looks whether the program is there: ours is elsewhere
            File.WriteAllText(folder + "/plumb-mirror.service", File.ReadAllText(unit).Replace("/usr/local/bin/plumb", PlumbProcess.Program, Ordinal));
            using var verify = PlumbProcess.StartProgram(true, "systemd-analyze", "verify", "--man=no", folder + "/plumb-mirror.service");
            var status = verify.WaitForExit();
            Assert.DoesNotContain("plumb-mirror.service:", verify.Error, Ordinal);
            Assert.True(status == 0, verify.Error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
