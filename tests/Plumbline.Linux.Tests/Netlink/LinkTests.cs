using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Primitives;

namespace Plumbline.Linux.Tests.Netlink;

public sealed class LinkTests
{
    // captured from `ip link add …` in namespaces of their own: lo, tapx, qbr1, qvb1 (peer in another namespace), vx5
    private static readonly Link[] _links = [.. Captured.Messages("links").Select(message => Link.Parse(message))];

    // made by hand after linux/if_link.h: ifinfomsg of lo, IFLA_IFNAME "lo", IFLA_MTU 65536, and type 200, which no kernel sends
    private const string Loopback = "00000403" + "01000000" + "49000100" + "00000000"
        + "07000300" + "6c6f0000" + "08000400" + "00000100";

    [Fact]
    public void Unknown_attribute_is_kept_as_it_came()
    {
        var unknown = Assert.Single(Parse(Loopback + "0600c800" + "beef0000").Unknown);
        Assert.Equal(200, unknown.Type);
        Assert.Equal([0xbe, 0xef], unknown.Value);
    }

    [Fact]
    public void Nothing_unknown_is_left_of_what_a_kernel_sends_today() =>
        Assert.All(_links, link => Assert.Empty(link.Unknown));

    [Fact]
    public void A_flag_that_we_have_no_name_for_is_kept() =>
        Assert.Equal(0x10049, (int)Parse(Loopback).Flags); // LOWER_UP, RUNNING, LOOPBACK, UP

    [Fact]
    public void An_attached_xdp_program_is_kept_and_none_is_not()
    {
        Assert.Empty(Parse(Loopback + "0c002b00" + "05000200" + "00000000").Unknown);
        Assert.Equal(43, Assert.Single(Parse(Loopback + "0c002b00" + "05000200" + "02000000").Unknown).Type);
    }

    [Fact]
    public void A_bridge_as_captured() => Assert.Equal(
        new LinkData.Bridge
        {
            SpanningTree = false,
            ForwardDelaySeconds = 0,
            AgeingTimeSeconds = 0,
            VlanFiltering = false,
            MulticastSnooping = false,
            GroupForwardMask = 0,
            BridgeId = "8000.fa163e00000b",
            CallIptables = false,
        },
        Named("qbr1").Data);

    [Fact]
    public void A_tap_as_captured()
    {
        var tap = Named("tapx");
        Assert.Equal("tun", tap.Kind);
        Assert.Equal(
            new LinkData.Tun { IsTap = true, Persistent = true, Owner = 107, VnetHeader = true, MultiQueue = true }, tap.Data);
        Assert.Equal(Named("qbr1").IfIndex, tap.MasterIndex);
        Assert.Equal(BridgePortState.Disabled, tap.BridgePort!.State);
    }

    [Fact]
    public void A_veth_in_a_bridge_with_its_peer_elsewhere_as_captured()
    {
        var qvb = Named("qvb1");
        Assert.Equal("veth", qvb.Kind);
        Assert.Null(qvb.Data);
        Assert.Equal("plumbline test", qvb.Alias);
        Assert.Equal(MacAddress.Parse("fa:16:3e:00:00:0c"), qvb.Address);
        Assert.Equal(2, qvb.LinkIndex);
        Assert.Equal(0, qvb.LinkNamespaceId);
        Assert.Equal("bridge", qvb.MemberKind);
        Assert.Equal(1, qvb.Promiscuity);
        Assert.Equal(1000, qvb.TransmitQueueLength);
        Assert.Equal(1500, qvb.Mtu);
        Assert.Equal(1, qvb.HardwareType);
        Assert.Equal(OperationalState.Up, qvb.OperationalState);
        Assert.Equal(
            new BridgePortData
            {
                State = BridgePortState.Forwarding,
                Hairpin = false,
                Learning = true,
                UnicastFlood = true,
                Isolated = false,
            },
            qvb.BridgePort);
        Assert.True(qvb.Statistics!.SentPackets > 0);
    }

    [Fact]
    public void A_vxlan_as_captured() => Assert.Equal(
        new LinkData.Vxlan { Vni = 5, Local = IPAddress.Parse("10.0.0.1"), Remote = IPAddress.Parse("10.0.0.2"), Port = 4789 },
        Named("vx5").Data);

    [Fact]
    public void A_vxlan_that_openvswitch_made_has_no_vni_of_its_own() => Assert.Equal(
        new LinkData.Vxlan { CollectMetadata = true, Port = 4789 },
        // made by hand: IFLA_VXLAN_ID 0, IFLA_VXLAN_PORT 4789, IFLA_VXLAN_COLLECT_METADATA 1
        WithData("vxlan", "08000100" + "00000000" + "06000f00" + "12b50000" + "05001900" + "01000000").Data);

    [Theory]
    [InlineData("gre")]
    [InlineData("gretap")]
    [InlineData("erspan")]
    public void A_gre_tunnel_has_a_key_only_where_its_flags_say_so(string kind) => Assert.Equal(
        new LinkData.Gre { Local = IPAddress.Parse("192.168.0.12"), Remote = IPAddress.Parse("192.168.0.10"), InKey = 7 },
        // made by hand after linux/if_tunnel.h: IFLAGS GRE_KEY, OFLAGS 0, IKEY 7, OKEY 0, LOCAL, REMOTE
        WithData(kind, "06000200" + "20000000" + "06000300" + "00000000" + "08000400" + "00000007" + "08000500" + "00000000"
            + "08000600" + "c0a8000c" + "08000700" + "c0a8000a").Data);

    [Fact]
    public void A_gretap_that_openvswitch_made_has_no_ends() => Assert.Equal(
        new LinkData.Gre { CollectMetadata = true },
        WithData("gretap", "08000600" + "00000000" + "08000700" + "00000000" + "04001200").Data);

    [Fact]
    public void A_vlan_has_its_tag_and_protocol() => Assert.Equal(
        new LinkData.Vlan { Id = 100, Protocol = 0x88a8 },
        WithData("vlan", "06000100" + "64000000" + "06000500" + "88a80000").Data);

    [Fact]
    public void A_kind_that_we_do_not_know_keeps_its_name()
    {
        var link = WithData("bond", "05000100" + "01000000");
        Assert.Equal("bond", link.Kind);
        Assert.Null(link.Data);
    }

    [Fact]
    public void A_message_cut_anywhere_is_malformed_or_shorter_but_never_read_beyond()
    {
        foreach (var message in Captured.Messages("links"))
        {
            for (var length = 0; length < message.Length; length++)
            {
                try
                {
                    Link.Parse(message.AsSpan(0, length));
                }
                catch (InvalidDataException)
                {
                    continue;
                }
            }
        }
    }

    private static Link Named(string name) => _links.Single(link => link.Name == name);

    private static Link Parse(string hex) => Link.Parse(Convert.FromHexString(hex));

    /// <summary>IFLA_LINKINFO with IFLA_INFO_KIND and IFLA_INFO_DATA.</summary>
    private static Link WithData(string kind, string data)
    {
        var info = Attribute(1, Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(kind + "\0"))) + Attribute(2, data);
        return Parse(Loopback + Attribute(18, info));
    }

    private static string Attribute(ushort type, string value)
    {
        var length = (ushort)(4 + value.Length / 2);
        var padding = new string('0', (4 - length % 4) % 4 * 2);
        return Convert.ToHexString(BitConverter.GetBytes(length)) + Convert.ToHexString(BitConverter.GetBytes(type)) + value + padding;
    }
}
