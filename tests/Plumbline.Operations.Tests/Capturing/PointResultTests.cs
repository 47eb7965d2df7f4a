using Plumbline.Operations.Capturing;

namespace Plumbline.Operations.Tests.Capturing;

/// <summary>From OVS to the file each step's count is told, and what lies between two of them.</summary>
public sealed class PointResultTests
{
    private static readonly PointResult _device = new("test-vm tap", 1000, 1024, 20) { LeftOut = 4 };

    [Fact]
    public void Device_has_the_counts_of_its_ring() => Assert.Equal(
        "1024 passed the filter = 1000 written + 20 dropped in the ring + 4 left out", _device.Account());

    [Theory]
    [InlineData(null, "; OVS had counted none yet (it counts every 5 s)")]
    [InlineData(980, "; OVS had counted 980 (it counts every 5 s)")]
    [InlineData(1030, "; OVS counted 1030")]
    [InlineData(1042, "; OVS counted 1042: 12 never reached the monitor device")]
    public void Mirror_has_those_of_its_device_and_of_OVS(int? sent, string told)
    {
        var mirror = _device with { MonitorReceived = 1028, MonitorLost = 2, MirrorSent = (ulong?)sent };
        Assert.EndsWith("; the monitor device got 1028 copies and lost 2" + told, mirror.Account(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_accounts_for_is_said()
    {
        var open = _device with { LeftOut = 0 };
        Assert.Equal(4, open.Missing);
        Assert.EndsWith(" + 4 on the way", open.Account(), StringComparison.Ordinal);
    }
}
