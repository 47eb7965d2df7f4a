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
}
