using Plumbline.Operations;
using Plumbline.Operations.Plugging;
using Plumbline.Ovsdb;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Plugging;

/// <summary>On the real kernel and Open vSwitch. Each test has a port of its own, and leaves the node as it found it.</summary>
public sealed class HybridPlugTests(PlugNode node) : IClassFixture<PlugNode>
{
    private const string Network = "b0b7a3c2-0d1e-4f5a-8b6c-7d8e9fa0b1c2";

    [SkippableFact]
    public async Task A_plugged_port_has_every_property_of_os_vifs_chain_and_unplugging_leaves_nothing()
    {
        var before = Begin();
        var result = await PlugAsync(Options(1) with { Mtu = 1450, NetworkId = Network, InstanceName = "vm-1" });
        Assert.NotEmpty(result.Steps);
        Assert.True(result.OfPort > 0);
        var (qbr, qvb, qvo) = ("qbr00000001-00", "qvb00000001-00", "qvo00000001-00");
        var bridge = node.Ip("-d", "link", "show", qbr);
        Assert.Contains("forward_delay 0", bridge, StringComparison.Ordinal);
        Assert.Contains("ageing_time 0", bridge, StringComparison.Ordinal);
        Assert.Contains("stp_state 0", bridge, StringComparison.Ordinal);
        Assert.Contains("mcast_snooping 0", bridge, StringComparison.Ordinal);
        Assert.Equal("1", Sysctl($"net.ipv6.conf.{qbr}.disable_ipv6"));
        Assert.Equal("1", Sysctl($"net.ipv4.conf.{qbr}.arp_ignore"));
        Assert.Equal("2", Sysctl($"net.ipv4.conf.{qbr}.arp_announce"));
        Assert.Contains($"{qvb}@{qvo}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450", node.Ip("link", "show", qvb),
            StringComparison.Ordinal);
        Assert.Contains($"master {qbr}", node.Ip("link", "show", qvb), StringComparison.Ordinal);
        Assert.Equal("br-int\n", node.Vsctl("port-to-br", qvo));
        Assert.Equal(
            "{attached-mac=\"fa:16:3e:00:00:01\", iface-id=\"00000001-0000-4000-8000-000000000000\", iface-status=active, plumb-vm-name=vm-1}\n",
            node.Vsctl("get", "Interface", qvo, "external_ids"));
        Assert.Equal($"{{net_uuid=\"{Network}\", tag=\"1\"}}\n", node.Vsctl("get", "Port", qvo, "other_config"));
        Assert.Equal("1\n", node.Vsctl("get", "Port", qvo, "tag"));

        Assert.NotEmpty((await UnplugAsync(1)).Steps);
        Assert.Equal(before, node.Dump());
        Assert.Empty((await UnplugAsync(1)).Steps);
    }

    [SkippableFact]
    public async Task A_second_run_changes_nothing_and_says_so()
    {
        var before = Begin();
        await PlugAsync(Options(2));
        var plugged = node.Dump();
        Assert.Empty((await PlugAsync(Options(2))).Steps);
        Assert.Equal(plugged, node.Dump());
        await UnplugAsync(2);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_dry_run_says_the_steps_and_takes_none()
    {
        var before = Begin();
        var result = await HybridPlug.PlugAsync(node.Access, Options(3), dryRun: true, default);
        Assert.True(result.IsDryRun);
        Assert.Contains("create veth pair qvb00000003-00 - qvo00000003-00, MTU 1500", result.Steps);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_fault_after_any_step_is_rolled_back_whole()
    {
        var before = Begin();
        node.Ip("tuntap", "add", "tap00000004-00", "mode", "tap");
        var withTap = node.Dump();
        var steps = await StepsAsync(Options(4));
        for (var i = 0; i < steps; i++)
        {
            await FailAfterAsync(Options(4), i);
            Assert.Equal(withTap, node.Dump());
        }
        node.Ip("link", "del", "tap00000004-00");
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_fault_while_a_half_made_chain_is_mended_leaves_it_as_it_was()
    {
        var before = Begin();
        await PlugAsync(Options(5) with { Tag = 7 });
        node.Ip("link", "set", "qbr00000005-00", "type", "bridge", "ageing_time", "30000", "stp_state", "1");
        node.Ip("link", "set", "qvb00000005-00", "nomaster");
        node.Ip("link", "set", "qvo00000005-00", "mtu", "1400", "down");
        node.Vsctl("set", "Interface", "qvo00000005-00", "external_ids:attached-mac=\"00:00:00:00:00:09\"", "external_ids:foreign=x");
        var broken = node.Dump();
        var options = Options(5) with { Tag = 8, Mtu = 1450 };
        var steps = await StepsAsync(options);
        Assert.True(steps >= 6, $"{steps} steps");
        for (var i = 0; i < steps; i++)
        {
            await FailAfterAsync(options, i);
            Assert.Equal(broken, node.Dump());
        }
        await PlugAsync(options);
        Assert.Empty((await PlugAsync(options)).Steps);
        Assert.Contains("foreign=x", node.Vsctl("get", "Interface", "qvo00000005-00", "external_ids"), StringComparison.Ordinal);
        Assert.Contains("mtu 1450", node.Ip("link", "show", "qvo00000005-00"), StringComparison.Ordinal);
        Assert.Equal("8\n", node.Vsctl("get", "Port", "qvo00000005-00", "tag"));
        await UnplugAsync(5);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_lone_qbr_is_completed()
    {
        var before = Begin();
        node.Ip("link", "add", "qbr00000006-00", "type", "bridge");
        await PlugAsync(Options(6));
        Assert.Empty((await PlugAsync(Options(6))).Steps);
        await UnplugAsync(6);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_pair_without_a_Port_row_gets_one_which_os_vif_would_not_do()
    {
        var before = Begin();
        await PlugAsync(Options(7));
        node.Vsctl("del-port", "br-int", "qvo00000007-00");
        var result = await PlugAsync(Options(7));
        Assert.StartsWith("add port qvo00000007-00 to br-int", Assert.Single(result.Steps), StringComparison.Ordinal);
        await UnplugAsync(7);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_Port_row_without_a_device_is_kept_and_carries_frames_again()
    {
        var before = Begin();
        await PlugAsync(Options(8));
        var row = node.Vsctl("get", "Port", "qvo00000008-00", "_uuid");
        node.Ip("link", "del", "qvo00000008-00");
        node.Ip("link", "del", "qbr00000008-00");
        var lost = node.Dump();
        var steps = await StepsAsync(Options(8));
        for (var i = 0; i < steps; i++)
        {
            await FailAfterAsync(Options(8), i);
            Assert.Equal(lost, node.Dump());
        }
        await PlugAsync(Options(8));
        Assert.Equal(row, node.Vsctl("get", "Port", "qvo00000008-00", "_uuid"));
        Assert.True(await CarriesFramesAsync("qbr00000008-00"));
        await UnplugAsync(8);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task An_old_qvb_that_leads_elsewhere_is_replaced_only_when_all_else_has_worked()
    {
        var before = Begin();
        node.Ip("link", "add", "qvb00000009-00", "type", "veth", "peer", "name", "elsewhere");
        var strange = node.Dump();
        var steps = await StepsAsync(Options(9));
        for (var i = 0; i < steps - 1; i++)
        {
            await FailAfterAsync(Options(9), i);
            Assert.Equal(strange, node.Dump());
        }
        await PlugAsync(Options(9));
        Assert.DoesNotContain("elsewhere", node.Ip("link"), StringComparison.Ordinal);
        await UnplugAsync(9);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task With_ovs_vswitchd_dead_the_plug_fails_in_time_and_is_undone()
    {
        Begin();
        var other = new PlugNode();
        await other.InitializeAsync();
        await using var _ = new Finally(other.DisposeAsync);
        var before = other.Dump();
        await other.EndAsync("ovs-vswitchd.pid");
        var access = other.Access with { OvsdbOptions = new() { Timeout = TimeSpan.FromSeconds(1) } };
        var late = await Assert.ThrowsAsync<OvsdbException>(() => HybridPlug.PlugAsync(access, Options(17), dryRun: false, default));
        Assert.Equal(OvsdbFailure.Timeout, late.Failure);
        Assert.Equal(LinksAndRows(before), LinksAndRows(other.Dump()));

        // the devices of the bridges went with ovs-vswitchd; only what is this port's counts
        static IEnumerable<string> LinksAndRows(string dump) => dump.Split('\n').Where(l => l.Contains("00000017-00", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_Port_on_another_bridge_is_refused_and_untouched()
    {
        var before = Begin();
        await PlugAsync(Options(10) with { Bridge = "br-other" });
        var plugged = node.Dump();
        var refused = await Assert.ThrowsAsync<OperationsException>(() => PlugAsync(Options(10)));
        Assert.Equal(ExitStatus.Refused, refused.Status);
        Assert.Equal("port qvo00000010-00 is on bridge br-other, not on br-int", refused.Problem.What);
        await Assert.ThrowsAsync<OperationsException>(() => UnplugAsync(10));
        Assert.Equal(plugged, node.Dump());
        await HybridPlug.UnplugAsync(node.Access, new() { PortId = Id(10), Bridge = "br-other" }, dryRun: false, default);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_port_whose_first_eleven_characters_are_anothers_is_refused()
    {
        var before = Begin();
        await PlugAsync(Options(11));
        var twin = Options(11) with { PortId = "00000011-0000-4000-8000-00000000beef" };
        var refused = await Assert.ThrowsAsync<OperationsException>(() => PlugAsync(twin));
        Assert.Equal(ExitStatus.Refused, refused.Status);
        await UnplugAsync(11);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_tap_goes_into_the_qbr_with_the_chains_MTU_and_stays_when_unplugged()
    {
        var before = Begin();
        node.Ip("tuntap", "add", "vnet12", "mode", "tap");
        var withTap = node.Dump();
        await PlugAsync(Options(12) with { Tap = "vnet12", Mtu = 1450 });
        Assert.Contains("mtu 1450", node.Ip("link", "show", "vnet12"), StringComparison.Ordinal);
        Assert.Contains("master qbr00000012-00", node.Ip("link", "show", "vnet12"), StringComparison.Ordinal);
        await UnplugAsync(12);
        node.Ip("link", "set", "vnet12", "down", "mtu", "1500");
        Assert.Equal(withTap, node.Dump());
        node.Ip("link", "del", "vnet12");
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task Ports_of_one_network_share_a_local_VLAN_and_two_networks_do_not_even_when_plugged_at_once()
    {
        var before = Begin();
        var networks = Enumerable.Range(0, 3).Select(i => $"0000000{i}-aaaa-4aaa-8aaa-aaaaaaaaaaaa").ToList();
        var results = await Task.WhenAll(Enumerable.Range(0, 3)
            .Select(i => PlugAsync(Options(20 + i) with { NetworkId = networks[i], Mtu = 1450 })));
        Assert.Equal(3, results.Select(r => r.Tag).Distinct().Count());
        var second = await PlugAsync(Options(23) with { NetworkId = networks[1] });
        Assert.Equal(results[1].Tag, second.Tag);
        Assert.Contains("mtu 1450", node.Ip("link", "show", "qvo00000023-00"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<OperationsException>(() =>
            PlugAsync(Options(24) with { NetworkId = networks[0], Tag = results[2].Tag }));
        foreach (var number in new[] { 20, 21, 22, 23 })
        {
            await UnplugAsync(number);
        }
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task A_dead_port_leaves_the_dead_VLAN_when_plugged_with_a_tag()
    {
        var before = Begin();
        await PlugAsync(Options(13));
        node.Vsctl("set", "Port", "qvo00000013-00", "tag=4095", "vlan_mode=trunk", "trunks=4095");
        await PlugAsync(Options(13) with { Tag = 5 });
        Assert.Equal("5 [] []", node.Vsctl("get", "Port", "qvo00000013-00", "tag", "vlan_mode", "trunks").ReplaceLineEndings(" ").Trim());
        await UnplugAsync(13);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task Without_the_bridge_nothing_is_touched_and_the_bridges_are_named()
    {
        var before = Begin();
        var missing = await Assert.ThrowsAsync<OperationsException>(() => PlugAsync(Options(14) with { Bridge = "br-none" }));
        Assert.Contains("br-int, br-other", missing.Problem.Fix, StringComparison.Ordinal);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task Without_ovsdb_server_nothing_is_touched()
    {
        var before = Begin();
        await Assert.ThrowsAsync<OvsdbException>(() => HybridPlug.PlugAsync(
            node.Access with { OvsRunDirectory = "/nonexistent" }, Options(15), dryRun: false, default));
        Assert.Equal(before, node.Dump());
    }

    private static string Id(int number) => $"{number:d8}-0000-4000-8000-000000000000";

    private static PlugOptions Options(int number) => new()
    {
        PortId = Id(number),
        Address = MacAddress.Parse($"fa:16:3e:00:00:{number:x2}"),
    };

    private string Begin()
    {
        Root.SkipUnlessRoot();
        Root.SkipUnlessInstalled("ovs-vswitchd");
        return node.Dump();
    }

    private Task<PlugResult> PlugAsync(PlugOptions options) => HybridPlug.PlugAsync(node.Access, options, dryRun: false, default);

    private Task<PlugResult> UnplugAsync(int number) =>
        HybridPlug.UnplugAsync(node.Access, new() { PortId = Id(number) }, dryRun: false, default);

    private async Task<int> StepsAsync(PlugOptions options) =>
        (await HybridPlug.PlugAsync(node.Access, options, dryRun: true, default)).Steps.Count;

    private async Task FailAfterAsync(PlugOptions options, int step)
    {
        var taken = 0;
        var thrown = await Record.ExceptionAsync(() => HybridPlug.PlugAsync(node.Access, options, dryRun: false, _ =>
        {
            if (taken++ == step)
            {
                throw new InvalidOperationException("injected");
            }
        }, default));
        Assert.Equal("injected", Assert.IsType<InvalidOperationException>(thrown).Message);
    }

    private string Sysctl(string name) => node.Namespace.Run("sysctl", "-n", name.Replace('.', '/')).Trim();

    /// <summary>Frames from the qbr reach an internal port of br-int.</summary>
    private async Task<bool> CarriesFramesAsync(string bridge)
    {
        node.Vsctl("add-port", "br-int", "probe0", "--", "set", "Interface", "probe0", "type=internal");
        node.Ip("link", "set", "probe0", "up");
        var seen = 0L;
        for (var attempt = 0; attempt < 20 && seen == 0; attempt++)
        {
            // a broadcast ARP request of the bridge's own: br-int floods it to the internal port
            node.Namespace.Run("sh", "-c", $"ip addr add 192.0.2.1/24 dev {bridge} 2>/dev/null; ping -c1 -W1 192.0.2.9 >/dev/null; true");
            seen = long.Parse(node.Vsctl("get", "Interface", "probe0", "ofport").Trim(), System.Globalization.CultureInfo.InvariantCulture) > 0
                ? Received("probe0")
                : 0;
            await Task.Delay(50);
        }
        node.Vsctl("del-port", "br-int", "probe0");
        return seen > 0;
    }

    private long Received(string link)
    {
        using var netlink = Plumbline.Linux.Netlink.RouteNetlink.Open(node.Namespace.Namespace);
        return (long)(netlink.FindLink(link)?.Statistics?.ReceivedPackets ?? 0);
    }

    private sealed class Finally(Func<Task> action) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await action();
    }
}
