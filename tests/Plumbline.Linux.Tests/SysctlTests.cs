namespace Plumbline.Linux.Tests;

public sealed class SysctlTests
{
    [Theory]
    [InlineData("net.ipv6.conf.qbr1.disable_ipv6", "/proc/sys/net/ipv6/conf/qbr1/disable_ipv6")]
    [InlineData("net/ipv6/conf/eth0.100/disable_ipv6", "/proc/sys/net/ipv6/conf/eth0.100/disable_ipv6")]
    [InlineData("kernel.ostype", "/proc/sys/kernel/ostype")]
    public void The_first_separator_decides_as_in_sysctl(string key, string path) => Assert.Equal(path, Sysctl.PathOf(key));

    [Fact]
    public void A_device_with_a_dot_is_one_segment() =>
        Assert.Equal("/proc/sys/net/ipv4/conf/eth0.100/arp_ignore", Sysctl.PathOf(Sysctl.OfDevice("ipv4", "eth0.100", "arp_ignore")));

    [Theory]
    [InlineData("")]
    [InlineData("net..ipv4")]
    [InlineData("net/../../etc/passwd")]
    [InlineData("net.ipv4/conf")]
    public void A_key_cannot_leave_proc_sys(string key) => Assert.Throws<ArgumentException>(() => Sysctl.PathOf(key));

    [Fact]
    public void A_setting_is_read_without_its_line_end() => Assert.Equal("Linux", Sysctl.Read(null, "kernel.ostype"));

    [Fact]
    public void A_setting_that_is_not_there_is_null() => Assert.Null(Sysctl.Read(null, "net.ipv6.conf.no-such-device.disable_ipv6"));
}
