using System.Buffers.Binary;
using Plumbline.Diagnosis.Timings;
using Plumbline.Packets.Pcapng;
using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Tests.Timings;

/// <summary>
/// Runs drawn by blocks from one recording of one way (a block bootstrap), written as captures of three hops and read by the whole analysis: a
/// queue whose delays are alike, stalls that some thirty packets wait for, losses of a queue that overflows.
/// </summary>
public sealed class LatencyRecordingTests
{
    private const int Pairs = 50;
    private const int Packets = 1500;
    private const int Block = 75;
    private const long Start = 1_700_000_000_000_000_000;
    private static readonly (long Delay, bool Lost)[][] _recording = [Record(1, 400_000), Record(2, 2_000_000)];

    /// <summary>60,000 packets at a millisecond.</summary>
    private static (long Delay, bool Lost)[] Record(int seed, long usual)
    {
        var random = new Random(seed);
        var recording = new (long, bool)[60_000];
        var (noise, busyUntil, overflow) = (0.0, 0L, 0);
        for (var i = 0; i < recording.Length; i++)
        {
            var now = i * 1_000_000L;
            noise = 0.7 * noise + 0.7 * Normal(random);
            var delay = (long)(usual * Math.Exp(0.15 * noise));
            busyUntil = random.NextDouble() < 0.0008 ? now + 8_000_000 + random.Next(30_000_000) : busyUntil;
            overflow = overflow > 0 ? overflow - 1 : random.NextDouble() < 0.0004 ? random.Next(10, 30) : 0;
            recording[i] = (Math.Max(delay, busyUntil - now), overflow > 0);
        }
        return recording;
    }

    /// <summary>A run of it, the second leg's delays grown by a part.</summary>
    private static LatencyReport Draw(int seed, double grown = 0)
    {
        var random = new Random(seed);
        var packets = new List<(long Time, int Hop, int Number)>();
        var froms = new int[2];
        for (var i = 0; i < Packets; i++)
        {
            if (i % Block == 0)
            {
                froms = [random.Next(60_000 - Block), random.Next(60_000 - Block)];
            }
            var time = Start + i * 1_000_000L;
            packets.Add((time, 0, i));
            for (var leg = 0; leg < 2; leg++)
            {
                var (delay, lost) = _recording[leg][froms[leg] + i % Block];
                if (lost)
                {
                    break;
                }
                time += leg == 1 ? (long)(delay * (1 + grown)) : delay;
                packets.Add((time, leg + 1, i));
            }
        }
        var stream = new MemoryStream();
        var writer = new PcapngWriter(stream, new());
        foreach (var hop in (string[])["tap", "qvo", "nic"])
        {
            writer.AddInterface(new() { Name = hop });
        }
        foreach (var (time, hop, number) in packets.OrderBy(p => p.Time))
        {
            var frame = Datagram(number);
            writer.WritePacket(hop, time, frame, frame.Length, PacketDirection.Unknown);
        }
        for (var hop = 0; hop < 3; hop++)
        {
            writer.WriteStatistics(hop, new() { StartNanoseconds = Start - 1, EndNanoseconds = Start + 10_000_000_000 });
        }
        writer.Flush();
        stream.Position = 0;
        var reader = new PcapngReader(stream, "drawn");
        var options = new LatencyOptions();
        var table = new HopTable(options.MayBeAsked);
        while (reader.TryRead(out var packet))
        {
            table.Add(packet);
        }
        return table.ToReport(reader.Interfaces, options);
    }

    /// <summary>Ethernet, IPv4, UDP and a number.</summary>
    private static byte[] Datagram(int number)
    {
        var frame = new byte[60];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);
        (frame[14], frame[16 + 1], frame[22], frame[23]) = (0x45, 46, 64, 17);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(18), (ushort)number);
        (frame[26], frame[29], frame[30], frame[33]) = (10, 1, 10, 2);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), 40000);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(36), 9000);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(38), 26);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(42), number);
        return frame;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static LatencyComparison Compare(LatencyReport before, LatencyReport after) => LatencyComparison.Compare(
        new() { Legs = [.. before.Ways[0].Legs.Select(l => BaselineLeg.Of(before, l))] }, after);

    [Fact]
    public void Runs_drawn_from_one_recording_are_not_told_to_differ()
    {
        for (var pair = 0; pair < Pairs; pair++)
        {
            var comparison = Compare(Draw(2 * pair), Draw(2 * pair + 1));
            Assert.All(comparison.Legs, l => Assert.True(l.Verdict == LegVerdict.Unchanged, $"pair {pair}: {l}"));
        }
    }

    /// <summary>In a run of 1.5 s, neighbours alike, a tenth now and then looks like less.</summary>
    [Fact]
    public void A_tenth_more_delay_is_found_at_its_leg()
    {
        var found = 0;
        for (var pair = 0; pair < Pairs; pair++)
        {
            var comparison = Compare(Draw(2 * pair), Draw(2 * pair + 1, 0.1));
            Assert.True(comparison.Legs[0].Verdict == LegVerdict.Unchanged, $"pair {pair}: {comparison.Legs[0]}");
            Assert.True(comparison.Legs[1].Verdict is LegVerdict.Slower or LegVerdict.Unchanged, $"pair {pair}: {comparison.Legs[1]}");
            found += comparison.Legs[1] is { Verdict: LegVerdict.Slower, IsBlamed: true } ? 1 : 0;
        }
        Assert.InRange(found, Pairs * 9 / 10, Pairs);
    }
}
