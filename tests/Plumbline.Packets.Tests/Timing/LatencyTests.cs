using Plumbline.Packets.Timing;

namespace Plumbline.Packets.Tests.Timing;

public sealed partial class LatencyTests
{
    private const string Vm = "172.16.0.11";
    private const string Peer = "172.16.0.12";
    private const string Floating = "203.0.113.7";
    private const string Outside = "198.51.100.9";

    private static byte[] Payload(Random random, int length)
    {
        var payload = new byte[length];
        random.NextBytes(payload);
        return payload;
    }

    /// <summary>The chain of a hybrid VM to the NIC, delays in nanoseconds with noise, planted loss by leg.</summary>
    private static HopCapture Chain(int packets, int seed, long[] delays, double[]? loss = null, bool gre = false)
    {
        var random = new Random(seed);
        var capture = new HopCapture("tap", "qvb", "qvo", "br-int", "nic");
        for (var i = 0; i < packets; i++)
        {
            var time = i * 100_000L + random.Next(20_000);
            var id = random.Next(1, 65536);
            var inner = HopCapture.Udp(Vm, Peer, 5000, 6000, Payload(random, 40 + random.Next(900)), id);
            byte[][] seen =
            [
                inner, inner, inner, HopCapture.Tag(inner, 3),
                gre ? HopCapture.Gre(inner, 5001, i) : HopCapture.Vxlan(inner, 5001, i),
            ];
            capture.Add(0, time, seen[0]);
            for (var hop = 1; hop < seen.Length; hop++)
            {
                if (random.NextDouble() < (loss?[hop - 1] ?? 0))
                {
                    break;
                }
                time += delays[hop - 1] + (long)(delays[hop - 1] * 0.1 * random.NextDouble());
                capture.Add(hop, time, seen[hop]);
            }
        }
        return capture;
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Planted_delay_is_found_at_its_leg_and_no_other(int leg, bool gre)
    {
        long[] delays = [3_000, 5_000, 8_000, 20_000];
        delays[leg] += 2_000_000;
        var report = Chain(3000, 7 + leg, delays, gre: gre).Analyse();
        var way = Assert.Single(report.Ways);
        Assert.Equal([0, 1, 2, 3, 4], way.Hops);
        Assert.Equal(3000, report.Recognised);
        for (var i = 0; i < delays.Length; i++)
        {
            var found = way.Legs[i].Delay!;
            Assert.Equal(3000, found.Samples);
            Assert.InRange(found.P50, delays[i], delays[i] + delays[i] / 10);
            Assert.Equal(0, way.Legs[i].Lost);
        }
        Assert.InRange(way.Whole.Delay!.P50, delays.Sum(), delays.Sum() * 11 / 10);
        Assert.Empty(report.Doubts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void Planted_loss_is_found_at_its_leg_and_no_other(int leg)
    {
        var loss = new double[4];
        loss[leg] = 0.03;
        var way = Assert.Single(Chain(5000, 11 + leg, [3_000, 5_000, 8_000, 20_000], loss).Analyse().Ways);
        for (var i = 0; i < loss.Length; i++)
        {
            Assert.InRange(way.Legs[i].Lost, i == leg ? 110 : 0, i == leg ? 190 : 0);
            Assert.Equal(0, way.Legs[i].Unseen + way.Legs[i].Appeared + way.Legs[i].Reordered);
        }
    }

    [Fact]
    public void Nat_on_the_way_does_not_hide_packets()
    {
        var random = new Random(3);
        var capture = new HopCapture("tap", "qg");
        for (var i = 0; i < 500; i++)
        {
            var payload = Payload(random, 100);
            capture.Add(0, i * 1_000_000, HopCapture.Udp(Vm, Outside, 5000, 53, payload, i + 1));
            capture.Add(1, i * 1_000_000 + 70_000, HopCapture.Udp(Floating, Outside, 1025, 53, payload, i + 1, ttl: 63));
            capture.Add(1, i * 1_000_000 + 300_000, HopCapture.Udp(Outside, Floating, 53, 1025, payload, i + 7));
            capture.Add(0, i * 1_000_000 + 350_000, HopCapture.Udp(Outside, Vm, 53, 5000, payload, i + 7, ttl: 63));
        }
        var report = capture.Analyse();
        Assert.Equal(2, report.Ways.Count);
        var there = Assert.Single(report.Ways, w => w.Hops[0] == 0);
        Assert.Equal(500, there.Legs[0].Delay!.Samples);
        Assert.Equal(70_000, there.Legs[0].Delay!.P50);
        Assert.Equal(Vm, there.Example.Source.ToString());
        Assert.Equal(Floating, there.ExampleAtEnd.Source.ToString());
        var back = Assert.Single(report.Ways, w => w.Hops[0] == 1);
        Assert.Equal(50_000, back.Legs[0].Delay!.P50);
    }

    [Fact]
    public void Segments_cut_by_the_nic_are_found_by_their_bytes()
    {
        var capture = new HopCapture("tap", "nic");
        var sequence = uint.MaxValue - 100_000; // wraps on the way
        for (var i = 0; i < 200; i++)
        {
            var time = i * 2_000_000L;
            capture.Add(0, time, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence, 14480, i * 16 + 1));
            for (var piece = 0; piece < 10; piece++)
            {
                if (i % 50 == 49 && piece == 4)
                {
                    continue; // four pieces are lost
                }
                capture.Add(
                    1, time + 30_000 + piece * 1_000,
                    HopCapture.Tcp(Vm, Peer, 40000, 80, sequence + (uint)piece * 1448, 1448, i * 16 + 1 + piece));
            }
            sequence += 14480;
        }
        var leg = Assert.Single(capture.Analyse().Ways).Legs[0];
        Assert.Equal(200, leg.Delay!.Samples);
        Assert.Equal(30_000, leg.Delay.P50);
        Assert.Equal(4, leg.Lost);
        Assert.Equal(0, leg.Appeared);
    }

    [Fact]
    public void Segments_joined_on_the_way_wait_for_their_last_piece()
    {
        var capture = new HopCapture("nic", "tap");
        var sequence = 1000u;
        for (var i = 0; i < 200; i++)
        {
            var time = i * 2_000_000L;
            for (var piece = 0; piece < 4; piece++)
            {
                capture.Add(0, time + piece * 5_000, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence + (uint)piece * 1448, 1448, i * 4 + 1 + piece));
            }
            capture.Add(1, time + 15_000 + 40_000, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence, 4 * 1448, i * 4 + 1));
            sequence += 4 * 1448;
        }
        var leg = Assert.Single(capture.Analyse().Ways).Legs[0];
        Assert.Equal(200, leg.Delay!.Samples);
        Assert.Equal(40_000, leg.Delay.P50);
        Assert.Equal(40_000, leg.Delay.Greatest);
        Assert.Equal(0, leg.Lost + leg.Appeared);
    }

    [Fact]
    public void Retransmission_is_not_taken_for_the_packet_that_was_lost()
    {
        var capture = new HopCapture("tap", "nic");
        for (var i = 0; i < 100; i++)
        {
            var (time, sequence) = (i * 500_000_000L, (uint)(1000 + i * 1448));
            capture.Add(0, time, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence, 1448, 2 * i + 1));
            capture.Add(0, time + 200_000_000, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence, 1448, 2 * i + 2));
            capture.Add(1, time + 200_050_000, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence, 1448, 2 * i + 2));
        }
        var leg = Assert.Single(capture.Analyse().Ways).Legs[0];
        Assert.Equal(100, leg.Lost);
        Assert.Equal(50_000, leg.Delay!.Greatest);
    }

    [Fact]
    public void Equal_datagrams_without_identification_are_told_by_time()
    {
        var capture = new HopCapture("tap", "nic");
        for (var i = 0; i < 1000; i++)
        {
            capture.Add(0, i * 1_000_000L, HopCapture.Udp(Vm, Peer, 5000, 6000, new byte[32], 0));
            if (i % 100 != 50)
            {
                capture.Add(1, i * 1_000_000L + 60_000, HopCapture.Udp(Vm, Peer, 5000, 6000, new byte[32], 0));
            }
        }
        var leg = Assert.Single(capture.Analyse().Ways).Legs[0];
        Assert.Equal(10, leg.Lost);
        Assert.Equal(60_000, leg.Delay!.P50);
        Assert.Equal(60_000, leg.Delay.Greatest);
    }

    [Fact]
    public void Equal_datagrams_are_joined_over_nat_and_pass_the_hops_in_the_order_of_their_times()
    {
        var capture = new HopCapture("tap", "qg");
        for (var i = 0; i < 100; i++)
        {
            capture.Add(0, i * 1_000_000L + 70_000, HopCapture.Udp(Outside, Vm, 5000, 53, new byte[32], i + 1, ttl: 63));
            capture.Add(1, i * 1_000_000L, HopCapture.Udp(Outside, Floating, 5000, 53, new byte[32], i + 1));
            capture.Add(0, i * 1_000_000L + 60_000, HopCapture.Udp(Peer, Vm, 6000, 6000, new byte[32], 0, ttl: 63));
            capture.Add(1, i * 1_000_000L, HopCapture.Udp(Peer, Vm, 6000, 6000, new byte[32], 0));
        }
        var way = Assert.Single(capture.Analyse().Ways);
        Assert.Equal([1, 0], way.Hops);
        Assert.Equal((200L, 0L, 60_000L, 70_000L), (way.Legs[0].Delay!.Samples, way.Legs[0].Lost, way.Legs[0].Delay!.Least, way.Legs[0].Delay!.Greatest));
    }

    /// <summary>As Linux probes a tail (RFC 8985 §7.2) that only waits for a processor.</summary>
    [Fact]
    public void A_tail_that_is_sent_again_before_its_first_copy_passed_the_hop_is_no_loss()
    {
        var capture = new HopCapture("tap", "qr");
        for (var i = 0; i < 20; i++)
        {
            var (time, sequence) = (i * 100_000_000L, (uint)(i * 3000));
            capture.Add(0, time, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence, 2912, 0));
            capture.Add(0, time + 10_000_000, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence + 2896, 16, 0)); // the probe
            foreach (var (piece, length, at) in (ReadOnlySpan<(uint, int, long)>)[(0, 1448, 11), (1448, 1448, 12), (2896, 16, 13), (2896, 16, 14)])
            {
                capture.Add(1, time + at * 1_000_000, HopCapture.Tcp(Vm, Peer, 40000, 80, sequence + piece, length, 0));
            }
        }
        var leg = Assert.Single(capture.Analyse().Ways).Legs[0];
        Assert.Equal((40L, 0L, 0L), (leg.Left, leg.Lost, leg.Undecided));
    }

    [Fact]
    public void Later_fragments_count_as_lost_only_where_others_of_them_arrive()
    {
        var capture = new HopCapture("tap", "qvb", "qvo");
        for (var i = 0; i < 100; i++)
        {
            var piece = Payload(new Random(i), 500);
            var frame = HopCapture.IPv4(Vm, Peer, 17, piece, i + 1);
            frame[21] = 100; // the fragment's offset, in 8 bytes
            capture.Add(0, i * 1_000_000L, frame);
            if (i % 10 != 3)
            {
                capture.Add(1, i * 1_000_000L + 50_000, frame);
            }
            capture.Add(2, i * 1_000_000L + 90_000, HopCapture.Udp(Vm, Peer, 1, 2, piece, i + 1)); // the packet put together, or another
        }
        var legs = capture.Analyse(new() { Way = [0, 1, 2] }).Ways.SelectMany(w => w.Legs).ToList();
        Assert.Equal(10, legs.Where(l => (l.From, l.To) == (0, 1)).Sum(l => l.Lost));
        Assert.Equal(0, legs.Where(l => (l.From, l.To) == (1, 2)).Sum(l => l.Lost));
    }

    [Fact]
    public void Equal_datagrams_that_cannot_be_told_apart_give_no_delay()
    {
        var capture = new HopCapture("tap", "nic");
        for (var i = 0; i < 1000; i++)
        {
            capture.Add(0, i * 1_000_000L, HopCapture.Udp(Vm, Peer, 5000, 6000, new byte[32], 0));
            if (i != 500)
            {
                capture.Add(1, i * 1_000_000L + 2_500_000, HopCapture.Udp(Vm, Peer, 5000, 6000, new byte[32], 0));
            }
        }
        var leg = Assert.Single(capture.Analyse().Ways).Legs[0];
        Assert.True(leg.Ambiguous > 900, $"{leg.Ambiguous} of 999");
        Assert.Equal(1, leg.Lost);
    }

    [Fact]
    public void Reordering_and_spikes_are_counted_where_they_happen()
    {
        var random = new Random(5);
        var capture = new HopCapture("a", "b", "c");
        for (var i = 0; i < 2000; i++)
        {
            var time = i * 1_000_000L;
            var frame = HopCapture.Udp(Vm, Peer, 5000, 6000, Payload(random, 64), i + 1);
            capture.Add(0, time, frame);
            capture.Add(1, time + 10_000, frame);
            capture.Add(2, time + 10_000 + (i is >= 1000 and < 1020 ? 5_500_000 : 20_000), frame);
        }
        var way = Assert.Single(capture.Analyse().Ways);
        Assert.Empty(way.Legs[0].Spikes);
        Assert.Equal(0, way.Legs[0].Reordered);
        var spike = Assert.Single(way.Legs[1].Spikes);
        Assert.Equal(20, spike.Packets);
        Assert.Equal(HopCapture.Start + 1_000_010_000, spike.StartNanoseconds);
        Assert.Equal(5, way.Legs[1].Reordered); // the last five late ones were overtaken
    }

    [Fact]
    public void Flow_that_a_rule_drops_is_named_with_the_hop_where_it_ends()
    {
        var capture = Chain(100, 9, [3_000, 5_000, 8_000, 20_000]);
        for (var i = 0; i < 5; i++)
        {
            capture.Add(0, 1_000_000 + i, HopCapture.Udp(Vm, Peer, 7000, 25, [(byte)i, 2, 3, 4, 5, 6, 7, 8], i + 1));
        }
        var vanished = Assert.Single(capture.Analyse().Vanished);
        Assert.Equal((25, 0, 1, 5L, false), (vanished.Flow.DestinationPort, vanished.LastHop, vanished.NextHop, vanished.Packets, vanished.IsCertain));
        var asked = capture.Analyse(new() { Way = [0, 1, 2, 3, 4], Senders = [InternetAddress.Of(System.Net.IPAddress.Parse(Vm))] });
        Assert.True(Assert.Single(asked.Vanished).IsCertain);
        Assert.Equal(5, Assert.Single(asked.Ways).Legs[0].Lost);
    }

    [Fact]
    public void Losses_that_the_capture_itself_may_have_made_are_doubtful()
    {
        var capture = Chain(1000, 10, [3_000, 5_000, 8_000, 20_000], [0, 0.01, 0, 0]);
        Assert.False(capture.Analyse().Ways[0].Legs[1].IsLossDoubtful);
        capture.Dropped[2] = 500;
        Assert.True(capture.Analyse().Ways[0].Legs[1].IsLossDoubtful);
    }

    [Fact]
    public void Hop_that_missed_a_packet_is_not_where_it_was_lost()
    {
        var random = new Random(12);
        var capture = new HopCapture("a", "b", "c");
        for (var i = 0; i < 100; i++)
        {
            var frame = HopCapture.Udp(Vm, Peer, 5000, 6000, Payload(random, 64), i + 1);
            capture.Add(0, i * 1_000_000L, frame);
            if (i % 10 != 0)
            {
                capture.Add(1, i * 1_000_000L + 10_000, frame);
            }
            capture.Add(2, i * 1_000_000L + 20_000, frame);
        }
        var way = Assert.Single(capture.Analyse().Ways);
        Assert.Equal((0L, 10L), (way.Legs[0].Lost, way.Legs[0].Unseen));
        Assert.Equal(0, way.Legs[1].Appeared);
    }

    [Fact]
    public void Snap_length_that_cuts_payloads_off_does_not_hide_packets()
    {
        var capture = new HopCapture("tap", "nic");
        for (var i = 0; i < 200; i++)
        {
            var frame = HopCapture.Tcp(Vm, Peer, 40000, 80, (uint)(1000 + i * 500), 500, i + 1);
            capture.Add(0, i * 1_000_000L, frame, 96);
            capture.Add(1, i * 1_000_000L + 10_000, HopCapture.Vxlan(frame, 7, i), 110);
        }
        var report = capture.Analyse();
        Assert.True(report.IsCut);
        Assert.Equal(200, Assert.Single(report.Ways).Legs[0].Delay!.Samples);
    }

    [Fact]
    public void Histogram_bins_are_narrower_than_one_part_in_a_hundred()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var value = (long)Math.Exp(random.NextDouble() * 40);
            var histogram = new DelayHistogram();
            histogram.Add(value);
            var (lower, count) = Assert.Single(histogram.Bins);
            Assert.Equal(1, count);
            Assert.InRange(value, lower, Math.Max(lower + lower / 100, lower));
        }
    }
}
