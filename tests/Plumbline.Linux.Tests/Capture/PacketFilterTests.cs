using System.Runtime.InteropServices;
using Plumbline.Linux.Capture;
using Plumbline.Linux.Native;

namespace Plumbline.Linux.Tests.Capture;

public sealed class PacketFilterTests
{
    [SkippableTheory]
    [InlineData("icmp")]
    [InlineData("vlan 1 and icmp and host 172.16.0.1")]
    [InlineData("ether host fa:16:3e:c3:ea:d5 or (udp port 67 or 68)")]
    [InlineData("ip broadcast")]
    [InlineData("inbound")]
    [InlineData("")]
    public void A_good_filter_has_no_error(string expression)
    {
        SkipWithoutLibpcap();
        Assert.Null(PacketFilter.FindError(expression));
    }

    [SkippableTheory]
    [InlineData("icmp and and", "can't parse filter expression: syntax error")]
    [InlineData("port 99999", "port number 99999")]
    [InlineData("icmp\0garbage", "syntax error: NUL character")]
    public void Libpcaps_own_words_are_the_complaint(string expression, string complaint)
    {
        SkipWithoutLibpcap();
        Assert.Contains(complaint, PacketFilter.FindError(expression), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_libpcap_the_package_is_named()
    {
        var error = Assert.Throws<LinuxException>(() => Libpcap.Load(["libpcap-that-nobody-has.so.9"]));
        Assert.Equal("libpcap is not installed; it compiles capture filters", error.Problem.What);
        Assert.Equal("apt install libpcap0.8", error.Problem.Fix);
    }

    private static void SkipWithoutLibpcap()
    {
        Skip.IfNot(
            NativeLibrary.TryLoad("libpcap.so.0.8", out _) || NativeLibrary.TryLoad("libpcap.so.1", out _), "needs libpcap (libpcap0.8)");
    }
}
