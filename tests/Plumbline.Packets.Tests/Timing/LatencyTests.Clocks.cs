using Plumbline.Packets.Timing;

namespace Plumbline.Packets.Tests.Timing;

public sealed partial class LatencyTests
{
    [Fact]
    public void Clocks_that_disagree_are_told_with_what_remains_true()
    {
        var random = new Random(6);
        const long ahead = 7_000_000;
        var capture = new HopCapture("here", "there");
        for (var i = 0; i < 300; i++)
        {
            var time = i * 10_000_000L + 1_000_000_000;
            var there = HopCapture.Udp(Vm, Peer, 5000, 6000, Payload(random, 64), i + 1);
            var back = HopCapture.Udp(Peer, Vm, 6000, 5000, Payload(random, 64), i + 1);
            capture.Add(0, time, there);
            capture.Add(1, time + 400_000 + ahead, there);
            capture.Add(1, time + 500_000 + ahead, back);
            capture.Add(0, time + 900_000, back);
        }
        var doubt = Assert.Single(capture.Analyse().Doubts);
        Assert.Equal((0, 1), (doubt.From, doubt.To));
        Assert.Equal(ahead, doubt.Ahead);
        Assert.Equal(800_000, doubt.RoundTrip);
    }

    /// <summary>Both directions, with noise; what the far clock is ahead, and what the way there takes more, by the time from 0 to 1.</summary>
    private static IReadOnlyList<ClockDoubt> DoubtsOf(Func<double, long> ahead, Func<double, long> slower, bool hasBack = true)
    {
        var random = new Random(8);
        var capture = new HopCapture("here", "there");
        for (var i = 0; i < 600; i++)
        {
            var (time, part) = (i * 10_000_000L + 1_000_000_000, i / 600.0);
            var there = HopCapture.Udp(Vm, Peer, 5000, 6000, Payload(random, 64), i + 1);
            var back = HopCapture.Udp(Peer, Vm, 6000, 5000, Payload(random, 64), i + 1);
            capture.Add(0, time, there);
            capture.Add(1, time + 400_000 + slower(part) + random.Next(100_000) + ahead(part), there);
            if (hasBack)
            {
                capture.Add(1, time + 3_000_000 + ahead(part), back);
                capture.Add(0, time + 3_400_000 + random.Next(100_000), back);
            }
        }
        return capture.Analyse().Doubts;
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.9)]
    public void A_clock_that_is_set_during_the_capture_is_told(double when)
    {
        var doubt = Assert.Single(DoubtsOf(part => part < when ? 0 : 250_000, _ => 0));
        Assert.InRange(doubt.Moved!.Value, 220_000, 290_000);
        Assert.Single(DoubtsOf(part => part < when ? 0 : -2_000_000, _ => 0, hasBack: false));
    }

    [Fact]
    public void A_clock_that_drifts_during_the_capture_is_told() => Assert.Single(DoubtsOf(part => (long)(part * 350_000), _ => 0));

    [Fact]
    public void A_way_that_becomes_slower_in_one_direction_is_no_fault_of_clocks()
    {
        Assert.Empty(DoubtsOf(_ => 0, part => part < 0.5 ? 0 : 2_000_000));
        Assert.Empty(DoubtsOf(_ => 0, part => part is > 0.4 and < 0.6 ? 1_000_000 : 0));
        Assert.Empty(DoubtsOf(_ => 50_000, _ => 0));
    }
}
