using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux;
using Plumbline.Node;
using Plumbline.Operations.Mirroring;

namespace Plumbline.Integration.Tests.Capturing;

public sealed class MirrorSessionTests
{
    [SkippableFact]
    public async Task A_session_shows_the_ports_packets_and_leaves_the_node_as_it_was()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        var mark = Mark();
        var session = await MirrorSession.StartAsync(node.Access, mark, [PointOf(node, CaptureNode.Qvo)], new("icmp", 262_144), MonitorKind.Dummy, default);
        Assert.NotEqual(before, node.Dump());
        var packets = 0;
        using (var capture = session.Mirrors[0].Capture!)
        {
            node.Ping(CaptureNode.RouterAddress, 5);
            capture.Stop();
            while (capture.Read(TimeSpan.FromSeconds(1), (in _, _) => packets++) >= 0)
            {
            }
        }
        var cleanup = await session.RemoveAsync();
        Assert.Equal(10, packets);
        Assert.Equal(3, cleanup.Removed.Count);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task An_internal_monitor_port_serves_where_the_kernel_has_neither_dummy_nor_veth()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        var session = await MirrorSession.StartAsync(
            node.Access, Mark(), [PointOf(node, CaptureNode.Qvo)], new(null, 262_144), MonitorKind.Internal, default);
        Assert.Equal(MonitorKind.Internal, session.Mirrors[0].MonitorKind);
        var packets = 0;
        using (var capture = session.Mirrors[0].Capture!)
        {
            node.Ping(CaptureNode.RouterAddress, 5);
            capture.Stop();
            while (capture.Read(TimeSpan.FromSeconds(1), (in _, _) => packets++) >= 0)
            {
            }
        }
        await session.RemoveAsync();
        Assert.InRange(packets, 10, 14); // the pings, perhaps ARP, and no word of the device's own
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_monitor_that_would_change_the_bridges_mtu_is_refused_and_taken_back()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        var exception = await Assert.ThrowsAsync<Operations.OperationsException>(() => MirrorSession.StartAsync(
            node.Access, Mark(), [PointOf(node, CaptureNode.Qvo) with { MonitorMtu = 1280 }], null, MonitorKind.Dummy, default));
        Assert.Equal(Primitives.ExitStatus.Refused, exception.Status);
        Assert.Contains("MTU of br-int from 1450 to 1280", exception.Problem.What, StringComparison.Ordinal);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_port_that_was_made_anew_is_refused_and_nothing_stays()
    {
        await using var node = await CaptureNode.StartAsync();
        var point = PointOf(node, CaptureNode.OtherTap);
        node.Vsctl("del-port", CaptureNode.OtherTap, "--", "add-port", "br-int", CaptureNode.OtherTap, "tag=1");
        var before = node.Dump();
        var exception = await Assert.ThrowsAsync<Operations.OperationsException>(
            () => MirrorSession.StartAsync(node.Access, Mark(), [point], null, MonitorKind.Dummy, default));
        Assert.Contains("made anew", exception.Problem.What, StringComparison.Ordinal);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_mirror_that_ovs_ignores_is_told_and_taken_back()
    {
        await using var node = await CaptureNode.StartAsync();
        for (var number = 0; number < 31; number++)
        {
            node.Vsctl("--", "--id=@s", "get", "Port", CaptureNode.Qvo, "--", "--id=@o", "get", "Port", "mon0", "--", "--id=@m", "create",
                "Mirror", $"name=many{number}", "select_src_port=@s", "output_port=@o", "--", "add", "Bridge", "br-int", "mirrors", "@m");
        }
        var before = node.Dump();
        var exception = await Assert.ThrowsAsync<Operations.OperationsException>(
            () => MirrorSession.StartAsync(node.Access, Mark(), [PointOf(node, CaptureNode.Qvo)], null, MonitorKind.Dummy, default));
        Assert.Contains("did not accept", exception.Problem.What, StringComparison.Ordinal);
        Assert.Equal(before, node.Dump());
    }

    internal static OwnershipMark Mark() => new()
    {
        Session = MirrorSession.NewName(),
        Owner = ProcessIdentity.Current,
        Lease = DateTimeOffset.UtcNow.AddMinutes(1),
        Reason = "a test",
    };

    internal static CapturePoint.OfMirror PointOf(CaptureNode node, string port, string bridge = "br-int") => new()
    {
        Name = $"mirror of {port}",
        Description = port,
        Bridge = bridge,
        BridgeUuid = Guid.Parse(node.Vsctl("get", "Bridge", bridge, "_uuid")),
        Ports = [new(Guid.Parse(node.Vsctl("get", "Port", port, "_uuid")), port, [port])],
        Reason = "a test",
        MonitorMtu = 1508,
        BridgeMtu = int.Parse(node.Vsctl("get", "Interface", bridge, "mtu"), System.Globalization.CultureInfo.InvariantCulture),
        BridgeAddress = node.Vsctl("get", "Interface", bridge, "mac_in_use").Trim('"'),
    };
}
