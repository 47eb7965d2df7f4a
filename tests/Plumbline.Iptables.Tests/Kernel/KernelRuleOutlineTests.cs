using System.Text;

namespace Plumbline.Iptables.Tests.Kernel;

public sealed class KernelRuleOutlineTests
{
    [Theory]
    [InlineData("-i qvb1 -m comment --comment \"Set zone for abc\" -j CT --zone 4097", "qvb1")]
    [InlineData("-m physdev --physdev-in tap1 -j CT --zone 4097", "tap1")]
    [InlineData("-m physdev --physdev-out tap1 --physdev-is-bridged -m comment --comment \"VM\\'s\" -j x", "tap1")]
    public void A_rule_that_asks_for_a_device_is_of_others_for_all_but_that_one(string words, string device)
    {
        var attributes = CapturedRules.Of(words);
        var outline = KernelRuleOutline.Read(attributes);

        Assert.False(outline.IsOfOthers(attributes, [Encoding.ASCII.GetBytes(device)]));
        Assert.True(outline.IsOfOthers(attributes, [[.. "tap2"u8], [.. "tap"u8]]));
        Assert.True(outline.IsOfOthers(attributes, []));
    }

    [Theory]
    [InlineData("-o eth+ -j MASQUERADE")]
    [InlineData("! -o eth0 -m pkttype --pkt-type multicast")]
    [InlineData("-p icmp -m icmp --icmp-type 8/0 -j RETURN")]
    [InlineData("-g x")]
    public void A_rule_that_asks_for_none_or_for_any_but_one_is_of_all(string words)
    {
        var attributes = CapturedRules.Of(words);

        Assert.False(KernelRuleOutline.Read(attributes).IsOfOthers(attributes, []));
    }

    [Fact]
    public void Where_a_rule_goes_is_told()
    {
        var attributes = CapturedRules.Of("-g x");
        Assert.Equal("x"u8, KernelRuleOutline.Read(attributes).Jump(attributes));

        attributes = CapturedRules.Of("-o eth+ -j MASQUERADE");
        Assert.Equal(0, KernelRuleOutline.Read(attributes).Jump(attributes).Length);
    }

    [Fact]
    public void What_is_done_before_the_device_is_asked_for_is_done_for_all()
    {
        var attributes = CapturedRules.Of("-i qvb1 -m comment --comment \"Set zone for abc\" -j CT --zone 4097");
        // the load's number is written as a set's: meta then sets a mark or the like
        var at = attributes.AsSpan().IndexOf((ReadOnlySpan<byte>)[8, 0, 1, 0, 0, 0, 0, 1]);
        attributes[at + 2] = 3;

        Assert.False(KernelRuleOutline.Read(attributes).IsOfOthers(attributes, []));
    }
}
