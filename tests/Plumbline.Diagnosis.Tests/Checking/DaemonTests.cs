using Plumbline.Diagnosis.Checking;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>Open vSwitch's daemons, as told by their commands' own words.</summary>
public sealed class DaemonTests
{
    private const string NoDatabase = """
        [root@cmp1 ~]# ovs-vsctl show
        ovs-vsctl: unix:/var/run/openvswitch/db.sock: database connection failed (No such file or directory)

        """;

    private const string NoSwitch = """
        [root@cmp1 ~]# ovs-appctl fdb/show br-int
        ovs-appctl: cannot read pidfile "/var/run/openvswitch/ovs-vswitchd.pid" (No such file or directory)

        """;

    private const string Devices = """
        [root@cmp1 ~]# ip link
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
            link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
        7: ovs-system: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000
            link/ether ee:98:a9:11:1a:2c brd ff:ff:ff:ff:ff:ff

        """;

    private const string Shown = """
        [root@cmp1 ~]# ovs-vsctl show
        20eab69c-e759-41b0-a480-97688ec0b4b8
            Bridge br-int
                fail_mode: secure
                Port br-int
                    Interface br-int
                        type: internal

        """;

    [Theory]
    [InlineData(NoDatabase + Devices, "ovsdb-stopped ovsdb-server")]
    [InlineData(NoDatabase + NoSwitch + Devices, "vswitchd-stopped ovs-vswitchd")]
    [InlineData(Shown + NoSwitch, "vswitchd-stopped ovs-vswitchd")]
    [InlineData(NoDatabase + Shown, null)]      // started in between
    [InlineData(NoDatabase, null)]              // nothing says that the node should have it
    [InlineData(Shown, null)]
    public void A_daemon_that_does_not_answer_is_the_only_finding(string text, string? expected)
    {
        var report = Check(text);
        Assert.Equal(expected is null ? [] : [expected], report.Findings.Select(f => $"{f.Id} {f.Object}"));
    }

    [Theory]
    [InlineData("(Permission denied)")]
    [InlineData("(Protocol error)")]
    public void Who_may_not_ask_says_nothing_of_the_daemon(string why) =>
        Assert.Empty(Check(NoDatabase.Replace("(No such file or directory)", why, StringComparison.Ordinal) + Devices).Findings);

    private static CheckReport Check(string text) => NodeChecker.Run([Topology.Build(OfflineNode.ReadText(text, "pasted"))], null);
}
