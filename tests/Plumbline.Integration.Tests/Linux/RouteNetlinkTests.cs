using System.Net;
using System.Text.Json;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Linux;

/// <summary>
/// One namespace with a hybrid chain, a tap, a VXLAN device, addresses, routes and neighbours, another with the far end; what we
/// read must be what ip(8) and bridge(8) read.
/// </summary>
public sealed partial class RouteNetlinkTests
{
    [SkippableFact]
    public void Links_are_as_ip_shows_them()
    {
        using var here = TestNamespace.Create("here");
        using var there = TestNamespace.Create("there");
        Build(here, there);
        using var netlink = RouteNetlink.Open(here.Namespace);

        var links = netlink.ListLinks();
        var judge = Judge(here, "ip", "-j", "-d", "-s", "link");

        Assert.Equal(judge.Count, links.Count);
        foreach (var (link, json) in links.Zip(judge.OrderBy(json => json.GetProperty("ifindex").GetInt32())))
        {
            AssertSame(links, link, json);
            Assert.Empty(link.Unknown);
        }
        Assert.Contains(links, link => link.Data is LinkData.Tun { IsTap: true });
        Assert.Contains(links, link => link.BridgePort is { State: BridgePortState.Forwarding });
    }

    [SkippableFact]
    public void Addresses_are_as_ip_shows_them()
    {
        using var here = TestNamespace.Create("here");
        using var there = TestNamespace.Create("there");
        Build(here, there);
        using var netlink = RouteNetlink.Open(here.Namespace);

        var judge = Judge(here, "ip", "-j", "addr")
            .SelectMany(link => link.GetProperty("addr_info").EnumerateArray().Select(info =>
                (Index: link.GetProperty("ifindex").GetInt32(),
                Address: Text(info, "local"),
                Prefix: info.GetProperty("prefixlen").GetInt32(),
                Peer: Text(info, "address"))));

        Assert.Equal(
            judge.Order(),
            netlink.ListAddresses().Select(address =>
                (address.IfIndex, (string?)address.Address.ToString(), address.PrefixLength, address.Peer?.ToString())).Order());
    }

    [SkippableFact]
    public void Routes_are_as_ip_shows_them()
    {
        using var here = TestNamespace.Create("here");
        using var there = TestNamespace.Create("there");
        Build(here, there);
        using var netlink = RouteNetlink.Open(here.Namespace);
        var links = netlink.ListLinks();

        string Line(Route route) => string.Join(' ',
            route.PrefixLength == 0 ? "default"
                : route.PrefixLength == route.Destination.GetAddressBytes().Length * 8 ? $"{route.Destination}"
                : $"{route.Destination}/{route.PrefixLength}",
            route.Gateway, Name(links, route.IfIndex), route.Source,
            route.Table switch { 254 => "", 255 => "local", var table => $"{table}" },
            string.Join(',', route.NextHops.Select(hop => $"{hop.Gateway} {Name(links, hop.IfIndex)} {hop.Weight}")));
        string Shown(JsonElement route) => string.Join(' ',
            Text(route, "dst"), Text(route, "gateway"), Text(route, "dev"), Text(route, "prefsrc"), Text(route, "table"),
            route.TryGetProperty("nexthops", out var hops)
                ? string.Join(',', hops.EnumerateArray().Select(hop =>
                    $"{Text(hop, "gateway")} {Text(hop, "dev")} {hop.GetProperty("weight").GetInt32()}"))
                : "");

        var judge = Judge(here, "ip", "-4", "-j", "route", "show", "table", "all")
            .Concat(Judge(here, "ip", "-6", "-j", "route", "show", "table", "all"));
        Assert.Equal(judge.Select(Shown).Order(StringComparer.Ordinal), netlink.ListRoutes().Select(Line).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void Neighbours_and_forwarding_entries_are_as_ip_and_bridge_show_them()
    {
        using var here = TestNamespace.Create("here");
        using var there = TestNamespace.Create("there");
        Build(here, there);
        using var netlink = RouteNetlink.Open(here.Namespace);
        var links = netlink.ListLinks();

        Assert.Equal(
            Judge(here, "ip", "-j", "neigh").Select(json => $"{Text(json, "dst")} {Text(json, "dev")} {Text(json, "lladdr")}").Order(),
            netlink.ListNeighbours().Select(n => $"{n.Address} {Name(links, n.IfIndex)} {n.LinkAddress}").Order());
        Assert.Equal(
            Judge(here, "bridge", "-j", "fdb")
                .Select(json => $"{Text(json, "mac")} {Text(json, "ifname")} {Text(json, "master")} {Text(json, "dst")}").Order(),
            netlink.ListFdb()
                .Select(e => $"{e.Address} {Name(links, e.IfIndex)} {Name(links, e.MasterIndex)} {e.Remote}").Order());
    }

    [SkippableFact]
    public void A_veth_peer_in_another_namespace_is_found_by_number_and_index_from_both_sides()
    {
        using var here = TestNamespace.Create("here");
        using var there = TestNamespace.Create("there");
        using var near = RouteNetlink.Open(here.Namespace);
        using var far = RouteNetlink.Open(there.Namespace);
        Assert.Null(near.GetNamespaceId(there.Namespace)); // asking makes no number
        Assert.Null(near.GetNamespaceId(there.Namespace));

        var qvb = near.CreateLink(new()
        {
            Name = "qvb-fifteen-abc",
            Kind = "veth",
            Mtu = 1450,
            Address = MacAddress.Parse("fa:16:3e:00:00:01"),
            Alias = "plumbline near",
            NoIpv6LinkLocal = true,
            Up = true,
            Peer = new()
            {
                Name = "qvo-fifteen-abc",
                Kind = "veth",
                Mtu = 1400,
                Address = MacAddress.Parse("fa:16:3e:00:00:02"),
                Namespace = there.Namespace,
                Alias = "plumbline far",
                NoArp = true,
                Up = true,
            },
        });

        var qvo = far.FindLink("qvo-fifteen-abc")!;
        Assert.Equal(
            ("qvb-fifteen-abc", "veth", 1450, "plumbline near", MacAddress.Parse("fa:16:3e:00:00:01")),
            (qvb.Name, qvb.Kind, qvb.Mtu, qvb.Alias, qvb.Address));
        Assert.Equal(
            ("veth", 1400, "plumbline far", MacAddress.Parse("fa:16:3e:00:00:02")),
            (qvo.Kind, qvo.Mtu, qvo.Alias, qvo.Address));
        Assert.True(qvb.Flags.HasFlag(LinkFlags.Up) && qvo.Flags.HasFlag(LinkFlags.Up | LinkFlags.NoArp | LinkFlags.LowerUp));
        Assert.Equal(qvo.IfIndex, qvb.LinkIndex);
        Assert.Equal(qvb.IfIndex, qvo.LinkIndex);
        Assert.Equal(near.GetNamespaceId(there.Namespace), qvb.LinkNamespaceId);
        Assert.Equal(far.GetNamespaceId(here.Namespace), qvo.LinkNamespaceId);
        Assert.NotNull(qvb.LinkNamespaceId);
        Assert.DoesNotContain(near.ListAddresses(), address => address.IfIndex == qvb.IfIndex); // no link-local address
        Assert.Null(near.FindLink("no-such-link"));
        Assert.Null(near.FindLink("sixteen-letters-"));
        Assert.Null(near.FindLink(4711));

        Assert.True(near.DeleteLink(qvb.IfIndex));
        Assert.False(near.DeleteLink(qvb.IfIndex));
        Assert.Null(far.FindLink("qvo-fifteen-abc"));
    }

    [SkippableFact]
    public void A_bridge_has_its_settings_from_the_first_moment()
    {
        using var test = TestNamespace.Create();
        using var netlink = RouteNetlink.Open(test.Namespace);
        var asked = new LinkData.Bridge
        {
            ForwardDelaySeconds = 0,
            AgeingTimeSeconds = 0,
            SpanningTree = false,
            MulticastSnooping = false,
            GroupForwardMask = 0x4000,
            CallIptables = true,
        };

        var made = netlink.CreateLink(new() { Name = "qbr1", Kind = "bridge", Bridge = asked });

        var data = Assert.IsType<LinkData.Bridge>(made.Data);
        Assert.Equal(asked, data with { BridgeId = null, VlanFiltering = null });
        netlink.ChangeLink(made.IfIndex, new() { Bridge = new() { AgeingTimeSeconds = 300, MulticastSnooping = true } });
        data = Assert.IsType<LinkData.Bridge>(netlink.FindLink(made.IfIndex)!.Data);
        Assert.Equal(asked with { AgeingTimeSeconds = 300, MulticastSnooping = true }, data with { BridgeId = null, VlanFiltering = null });
    }

    [SkippableFact]
    public void What_is_changed_changes_and_nothing_else()
    {
        using var here = TestNamespace.Create("here");
        using var there = TestNamespace.Create("there");
        using var netlink = RouteNetlink.Open(here.Namespace);
        var bridge = netlink.CreateLink(new() { Name = "br", Kind = "bridge" });
        var veth = netlink.CreateLink(
            new() { Name = "a", Kind = "veth", Alias = "kept", Peer = new() { Name = "b", Kind = "veth" } });
        Link Now() => netlink.FindLink(veth.IfIndex)!;

        netlink.ChangeLink(veth.IfIndex, new() { MasterIndex = bridge.IfIndex, Up = true, Promiscuous = true });
        Assert.Equal(bridge.IfIndex, Now().MasterIndex);
        Assert.Equal("bridge", Now().MemberKind);
        Assert.True(Now().Flags.HasFlag(LinkFlags.Up | LinkFlags.Promiscuous));
        Assert.Equal("kept", Now().Alias);

        netlink.ChangeLink(veth.IfIndex, new() { MasterIndex = 0, Alias = "", Mtu = 1400, Promiscuous = false });
        Assert.Null(Now().MasterIndex);
        Assert.Null(Now().BridgePort);
        Assert.Null(Now().Alias);
        Assert.Equal(1400, Now().Mtu);
        Assert.True(Now().Flags.HasFlag(LinkFlags.Up));
        Assert.False(Now().Flags.HasFlag(LinkFlags.Promiscuous));

        netlink.ChangeLink(veth.IfIndex, new() { Up = false });
        netlink.ChangeLink(veth.IfIndex, new() { Name = "renamed", Address = MacAddress.Parse("fa:16:3e:01:02:03") });
        Assert.Equal(("renamed", MacAddress.Parse("fa:16:3e:01:02:03")), (Now().Name, Now().Address));

        netlink.ChangeLink(veth.IfIndex, new() { Namespace = there.Namespace });
        Assert.Null(netlink.FindLink("renamed"));
        using var far = RouteNetlink.Open(there.Namespace);
        Assert.NotNull(far.FindLink("renamed"));
    }

    [SkippableFact]
    public void Addresses_and_routes_that_we_add_are_there_and_an_address_twice_is_fine()
    {
        using var test = TestNamespace.Create();
        using var netlink = RouteNetlink.Open(test.Namespace);
        var link = netlink.CreateLink(new() { Name = "br", Kind = "bridge", Up = true });
        var address = IPAddress.Parse("192.0.2.1");

        netlink.AddAddress(link.IfIndex, address, 24);
        netlink.AddAddress(link.IfIndex, address, 24);
        netlink.AddAddress(link.IfIndex, IPAddress.Parse("2001:db8::1"), 64);
        netlink.AddRoute(null, 0, IPAddress.Parse("192.0.2.254"), null);
        netlink.AddRoute(IPAddress.Parse("198.51.100.0"), 24, null, link.IfIndex);
        netlink.AddRoute(IPAddress.Parse("2001:db8:1::"), 48, IPAddress.Parse("2001:db8::2"), link.IfIndex);

        Assert.Equal(2, netlink.ListAddresses().Count(a => a.IfIndex == link.IfIndex && a.Scope == 0));
        var routes = netlink.ListRoutes();
        Assert.Contains(routes, r => r is { PrefixLength: 0, Table: 254 } && r.IfIndex == link.IfIndex
            && IPAddress.Parse("192.0.2.254").Equals(r.Gateway));
        Assert.Contains(routes, r => r.Destination.Equals(IPAddress.Parse("198.51.100.0")) && r is { Gateway: null, Scope: 253 });
        Assert.Contains(routes, r => r.Destination.Equals(IPAddress.Parse("2001:db8:1::")) && r.PrefixLength == 48);
        var twice = Assert.Throws<LinuxException>(() => netlink.AddRoute(null, 0, IPAddress.Parse("192.0.2.254"), null));
        Assert.Equal("cannot add route default via 192.0.2.254: File exists", twice.Problem.What);
        var far = Assert.Throws<LinuxException>(() => netlink.AddRoute(IPAddress.Parse("10.0.0.0"), 8, IPAddress.Parse("203.0.113.1"), null));
        Assert.Equal("cannot add route 10.0.0.0/8 via 203.0.113.1: Network is unreachable (Nexthop has invalid gateway)", far.Problem.What);
    }

    [SkippableFact]
    public void A_name_that_is_taken_and_a_kind_that_is_not_to_be_had_are_refused_in_words()
    {
        using var test = TestNamespace.Create();
        using var netlink = RouteNetlink.Open(test.Namespace);
        netlink.CreateLink(new() { Name = "x", Kind = "bridge" });

        var taken = Assert.Throws<LinuxException>(() => netlink.CreateLink(
            new() { Name = "x", Kind = "veth", Peer = new() { Name = "y", Kind = "veth" } }));
        Assert.Equal(17, taken.Errno);
        Assert.Equal("cannot create veth \"x\" with peer \"y\": File exists", taken.Problem.What);
        Assert.Equal($"network namespace {test.Path}", taken.Problem.Where);

        var kind = Assert.Throws<LinuxException>(() => netlink.CreateLink(new() { Name = "z", Kind = "nonesuch" }));
        Assert.Equal("cannot create nonesuch \"z\": Operation not supported (Unknown device type)", kind.Problem.What);
        Assert.Equal("load the kernel module: modprobe nonesuch", kind.Problem.Fix);
        Assert.Equal(2, netlink.ListLinks().Count);
    }

    [SkippableFact]
    public void A_link_whose_second_step_is_refused_is_not_left_behind()
    {
        using var test = TestNamespace.Create();
        using var netlink = RouteNetlink.Open(test.Namespace);
        var tooLong = new string('a', 300); // IFALIASZ is 256
        Assert.Throws<LinuxException>(() => netlink.CreateLink(
            new() { Name = "x", Kind = "veth", Peer = new() { Name = "y", Kind = "veth", Alias = tooLong } }));
        Assert.Equal("lo", Assert.Single(netlink.ListLinks()).Name);
    }

    [SkippableFact]
    public void Two_thousand_links_are_listed_each_once()
    {
        using var test = TestNamespace.Create();
        using var netlink = RouteNetlink.Open(test.Namespace);
        for (var i = 0; i < 1000; i++)
        {
            netlink.CreateLink(new() { Name = $"a{i}", Kind = "veth", Peer = new() { Name = $"b{i}", Kind = "veth" } });
        }

        var links = netlink.ListLinks();
        using var judge = JsonDocument.Parse(test.Run("ip", "-j", "link"));

        Assert.Equal(
            judge.RootElement.EnumerateArray().Select(link => link.GetProperty("ifname").GetString()).Order(StringComparer.Ordinal),
            links.Select(link => link.Name).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task Links_that_come_and_go_during_dumps_never_show_twice_or_cut()
    {
        using var test = TestNamespace.Create();
        using var netlink = RouteNetlink.Open(test.Namespace);
        for (var i = 0; i < 200; i++)
        {
            netlink.CreateLink(new() { Name = $"still{i}", Kind = "bridge" });
        }
        using var stop = new CancellationTokenSource();
        using var churn = RouteNetlink.Open(test.Namespace);
        var churning = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                churn.DeleteLink(churn.CreateLink(new() { Name = "comes", Kind = "bridge" }).IfIndex);
                await Task.Delay(TimeSpan.FromMilliseconds(2));
            }
        });

        for (var i = 0; i < 100; i++)
        {
            var names = netlink.ListLinks().Select(link => link.Name).ToList();
            Assert.Equal(names.Count, names.Distinct().Count());
            Assert.Equal(200, names.Count(name => name.StartsWith("still", StringComparison.Ordinal)));
        }
        await stop.CancelAsync();
        await churning;
    }

    [SkippableFact]
    public void Sysctls_of_a_device_are_those_of_its_namespace()
    {
        using var test = TestNamespace.Create();
        using var netlink = RouteNetlink.Open(test.Namespace);
        netlink.CreateLink(new() { Name = "eth0.100", Kind = "bridge" });
        var key = Sysctl.OfDevice("ipv4", "eth0.100", "arp_ignore");

        Assert.True(Sysctl.Write(test.Namespace, key, "1"));
        Assert.Equal("1", Sysctl.Read(test.Namespace, key));
        Assert.Null(Sysctl.Read(null, key));
        Assert.False(Sysctl.Write(null, key, "1"));
        Assert.Equal("1", test.Run("cat", $"/proc/sys/{key}").Trim());
        var refused = Assert.Throws<LinuxException>(() => Sysctl.Write(test.Namespace, key, "many"));
        Assert.Equal($"cannot write \"many\" to \"/proc/sys/{key}\": Invalid argument", refused.Problem.What);
    }
}
