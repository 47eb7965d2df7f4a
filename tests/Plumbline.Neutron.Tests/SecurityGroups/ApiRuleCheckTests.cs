using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.Tests.SecurityGroups;

public sealed class ApiRuleCheckTests
{
    [Theory]
    [InlineData("tcp", 22, null, false)]
    [InlineData("tcp", 0, 5, false)]
    [InlineData("tcp", 30, 20, false)]
    [InlineData("icmp", null, 0, false)]
    [InlineData("icmp", 8, 0, true)]
    [InlineData("icmp", 256, null, false)]
    [InlineData("vrrp", 1, 1, false)]
    [InlineData(null, 1, 65535, true)]
    [InlineData("58", null, null, false)]
    [InlineData("256", null, null, false)]
    [InlineData("TCP", 1, 1, true)]
    public void Ports_and_protocols_are_taken_and_refused_as_the_API_does(string? protocol, int? first, int? last, bool taken)
    {
        var rule = ApiRuleCheck.Check(
            new() { Direction = "ingress", Protocol = protocol, PortRangeMin = first, PortRangeMax = last }, out var refusal);
        Assert.Equal(taken, rule is not null);
        Assert.Equal(taken, refusal is null);
    }

    [Fact]
    public void A_prefix_loses_its_host_bits_and_gets_a_length()
    {
        var rule = ApiRuleCheck.Check(new() { Direction = "egress", RemoteIPPrefix = "192.168.7.9/255.255.0.0" }, out _);
        Assert.Equal("192.168.0.0/16", rule!.RemoteIPPrefix);
    }
}
