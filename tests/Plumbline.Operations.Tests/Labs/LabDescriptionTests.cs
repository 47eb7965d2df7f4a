using Plumbline.Operations.Labs;

namespace Plumbline.Operations.Tests.Labs;

public sealed class LabDescriptionTests
{
    [Fact]
    public void The_first_node_is_the_first_article_s()
    {
        var lab = Of(new());
        var node = Assert.Single(lab.Nodes);
        Assert.Equal(("compute-opt", "192.168.122.215"), (node.Name, node.Address.ToString()));
        Assert.True(node.Access.IsLab);
        var vm = Assert.Single(lab.Instances);
        Assert.Equal("test-vm", vm.Name);
        Assert.StartsWith("bee51cf7-fb", vm.PortId, StringComparison.Ordinal);
        Assert.Equal("172.16.0.1", lab.Router.Address.ToString());
    }

    [Fact]
    public void The_same_options_give_the_same_lab_and_everything_in_it_has_a_name_of_its_own()
    {
        var options = new LabOptions { Directory = "/x", Nodes = 3, Instances = 64 };
        var (one, two) = (LabDescription.Of(options), LabDescription.Of(options));
        Assert.Equal(one.Instances.Select(i => (i.PortId, i.Id, i.Mac)), two.Instances.Select(i => (i.PortId, i.Id, i.Mac)));
        var ports = one.Instances.Select(i => i.PortId).Append(one.Router.PortId).Append(one.Dhcp.PortId).ToList();
        Assert.Equal(ports.Count, ports.Select(p => p[..10]).Distinct().Count());
        Assert.Equal(64, one.Instances.Select(i => i.Address).Distinct().Count());
        Assert.Equal(64, one.Instances.Select(i => i.Mac).Distinct().Count());
    }

    [Fact]
    public void VMs_are_spread_over_the_nodes() => Assert.Equal(
        ["compute-opt", "network-opt", "compute-opt", "network-opt"],
        Of(new() { Nodes = 2, Instances = 4 }).Instances.Select(i => i.Node));

    [Theory]
    [InlineData("gre", 1458)]
    [InlineData("vxlan", 1450)]
    public void The_tenant_s_MTU_is_what_the_tunnel_leaves(string tunnel, int mtu) => Assert.Equal(mtu, Of(new() { Tunnel = tunnel }).Mtu);

    [Fact]
    public void A_tap_has_the_guest_s_MAC_with_first_byte_fe() =>
        Assert.Equal("fe:16:3e:10:00:0b", Of(new()).Instances[0].TapMac.ToString());

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.Equal("--nodes", Assert.Throws<OperationsException>(() => Of(new() { Nodes = 4 })).Problem.Where);
        Assert.Equal("--vms", Assert.Throws<OperationsException>(() => Of(new() { Instances = 65 })).Problem.Where);
        Assert.Equal("--firewall", Assert.Throws<OperationsException>(() => Of(new() { Firewall = "nft" })).Problem.Where);
        Assert.Equal("--tunnel", Assert.Throws<OperationsException>(() => Of(new() { Tunnel = "ipip" })).Problem.Where);
    }

    [Fact]
    public void IPv6_addresses_are_those_that_autoconfiguration_makes_of_the_MACs() => Assert.Equal(
        "fd00:172:16:0:f816:3eff:fe10:b", Of(new() { IPv6 = true }).Instances[0].IPv6Address!.ToString());

    [Fact]
    public void What_is_not_usual_is_in_the_lab_s_words() => Assert.Equal("2 nodes, 2 VMs, gre, firewall native, l2pop, IPv6",
        Of(new() { Nodes = 2, Firewall = "native", L2Population = true, IPv6 = true }).ToString());

    [Fact]
    public void An_unknown_node_is_answered_with_those_there_are() => Assert.Equal(
        "it has compute-opt, network-opt", Assert.Throws<OperationsException>(() => Of(new() { Nodes = 2 }).FindNode("x")).Problem.Fix);

    private static LabDescription Of(LabOptions options) => LabDescription.Of(options with { Directory = "/run/plt" });
}
