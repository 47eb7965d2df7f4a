namespace Plumbline.Neutron.Tests;

/// <summary>MACs as netaddr takes them, which Neutron's API and agent read them with.</summary>
public sealed class MacNotationTests
{
    [Theory]
    [InlineData("fa:16:3e:00:00:01")]
    [InlineData("FA-16-3E-00-00-01")]
    [InlineData("FA:16:3E:0:0:1")]
    [InlineData("fa163e000001")]
    [InlineData("fa16.3e00.0001")]
    [InlineData("fa16:3e00:1")]
    [InlineData("fa16-3e00-1")]
    [InlineData("fa163e-000001")]
    [InlineData("fa163e:00001")]
    public void Every_notation_is_the_same_address(string text)
    {
        Assert.True(MacNotation.TryParse(text, out var address));
        Assert.Equal("fa:16:3e:00:00:01", address.ToString());
    }

    [Fact]
    public void Of_digits_alone_one_zero_in_front_may_be_left_out()
    {
        Assert.True(MacNotation.TryParse("a163e000001", out var address));
        Assert.Equal("0a:16:3e:00:00:01", address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("fa:16:3e:00:00")]
    [InlineData("fa:16-3e:00:00:01")]
    [InlineData("fa.16.3e.00.00.01")]
    [InlineData("fa16.3e00")]
    [InlineData("fa163e.000001")]
    [InlineData("a16:3e00")]
    [InlineData("fa:16:3e:00:00:g1")]
    [InlineData("fa:16:3e:00:00:001")]
    [InlineData("a163e00001")]
    [InlineData(" fa:16:3e:00:00:01")]
    public void Anything_else_is_none(string? text) => Assert.False(MacNotation.TryParse(text, out _));
}
