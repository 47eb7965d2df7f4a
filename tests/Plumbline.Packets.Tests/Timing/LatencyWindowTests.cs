using Plumbline.Packets.Timing;

namespace Plumbline.Packets.Tests.Timing;

/// <summary>A capture that is judged in windows, whatever its size, gives what one gives that is judged at once.</summary>
public sealed class LatencyWindowTests
{
    private const string Vm = "172.16.0.11";
    private const string Peer = "172.16.0.12";
    private const string Floating = "203.0.113.7";

    /// <summary>UDP behind NAT, TCP that the NIC cuts to pieces, retransmissions, equal datagrams; losses and overtaking on both legs.</summary>
    private static HopCapture Mixed(int packets, int seed)
    {
        var random = new Random(seed);
        var capture = new HopCapture("tap", "qvo", "nic");
        var sequence = 77u;
        for (var i = 0; i < packets; i++)
        {
            var time = i * 50_000L + random.Next(10_000);
            var (first, second) = (20_000 + random.Next(10_000), 300_000 + random.Next(random.Next(20) == 0 ? 900_000 : 50_000));
            var (lostFirst, lostSecond) = (random.Next(100) == 0, random.Next(50) == 0);
            var payload = new byte[40 + random.Next(60)];
            random.NextBytes(payload);
            switch (i % 4)
            {
                case 0:
                    Pass(HopCapture.Udp(Vm, Peer, 5000 + i % 7, 6000, payload, i + 1), null);
                    break;
                case 1:
                    Pass(HopCapture.Udp(Vm, Peer, 5100, 53, payload, i + 1), HopCapture.Udp(Floating, Peer, 1030, 53, payload, i + 1));
                    break;
                case 2:
                    capture.Add(0, time, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence, 4344, i));
                    capture.Add(1, time + first, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence, 4344, i));
                    for (var piece = 0; piece < 3; piece++)
                    {
                        if (!lostSecond || piece != 1)
                        {
                            capture.Add(2, time + first + second + piece * 900, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence + (uint)piece * 1448, 1448, i + piece));
                        }
                    }
                    sequence += 4344;
                    break;
                default:
                    Pass(HopCapture.Udp(Vm, Peer, 5200, 6200, new byte[20], 0), null); // all alike
                    break;
            }

            void Pass(byte[] frame, byte[]? translated)
            {
                capture.Add(0, time, frame);
                if (!lostFirst)
                {
                    capture.Add(1, time + first, frame);
                    if (!lostSecond)
                    {
                        capture.Add(2, time + first + second, translated ?? frame);
                    }
                }
            }
        }
        return capture;
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(5000)]
    [InlineData(20000)]
    public void Windows_give_what_the_whole_gives(int window)
    {
        var capture = Mixed(20_000, 5);
        var (whole, parts) = (capture.Analyse(), capture.Analyse(window: window));
        Assert.Equal(whole.Recognised, parts.Recognised);
        Assert.Equal(0, parts.Beyond);
        Assert.Equal(whole.Ways.Count, parts.Ways.Count);
        for (var w = 0; w < whole.Ways.Count; w++)
        {
            var (one, other) = (whole.Ways[w], parts.Ways[w]);
            Assert.Equal((one.Packets, one.Flows, one.Example, one.ExampleAtEnd), (other.Packets, other.Flows, other.Example, other.ExampleAtEnd));
            for (var i = 0; i < one.Legs.Count; i++)
            {
                AssertSame(one.Legs[i], other.Legs[i]);
            }
            AssertSame(one.Whole, other.Whole);
        }
    }

    private static void AssertSame(LegReport one, LegReport other)
    {
        Assert.Equal((one.Lost, one.Undecided), (other.Lost, other.Undecided));
        var (a, b) = (one.Delay!, other.Delay!);
        // datagrams that are all alike are paired from the last to the first: another last one, another pair here and there
        Assert.InRange(other.Left, one.Left - 5, one.Left + 5);
        Assert.InRange(other.Unseen, one.Unseen - 10, one.Unseen + 10);
        Assert.InRange(other.Appeared, one.Appeared - 10, one.Appeared + 10);
        Assert.InRange(b.Samples, a.Samples - 100, a.Samples + 100);
        Assert.InRange(b.P50, a.P50 * 0.99, a.P50 * 1.01);
        Assert.InRange(b.P99!.Value, a.P99!.Value * 0.97, a.P99.Value * 1.03);
        Assert.InRange(b.Jitter!.Value, a.Jitter!.Value * 0.97, a.Jitter.Value * 1.03);
        Assert.InRange(other.Reordered, one.Reordered * 0.98, one.Reordered * 1.02);
    }

    [Fact]
    public void Samples_that_are_too_many_are_thinned_and_the_slow_ones_stay()
    {
        var collector = new LegCollector(0, 1);
        var random = new Random(3);
        for (var i = 0; i < 100_000; i++)
        {
            collector.Add(i * 1_000_000L, i is 40_000 or 70_001 ? 9_000_000 : 100_000 + random.Next(1000), true);
            if (i % 1000 == 999)
            {
                collector.EndFlow();
            }
            if (i is 50_000 or 80_000)
            {
                collector.Halve();
            }
        }
        collector.EndFlow();
        var report = LegBuilder.Build(collector, 50, (0, 100_000 * 1_000_000L), (0, 200_000 * 1_000_000L));
        Assert.InRange(collector.Samples.Count, 25_000, 40_000);
        Assert.Equal(100_000, report.Delay!.Samples);
        Assert.Equal(9_000_000, report.Delay.Greatest);
        Assert.InRange(report.Delay.P50, 99_500, 101_500);
        Assert.Equal(2, report.Spikes.Count);
        Assert.InRange(report.Bins.Sum(b => b.Samples), 95_000, 105_000);
    }

    [Fact]
    public void Losses_that_are_too_many_are_counted_in_bounded_memory()
    {
        var losses = new LossTimes();
        for (var i = 0; i < 1_000_000; i++)
        {
            losses.Add(i * 10_000L);
        }
        Assert.InRange(losses.Times.Count, 1, 100_001);
        Assert.Equal(1_000_000, losses.Times.Sum(t => t.Count));
    }
}
