using Plumbline.Operations.Mirroring;

namespace Plumbline.Operations.Tests.Mirroring;

public class MirrorProofTests
{
    // captured: ovs-appctl dpif/show, OVS 3.1.0, userspace datapath
    private const string Show = """
        netdev@ovs-netdev: hit:21 missed:39
          br-int:
            br-int 65534/1: (tap)
            patch-tun 1/none: (patch: peer=patch-int)
            pm0 5/6: (system)
            qvoA 2/3: (system)
          br-tun:
            br-tun 65534/2: (tap)
            gre0 2/7: (gre: key=flow, remote_ip=10.0.0.2)
        """;

    [Theory]
    [InlineData("br-int", "pm0", 5, "6")]
    [InlineData("br-int", "br-int", 65534, "1")]
    [InlineData("br-tun", "gre0", 2, "7")]
    public void Port_is_found_with_both_its_numbers(string bridge, string name, int ofPort, string datapathPort) =>
        Assert.Equal((ofPort, datapathPort), MirrorProof.FindPort(Show, bridge, name));

    [Theory]
    [InlineData("br-int", "patch-tun")]
    [InlineData("br-int", "gre0")]
    [InlineData("br-int", "pm")]
    public void Port_without_a_place_in_the_datapath_is_not_found(string bridge, string name) =>
        Assert.Null(MirrorProof.FindPort(Show, bridge, name));

    [Theory]
    // captured: ofproto/trace br-int in_port=qvoA, OVS 3.1.0
    [InlineData("Datapath actions: push_vlan(vid=1,pcp=0),6,1,2,pop_vlan,4,5", true)]
    // made: with a mirror's snaplen, in a clone, by name
    [InlineData("Datapath actions: trunc(1514),6", true)]
    [InlineData("Datapath actions: clone(push_vlan(vid=1,pcp=0),6),4", true)]
    [InlineData("Datapath actions: push_vlan(vid=1,pcp=0),pm0,4", true)]
    [InlineData("Datapath actions: drop", false)]
    [InlineData("Datapath actions: push_vlan(vid=6,pcp=0),16,61", false)]
    [InlineData("Megaflow: in_port=6\nDatapath actions: 4", false)]
    public void Copy_is_seen_among_the_datapath_actions(string trace, bool copies) =>
        Assert.Equal(copies, MirrorProof.CopiesTo(trace, "6", "pm0"));

    // captured: ofproto/trace br-int in_port=pm0, OVS 3.1.0
    [Fact]
    public void Reserved_port_is_known_by_OVS_own_words() => Assert.True(MirrorProof.IsReserved(
        "     >>>> dropping packet received on port pm0, which is reserved exclusively for mirroring <<<<"));

    [Fact]
    public void Port_that_admits_only_tagged_packets_is_asked_with_a_tag() =>
        Assert.Equal("in_port=5,dl_vlan=10", MirrorProof.FlowFrom(5, 10));

    [Fact]
    public void Tunnel_is_known_by_its_far_end_in_user_space_and_in_the_kernel()
    {
        // captured: ofproto/trace, OVS 3.1, datapath_type=netdev
        const string UserSpace = "Datapath actions: push_vlan(vid=1,pcp=0),5,clone(tnl_push(tnl_port(6),header(size=42,type=3,eth("
            + "dst=d6:d5:40:c6:53:4d,src=0e:0d:da:40:c1:42,dl_type=0x0800),ipv4(src=10.9.0.1,dst=10.9.0.2,proto=47,tos=0,ttl=64,"
            + "frag=0x4000),gre((flags=0x2000,proto=0x6558),key=0x4d)),out_port(2)),1)";
        Assert.True(MirrorProof.TunnelsTo(UserSpace, "10.9.0.2", "6"));
        Assert.False(MirrorProof.TunnelsTo(UserSpace, "10.9.0.2", "7"));
        Assert.False(MirrorProof.TunnelsTo(UserSpace, "10.9.0.20", "6"));
        // made after lib/odp-util.c
        Assert.True(MirrorProof.TunnelsTo("Datapath actions: set(tunnel(tun_id=0x4d,dst=10.9.0.2,ttl=64,tp_dst=0,flags(key))),4", "10.9.0.2", "4"));
    }

    [Theory]
    [InlineData("     -> neighbor cache miss for 10.9.0.2 on bridge br-phy, sending ARP request",
        "neighbor cache miss for 10.9.0.2 on bridge br-phy, sending ARP request")]
    [InlineData("     >> native tunnel routing failed", "native tunnel routing failed")]
    [InlineData("     -> output to native tunnel", null)]
    public void Why_a_tunnel_cannot_be_used_yet_is_told(string trace, string? why) => Assert.Equal(why, MirrorProof.WhyNotTunnelled(trace));

    [Theory]
    [InlineData(null, null, "ip proto 47 and dst host 10.9.0.2 and ip[22:2] = 0x6558 and ip[20:2] & 0x2000 = 0")]
    [InlineData(77u, null, "ip proto 47 and dst host 10.9.0.2 and ip[22:2] = 0x6558 and ip[20:2] & 0x2000 != 0 and ip[24:4] = 77")]
    [InlineData(102u, 1, "ip proto 47 and dst host 10.9.0.2 and ip[22:2] = 0x88be and ip[30:2] & 0x3ff = 102")]
    [InlineData(102u, 2, "ip proto 47 and dst host 10.9.0.2 and ip[22:2] = 0x22eb and ip[30:2] & 0x3ff = 102")]
    public void Copies_of_one_tunnel_are_told_from_those_of_another(uint? key, int? version, string filter) =>
        Assert.Equal(filter, Plumbline.Operations.Mirroring.Lasting.MirrorProver.FilterOf(new()
        {
            Port = "plm0",
            Remote = System.Net.IPAddress.Parse("10.9.0.2"),
            Key = key,
            ErspanVersion = version,
        }));
}
