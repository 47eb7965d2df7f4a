using System.Globalization;
using System.Text.Json;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Linux;

/// <content>What the tests are built on, and ip(8) and bridge(8) as the judge.</content>
public sealed partial class RouteNetlinkTests
{
    /// <summary>The hybrid chain of one port by stock tools, and one of everything else that the machine's kernel can make.</summary>
    private static void Build(TestNamespace here, TestNamespace there)
    {
        Root.SkipUnlessInstalled("ip");
        foreach (var command in new[]
        {
            "ip tuntap add tapx mode tap user 107 vnet_hdr",
            "ip link add qbr1 type bridge forward_delay 0 stp_state 0 ageing_time 0 mcast_snooping 0",
            $"ip link add qvb1 type veth peer name qvo1 netns {Inside(there)}",
            "ip link set qvb1 master qbr1 up alias chain",
            "ip link set tapx master qbr1",
            "ip link set tapx type bridge_slave hairpin on learning off flood off isolated on",
            "ip link set qbr1 up",
            "ip link add pair0 type veth peer name pair1",
            "ip addr add 192.0.2.1/24 dev qbr1",
            "ip addr add 192.0.2.9 peer 192.0.2.10/32 dev qbr1",
            "ip addr add 2001:db8::1/64 dev qbr1 nodad",
            "ip neigh add 192.0.2.5 lladdr fa:16:3e:00:00:01 dev qbr1",
            "ip neigh add 2001:db8::5 lladdr fa:16:3e:00:00:01 dev qbr1",
            "ip route add 198.51.100.0/24 nexthop via 192.0.2.2 weight 3 nexthop via 192.0.2.3",
            "ip route add default via 192.0.2.2 metric 100",
            "ip route add blackhole 203.0.113.0/24 table 1000",
            "ip -6 route add default via 2001:db8::9",
            "bridge fdb add fa:16:3e:00:00:77 dev qvb1 master",
        })
        {
            var words = command.Split(' ');
            here.Run(words[0], words[1..]);
        }
        there.Run("ip", "link", "set", "qvo1", "up");
        // kernels without the module have none, and then there is nothing to compare
        using var optional = RouteNetlink.Open(here.Namespace);
        _ = CommandRunner.RunAsync(
            here.Namespace, "ip", ["link", "add", "vx5", "type", "vxlan", "id", "5", "dstport", "4789", "local", "10.0.0.1", "remote", "10.0.0.2"],
            null, null, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static void AssertSame(IReadOnlyList<Link> links, Link link, JsonElement json)
    {
        Assert.Equal(
            (json.GetProperty("ifindex").GetInt32(), Text(json, "ifname"), json.GetProperty("mtu").GetInt32(), Text(json, "address"),
                Text(json, "operstate"), Text(json, "master"), Text(json, "ifalias"), json.GetProperty("promiscuity").GetInt32(),
                json.GetProperty("txqlen").GetInt32(), Text(json, "qdisc")),
            (link.IfIndex, link.Name, link.Mtu!.Value, $"{link.Address}",
                $"{link.OperationalState}".ToUpperInvariant(), Name(links, link.MasterIndex), link.Alias, link.Promiscuity!.Value,
                link.TransmitQueueLength!.Value, link.QueueDiscipline));
        Assert.Equal(
            json.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()).Any(flag => flag == "UP"),
            link.Flags.HasFlag(LinkFlags.Up));
        if (json.TryGetProperty("link_index", out var index))
        {
            Assert.Equal(index.GetInt32(), link.LinkIndex);
            Assert.Equal(json.GetProperty("link_netnsid").GetInt32(), link.LinkNamespaceId);
        }
        else
        {
            Assert.Equal(Text(json, "link"), Name(links, link.LinkIndex));
            Assert.Null(link.LinkNamespaceId);
        }
        var stats = json.GetProperty("stats64");
        Assert.Equal(stats.GetProperty("tx").GetProperty("errors").GetUInt64(), link.Statistics!.SendErrors);
        if (!json.TryGetProperty("linkinfo", out var info))
        {
            Assert.Null(link.Kind);
            return;
        }
        Assert.Equal(Text(info, "info_kind"), link.Kind);
        Assert.Equal(Text(info, "info_slave_kind"), link.MemberKind);
        var has = info.TryGetProperty("info_data", out var data);
        switch (link.Data)
        {
            case LinkData.Bridge bridge:
                Assert.Equal(
                    (data.GetProperty("forward_delay").GetInt32(), data.GetProperty("ageing_time").GetInt32(),
                        data.GetProperty("stp_state").GetInt32(), data.GetProperty("mcast_snooping").GetInt32()),
                    ((int)(bridge.ForwardDelaySeconds! * 100), (int)(bridge.AgeingTimeSeconds! * 100),
                        bridge.SpanningTree is true ? 1 : 0, bridge.MulticastSnooping is true ? 1 : 0));
                break;
            case LinkData.Tun tun:
                Assert.Equal(
                    (Text(data, "type") == "tap", data.GetProperty("vnet_hdr").GetBoolean(), data.GetProperty("persist").GetBoolean(),
                        Text(data, "user") ?? data.GetProperty("user").ToString()),
                    (tun.IsTap, tun.VnetHeader is true, tun.Persistent is true, Text(data, "user") ?? $"{tun.Owner}"));
                break;
            case LinkData.Vxlan vxlan:
                Assert.Equal(
                    (data.GetProperty("id").GetUInt32(), Text(data, "local"), Text(data, "remote"), data.GetProperty("port").GetInt32()),
                    (vxlan.Vni!.Value, $"{vxlan.Local}", $"{vxlan.Remote}", vxlan.Port!.Value));
                break;
            default:
                Assert.False(has, $"nothing was read of {info}");
                break;
        }
        if (link.BridgePort is { } port)
        {
            var member = info.GetProperty("info_slave_data");
            Assert.Equal(
                (Text(member, "state"), member.GetProperty("hairpin").GetBoolean(), member.GetProperty("learning").GetBoolean(),
                    member.GetProperty("flood").GetBoolean(), member.GetProperty("isolated").GetBoolean()),
                ($"{port.State}".ToLowerInvariant(), port.Hairpin is true, port.Learning is true, port.UnicastFlood is true,
                    port.Isolated is true));
        }
    }

    private static List<JsonElement> Judge(TestNamespace test, string file, params string[] arguments) =>
        [.. JsonDocument.Parse(test.Run(file, arguments)).RootElement.EnumerateArray().Where(item => item.EnumerateObject().Any())];

    /// <summary>Null where the property is not there or no text; ip(8) writes a number where it has no name for it.</summary>
    private static string? Text(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind == JsonValueKind.Number ? value.GetInt64().ToString(CultureInfo.InvariantCulture)
        : null;

    private static string? Name(IReadOnlyList<Link> links, int? ifIndex) =>
        links.SingleOrDefault(link => link.IfIndex == ifIndex)?.Name;

    /// <summary>ip(8) takes a path for a namespace where a name is asked for.</summary>
    private static string Inside(TestNamespace test) => test.Path;
}
