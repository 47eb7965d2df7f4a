using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Primitives;

namespace Plumbline.Linux.Tests.Netlink;

/// <summary>Addresses, routes, neighbours and forwarding entries as captured; qbr1 is link 3, qvb1 link 4, vx5 link 5.</summary>
public sealed class RecordTests
{
    private static readonly LinkAddress[] _addresses =
        [.. Captured.Messages("addresses").Select(message => LinkAddress.Parse(message)!)];

    private static readonly Route[] _routes = [.. Captured.Messages("routes").Select(message => Route.Parse(message))];

    private static readonly Neighbour[] _neighbours =
        [.. Captured.Messages("neighbours").Select(message => Neighbour.Parse(message)!)];

    private static readonly FdbEntry[] _fdb = [.. Captured.Messages("fdb").Select(message => FdbEntry.Parse(message)!)];

    [Fact]
    public void An_address_has_no_peer_but_on_a_point_to_point_link()
    {
        Assert.Contains(
            new LinkAddress { IfIndex = 3, Address = IPAddress.Parse("192.0.2.1"), PrefixLength = 24 }, _addresses);
        Assert.Contains(
            new LinkAddress
            {
                IfIndex = 3,
                Address = IPAddress.Parse("192.0.2.9"),
                PrefixLength = 32,
                Peer = IPAddress.Parse("192.0.2.10"),
            },
            _addresses);
    }

    [Fact]
    public void An_ipv6_address_is_tentative_until_nobody_else_has_it() => Assert.Equal(
        new LinkAddress
        {
            IfIndex = 3,
            Address = IPAddress.Parse("fe80::f816:3eff:fe00:b"),
            PrefixLength = 64,
            Scope = 253,
            Tentative = true,
        },
        _addresses.Single(address => address is { IfIndex: 3, Scope: 253 }));

    [Fact]
    public void A_default_route_goes_to_the_unspecified_address_of_its_family()
    {
        Assert.Contains(
            new Route
            {
                Destination = IPAddress.Any,
                PrefixLength = 0,
                Gateway = IPAddress.Parse("192.0.2.2"),
                IfIndex = 3,
                Metric = 100,
                Table = 254,
                Type = 1,
                Protocol = 3,
            },
            _routes);
        Assert.Contains(_routes, route => route.Destination.Equals(IPAddress.IPv6Any) && route.PrefixLength == 0
            && IPAddress.Parse("2001:db8::9").Equals(route.Gateway));
    }

    [Fact]
    public void A_route_over_several_hops_has_their_weights() => Assert.Equal(
        [new NextHop(3, IPAddress.Parse("192.0.2.2"), 3), new NextHop(3, IPAddress.Parse("192.0.2.3"), 1)],
        To("198.51.100.0").NextHops);

    [Fact]
    public void A_gateway_may_be_of_the_other_family() =>
        Assert.Equal(IPAddress.Parse("2001:db8::9"), To("198.51.101.0").Gateway);

    [Fact]
    public void A_table_above_255_is_told_whole()
    {
        Assert.Equal(1000u, To("203.0.113.0").Table);
        Assert.Equal(6, To("203.0.113.0").Type);
    }

    [Fact]
    public void A_next_hop_that_overruns_is_malformed()
    {
        // as captured, the first rtnexthop's length raised from 16 to 64
        var route = Captured.Messages("routes").Single(message => Convert.ToHexStringLower(message).Contains("240009001000", StringComparison.Ordinal));
        var text = Convert.ToHexStringLower(route).Replace("240009001000", "240009004000", StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Route.Parse(Convert.FromHexString(text)));
    }

    [Fact]
    public void A_neighbour_has_its_link_address() => Assert.Contains(
        new Neighbour
        {
            IfIndex = 3,
            Address = IPAddress.Parse("2001:db8::5"),
            LinkAddress = MacAddress.Parse("fa:16:3e:00:00:01"),
            State = 0x80,
        },
        _neighbours);

    [Fact]
    public void A_forwarding_entry_has_its_port_and_bridge_and_a_vxlan_entry_its_remote_end()
    {
        Assert.Contains(
            new FdbEntry { IfIndex = 4, Address = MacAddress.Parse("fa:16:3e:00:00:0c"), MasterIndex = 3, State = 0x80 }, _fdb);
        Assert.Contains(
            new FdbEntry { IfIndex = 5, Address = new(0), Remote = IPAddress.Parse("10.0.0.2"), State = 0x82 }, _fdb);
    }

    private static Route To(string destination) => _routes.Single(route => route.Destination.Equals(IPAddress.Parse(destination)));
}
