using Plumbline.Linux;
using Plumbline.Linux.Capture;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capture;

public sealed class PacketCaptureTests
{
    [SkippableFact]
    public void Tcpdump_beside_us_sees_the_same_packets_and_bytes()
    {
        Root.SkipUnlessInstalled("tcpdump");
        using var bench = new CaptureBench();
        using var tcpdump = bench.StartTcpdump("v0", "judge.pcap");
        using var capture = bench.Open();

        const int Sent = 3000;
        void Send(int i)
        {
            var frame = (i % 10) switch
            {
                3 => CaptureBench.UdpFrame(i, 60 + i % 1400, 5),
                4 => CaptureBench.UdpFrame(i, 60, 200, (ushort)(0x6000 | i)), // 802.1ad outside
                5 => CaptureBench.UdpFrame(i, 60, 0x2000), // priority tag, VLAN 0
                _ => CaptureBench.UdpFrame(i, 60 + i % 1400),
            };
            (i % 3 == 0 ? bench.V0 : bench.V1).Send(frame);
        }
        for (var i = 0; i < Sent; i++)
        {
            Send(i);
        }
        var ours = CaptureBench.Drain(capture);

        var theirs = tcpdump.ReadFirst(Sent, nudge: () => Send(1));
        Assert.Equal(Sent, ours.Count);
        Assert.Equal(Sorted(theirs), Sorted(ours));
        Assert.Equal(new(Sent, 0), capture.ReadStatistics());
    }

    [SkippableFact]
    public void Filters_keep_what_they_keep_in_tcpdump()
    {
        Root.SkipUnlessInstalled("tcpdump");
        string[] filters =
        [
            "udp", "icmp", "vlan", "vlan 5", "vlan 5 and udp", "vlan 1 and icmp", "not vlan", "vlan 200 and vlan 5", "greater 200",
            "ether host 02:00:00:00:00:01", "udp port 1003", "ip broadcast", "inbound", "outbound", "ip[4:2] & 1 = 1",
        ];
        using var bench = new CaptureBench();
        var tcpdumps = filters.Select((filter, i) => bench.StartTcpdump("v0", $"{i}.pcap", filter)).ToList();
        var captures = filters.Select(filter => bench.Open(filter: filter)).ToList();

        const int Sent = 140;
        void Send(int i)
        {
            var frame = (i % 7) switch
            {
                1 => CaptureBench.UdpFrame(i, 60, 5),
                2 => CaptureBench.UdpFrame(i, 300, 200, 5),
                3 => AsIcmp(CaptureBench.UdpFrame(i)),
                4 => AsIcmp(CaptureBench.UdpFrame(i, 60, 1)),
                _ => CaptureBench.UdpFrame(i, 60 + 2 * i),
            };
            (i % 2 == 0 ? bench.V0 : bench.V1).Send(frame);
        }
        void SendAll()
        {
            for (var i = 0; i < Sent; i++)
            {
                Send(i);
            }
        }
        SendAll();

        var all = captures.ConvertAll(CaptureBench.Drain);
        for (var i = 0; i < filters.Length; i++)
        {
            var ours = all[i];
            var theirs = tcpdumps[i].ReadFirst(ours.Count, nudge: SendAll);
            Assert.True(Sorted(theirs).SequenceEqual(Sorted(ours)), $"\"{filters[i]}\": not the packets that tcpdump kept");
            Assert.True(ours.Count > 0 || filters[i] == "ip broadcast", $"\"{filters[i]}\" proves nothing here");
        }
        captures.ForEach(capture => capture.Dispose());
        tcpdumps.ForEach(tcpdump => tcpdump.Dispose());
    }

    [SkippableTheory]
    [InlineData("v0")]
    [InlineData("v1")]
    public void Nothing_that_arrived_before_stop_is_lost(string device)
    {
        using var bench = new CaptureBench();
        const int Burst = 1500;
        for (var round = 0; round < 20; round++)
        {
            using var capture = bench.Open(device);
            for (var i = 0; i < Burst; i++)
            {
                bench.V1.Send(CaptureBench.UdpFrame(i, 60 + i % 500));
            }

            var packets = CaptureBench.Drain(capture);

            Assert.Equal(Enumerable.Range(0, Burst), packets.Select(packet => CaptureBench.NumberOf(packet)));
            Assert.Equal(new(Burst, 0), capture.ReadStatistics());
        }
    }

    [SkippableFact]
    public void What_arrives_after_stop_is_left_out()
    {
        using var bench = new CaptureBench();
        using var capture = bench.Open();
        bench.V1.Send(CaptureBench.UdpFrame(1));
        capture.Stop();
        for (var i = 2; i < 50; i++)
        {
            bench.V1.Send(CaptureBench.UdpFrame(i));
        }

        var packets = CaptureBench.Drain(capture);

        Assert.Equal(1, CaptureBench.NumberOf(Assert.Single(packets)));
        Assert.Equal(1UL, capture.ReadStatistics().Received);
    }

    [SkippableFact]
    public void Stop_wakes_a_waiting_reader()
    {
        using var bench = new CaptureBench();
        for (var round = 0; round < 10; round++)
        {
            using var capture = bench.Open();
            using var aboutToRead = new ManualResetEventSlim();
            var result = 0;
            var reader = new Thread(() =>
            {
                aboutToRead.Set();
                result = capture.Read(Timeout.InfiniteTimeSpan, static (in packet, data) => { });
            });
            reader.Start();
            aboutToRead.Wait();

            capture.Stop(); // before, while or after the reader goes to sleep: all must end

            Assert.True(reader.Join(TimeSpan.FromSeconds(10)));
            Assert.Equal(-1, result);
        }
    }

    [SkippableFact]
    public void A_deleted_device_is_named_after_its_packets_were_handed_over()
    {
        using var bench = new CaptureBench();
        using var capture = bench.Open();
        for (var i = 0; i < 300; i++)
        {
            bench.V1.Send(CaptureBench.UdpFrame(i));
        }
        bench.Ip("link del v0");

        var count = 0;
        var error = Assert.Throws<LinuxException>((Action)(() =>
        {
            while (true)
            {
                capture.Read(TimeSpan.FromSeconds(5), (in packet, data) => count++);
            }
        }));

        Assert.Equal(300, count);
        Assert.Equal("device \"v0\" was removed during the capture", error.Problem.What);
        Assert.Equal(19, error.Errno);
    }

    [SkippableFact]
    public void A_device_that_goes_down_is_named_and_a_device_that_is_down_is_refused()
    {
        using var bench = new CaptureBench();
        using var capture = bench.Open();
        bench.Ip("link set v0 down");

        var error = Assert.Throws<LinuxException>(() => capture.Read(TimeSpan.FromSeconds(5), static (in packet, data) => { }));
        var refused = Assert.Throws<LinuxException>(() => bench.Open());

        Assert.Equal("device \"v0\" went down during the capture", error.Problem.What);
        Assert.Equal("device \"v0\" is down", refused.Problem.What);
        Assert.Equal($"bring it up: nsenter --net={bench.Test.Path} ip link set dev v0 up", refused.Problem.Fix);
    }

    [SkippableFact]
    public void Open_tells_what_is_wrong()
    {
        using var bench = new CaptureBench();
        bench.Ip("tuntap add tun9 mode tun");

        Assert.Equal("no device \"nope\"", Assert.Throws<LinuxException>(() => bench.Open("nope")).Problem.What);
        Assert.Equal(
            "no device \"a-name-that-no-device-can-have\"",
            Assert.Throws<LinuxException>(() => bench.Open("a-name-that-no-device-can-have")).Problem.What);
        Assert.StartsWith(
            "device \"tun9\" carries no Ethernet frames", Assert.Throws<LinuxException>(() => bench.Open("tun9")).Problem.What, StringComparison.Ordinal);
        var badFilter = Assert.Throws<LinuxException>(() => bench.Open(filter: "icmp and and")).Problem;
        Assert.Equal("bad filter: can't parse filter expression: syntax error", badFilter.What);
        Assert.Equal("filter \"icmp and and\"", badFilter.Where);
    }

    [SkippableFact]
    public void Lo_shows_a_packet_once()
    {
        using var bench = new CaptureBench();
        using var capture = bench.Open("lo");
        bench.Shell("ping -c 3 -i 0.01 127.0.0.1");
        Assert.Equal(6, CaptureBench.Drain(capture).Count);
    }

    [SkippableFact]
    public void Directions_are_told_and_sent_packets_can_be_left_out()
    {
        using var bench = new CaptureBench();
        using var both = bench.Open();
        using var incoming = bench.Open(incomingOnly: true);
        bench.V0.Send(CaptureBench.UdpFrame(1));
        bench.V1.Send(CaptureBench.UdpFrame(2));

        var told = new Dictionary<int, bool>();
        both.Stop();
        while (both.Read(Timeout.InfiniteTimeSpan, (in packet, data) => told.Add(CaptureBench.NumberOf(data), packet.IsOutgoing)) >= 0)
        {
        }

        Assert.Equal([(1, true), (2, false)], told.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(2, CaptureBench.NumberOf(Assert.Single(CaptureBench.Drain(incoming))));
    }

    [SkippableFact]
    public void Snap_length_counts_the_tag_that_was_put_back()
    {
        using var bench = new CaptureBench();
        using var capture = bench.Open(snapLength: 64);
        var frame = CaptureBench.UdpFrame(1, 400, 5);
        bench.V1.Send(frame);
        capture.Stop();
        var seen = new List<(int Length, byte[] Data)>();
        while (capture.Read(Timeout.InfiniteTimeSpan, (in packet, data) => seen.Add((packet.OriginalLength, data.ToArray()))) >= 0)
        {
        }

        var (length, bytes) = Assert.Single(seen);
        Assert.Equal(404, length);
        Assert.Equal(frame[..64], bytes);
    }

    [SkippableFact]
    public void One_thread_reads_several_captures_until_all_have_ended()
    {
        using var bench = new CaptureBench();
        var captures = new List<PacketCapture> { bench.Open("v0"), bench.Open("v1"), bench.Open("lo") };
        var counts = captures.ToDictionary(capture => capture, _ => 0);
        for (var i = 0; i < 500; i++)
        {
            bench.V1.Send(CaptureBench.UdpFrame(i));
        }
        var running = new List<PacketCapture>(captures);
        var turns = 0;
        while (running.Count > 0)
        {
            Assert.True(PacketCapture.WaitAny(running, TimeSpan.FromSeconds(5)), "woken up before the deadline");
            Assert.True(turns++ < 5000, "WaitAny does not spin");
            foreach (var capture in running.ToList())
            {
                var count = capture.Read(TimeSpan.Zero, static (in packet, data) => { });
                counts[capture] += Math.Max(count, 0);
                if (count < 0)
                {
                    running.Remove(capture);
                }
            }
            if (counts[captures[0]] == 500)
            {
                captures.ForEach(capture => capture.Stop());
            }
        }
        Assert.Equal([500, 500, 0], captures.Select(capture => counts[capture]));
        Assert.False(PacketCapture.WaitAny([], TimeSpan.FromMilliseconds(1)));
        captures.ForEach(capture => capture.Dispose());
    }

    [SkippableFact]
    public void A_handler_that_throws_loses_only_its_own_packet()
    {
        using var bench = new CaptureBench();
        using var capture = bench.Open();
        for (var i = 0; i < 100; i++)
        {
            bench.V1.Send(CaptureBench.UdpFrame(i));
        }
        capture.Stop();
        var seen = new List<int>();
        var result = 0;
        while (result >= 0)
        {
            try
            {
                result = capture.Read(Timeout.InfiniteTimeSpan, (in packet, data) =>
                {
                    seen.Add(CaptureBench.NumberOf(data));
                    if (seen.Count == 50)
                    {
                        throw new IOException("No space left on device");
                    }
                });
            }
            catch (IOException error)
            {
                Assert.Equal("No space left on device", error.Message);
            }
        }
        Assert.Equal(Enumerable.Range(0, 100), seen);
    }

    [SkippableFact]
    public void A_full_ring_is_counted()
    {
        using var bench = new CaptureBench();
        using var capture = PacketCapture.Open(new() { Device = "v0", Namespace = bench.Test.Namespace, RingBytes = 1 });
        for (var i = 0; i < 2000; i++)
        {
            bench.V1.Send(CaptureBench.UdpFrame(i, 1000));
        }

        var packets = CaptureBench.Drain(capture);

        var statistics = capture.ReadStatistics();
        Assert.Equal(2000UL, statistics.Received);
        Assert.InRange(statistics.Dropped, 1000UL, 1999UL);
        Assert.Equal(statistics.Received - statistics.Dropped, (ulong)packets.Count);
    }

    private static byte[] AsIcmp(byte[] frame)
    {
        frame[frame.AsSpan().IndexOf(new byte[] { 64, 17, 0, 0, 10 }) + 1] = 1;
        return frame;
    }

    private static IEnumerable<string> Sorted(IEnumerable<byte[]> packets) =>
        packets.Select(Convert.ToHexString).Order(StringComparer.Ordinal);
}
