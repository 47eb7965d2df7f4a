namespace Plumbline.Primitives.Tests;

public sealed class MacAddressTests
{
    [Theory]
    [InlineData("fa:16:3e:c3:ea:d5", "fa:16:3e:c3:ea:d5")]
    [InlineData("FA:16:3E:C3:EA:D5", "fa:16:3e:c3:ea:d5")]
    [InlineData("fa-16-3e-c3-ea-d5", "fa:16:3e:c3:ea:d5")]
    public void Text_in_either_case_and_with_either_separator_is_one_address(string text, string printed) =>
        Assert.Equal(printed, MacAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("fa:16:3e:c3:ea")]
    [InlineData("fa:16:3e:c3:ea:d5:00")]
    [InlineData("fa:16:3e:c3:ea:g5")]
    [InlineData("fa:16:3e:c3:ea d5")]
    [InlineData("+a:16:3e:c3:ea:d5")]
    [InlineData(" a:16:3e:c3:ea:d5")]
    public void Anything_else_is_no_address(string? text) => Assert.False(MacAddress.TryParse(text, out _));

    [Fact]
    public void Octets_survive_a_round_trip()
    {
        var address = MacAddress.Parse("01:02:03:04:05:06");
        Span<byte> octets = stackalloc byte[MacAddress.Length];
        address.CopyTo(octets);
        Assert.Equal([1, 2, 3, 4, 5, 6], octets.ToArray());
        Assert.Equal(address, MacAddress.Read(octets));
    }

    [Fact]
    public void Group_and_local_bits_are_those_of_the_first_octet()
    {
        Assert.True(MacAddress.Broadcast.IsMulticast);
        Assert.True(MacAddress.Parse("01:00:5e:00:00:01").IsMulticast);
        Assert.False(MacAddress.Parse("fa:16:3e:c3:ea:d5").IsMulticast);
        Assert.True(MacAddress.Parse("fa:16:3e:c3:ea:d5").IsLocal);
        Assert.False(MacAddress.Parse("00:16:3e:c3:ea:d5").IsLocal);
    }
}
