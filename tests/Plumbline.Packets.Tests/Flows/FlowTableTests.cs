using System.Globalization;
using Plumbline.Packets.Flows;
using Plumbline.Packets.Pcapng;
using Plumbline.Packets.Tests.Dissection;
using Plumbline.Testing;
using static Plumbline.Packets.Tests.Frames;

namespace Plumbline.Packets.Tests.Flows;

public sealed class FlowTableTests
{
    private const byte Syn = 2;
    private const byte Rst = 4;
    private const byte Ack = 16;
    private const long Millisecond = 1_000_000;

    [SkippableTheory]
    [InlineData("tcp", 6)]
    [InlineData("udp", 17)]
    public void Tshark_counts_the_same_conversations(string protocol, int number)
    {
        Root.SkipUnlessInstalled("tshark");
        foreach (var file in Samples.Files)
        {
            var ours = ReadFile(file).Conversations.Where(c => c.Protocol == number)
                .SelectMany(c => new[] { c.Initiator, c.Responder }.Zip([c.Responder, c.Initiator]))
                .Where(pair => pair.First.Packets > 0)
                .ToDictionary(
                    pair => $"{pair.First.Address} {pair.First.Port} {pair.Second.Address} {pair.Second.Port}",
                    pair => (pair.First.Packets, pair.First.Bytes));
            var theirs = Tool.Run(
                    "tshark",
                    [
                        "-n", "-r", file, "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-Y", $"{protocol} && !icmp && !icmpv6", "-T",
                        "fields", "-e", "ip.src", "-e", "ipv6.src", "-e", $"{protocol}.srcport", "-e", "ip.dst", "-e", "ipv6.dst", "-e",
                        $"{protocol}.dstport", "-e", "frame.len",
                    ])
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('\t'))
                .GroupBy(f => $"{f[0]}{f[1]} {f[2]} {f[3]}{f[4]} {f[5]}")
                .ToDictionary(g => g.Key, g => ((long)g.Count(), g.Sum(f => long.Parse(f[6], CultureInfo.InvariantCulture))));
            Assert.Equal(theirs.OrderBy(p => p.Key, StringComparer.Ordinal), ours.OrderBy(p => p.Key, StringComparer.Ordinal));
        }
    }

    [SkippableFact]
    public void Tshark_measures_the_same_handshakes()
    {
        Root.SkipUnlessInstalled("tshark");
        var file = Samples.Files.Single(f => f.EndsWith("basic.pcap", StringComparison.Ordinal));
        var theirs = Tool.Run("tshark", "-n", "-r", file, "-Y", "tcp.analysis.initial_rtt && tcp.len > 0", "-T", "fields", "-e", "tcp.stream", "-e", "tcp.analysis.initial_rtt")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Select(line => decimal.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture));
        var ours = ReadFile(file).Conversations.Where(c => c.HandshakeTime is not null).Select(c => (decimal)c.HandshakeTime!.Value.TotalSeconds);
        Assert.NotEmpty(ours);
        Assert.Equal(theirs.Order(), ours.Order());
    }

    [Fact]
    public void Captured_dhcp_and_dns_are_understood()
    {
        var dhcp = ReadFile(Path.Combine(Samples.Folder, "dhcp.pcap")).DhcpExchanges;
        // dnsmasq pings an address before it offers it: the client had given up
        var v4 = dhcp.Single(e => !e.IsV6);
        Assert.Equal(["discover ×3", "offer ×3"], v4.Messages);
        Assert.Equal(DhcpStep.Request, v4.Missing);
        Assert.Equal(("02:00:00:00:00:01", "vm1", "10.9.0.2"), ($"{v4.Client}", v4.HostName, $"{v4.Server}"));
        Assert.Contains(dhcp, e => e.IsV6 && e.Messages.SequenceEqual(["solicit", "advertise"]) && e.Missing == DhcpStep.None);
        Assert.Contains(dhcp, e => e.IsV6 && e.Messages.SequenceEqual(["request", "reply"]) && $"{e.Address}".StartsWith("fd00::1", StringComparison.Ordinal));
        var failures = ReadFile(Path.Combine(Samples.Folder, "dns.pcap")).DnsFailures;
        Assert.Contains(failures, f => f.Name == "else.where.test" && f.ResponseCode == 5);
        Assert.DoesNotContain(failures, f => f.Name.StartsWith("vm1.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_syn_without_answer_and_a_refused_one_are_told_apart()
    {
        var report = Read(
            (0, Segment("10.0.0.1", 1000, "10.0.0.2", 80, Syn, 1, 0)), (1000, Segment("10.0.0.1", 1000, "10.0.0.2", 80, Syn, 1, 0)),
            (2000, Segment("10.0.0.1", 1001, "10.0.0.2", 81, Syn, 1, 0)), (2001, Segment("10.0.0.2", 81, "10.0.0.1", 1001, Rst | Ack, 0, 2)));
        var unanswered = report.Conversations.Single(c => c.State == ConversationState.SynUnanswered);
        Assert.Equal((2, 1, 80), (unanswered.Initiator.Syns, unanswered.Initiator.Retransmissions, unanswered.Responder.Port));
        Assert.Equal(81, report.Conversations.Single(c => c.State == ConversationState.Refused).Responder.Port);
    }

    [Fact]
    public void Overtaken_segments_are_no_retransmissions()
    {
        var report = Read([
            .. Handshake, (10, Data(1, 100)), (11, Data(201, 100)), (12, Data(101, 100)), // overtaken by one millisecond
            (20, Data(401, 100)), (300, Data(301, 100)), // a gap filled 280 ms later: sent again
            (301, Data(301, 100))]); // one packet twice
        var side = Assert.Single(report.Conversations).Initiator;
        Assert.Equal((1, 1, 1, 2), (side.Reordered, side.Retransmissions, side.Duplicates, side.Gaps));
    }

    [Fact]
    public void A_big_segment_that_never_arrives_while_small_ones_do_is_a_black_hole()
    {
        var report = Read([
            .. Handshake, (10, Data(1, 200)), (11, Reply(201)),
            (20, Data(201, 1400)), (220, Data(201, 1400)), (620, Data(201, 1400)), (1420, Data(201, 1400))]);
        var problem = Assert.Single(report.MtuProblems);
        Assert.Null(problem.Teller);
        Assert.Equal((1440, 240, 4L), (problem.PacketLength, problem.LargestAcknowledged, problem.Times));
        Assert.Equal("10.0.0.1", $"{problem.Source}");
        // a peer that went away after big segments had arrived is none
        Assert.Empty(Read([
            .. Handshake, (10, Data(1, 1400)), (11, Reply(1401)),
            (20, Data(1401, 1400)), (220, Data(1401, 1400)), (620, Data(1401, 1400)), (1420, Data(1401, 1400))]).MtuProblems);
    }

    [Fact]
    public void A_router_that_tells_the_mtu_is_named()
    {
        var quoted = IPv4(6, Tcp(1000, 80, Ack, new byte[8]), "10.0.0.1", "10.0.0.2");
        var told = Ethernet(0x0800, IPv4(1, Icmp(3, 4, 1400, quoted), "10.0.0.254", "10.0.0.1"));
        var problem = Assert.Single(Read((0, told), (1, told)).MtuProblems);
        Assert.Equal(("10.0.0.254", 1400, 2L, (1000, 80)), ($"{problem.Teller}", problem.Mtu, problem.Times, problem.Ports));
    }

    [Fact]
    public void Neighbours_that_do_not_answer_are_counted_and_probes_are_not()
    {
        var report = Read(
            (0, Ethernet(0x0806, Arp(1, "10.0.0.1", "10.0.0.9"))), (1000, Ethernet(0x0806, Arp(1, "10.0.0.1", "10.0.0.9"))),
            (1001, Ethernet(0x0806, Arp(1, "10.0.0.1", "10.0.0.2"))), (1002, Ethernet(0x0806, Arp(2, "10.0.0.2", "10.0.0.1"))),
            (1003, Ethernet(0x0806, Arp(1, "0.0.0.0", "10.0.0.7"))), (1004, Ethernet(0x0806, Arp(1, "10.0.0.1", "10.0.0.1"))));
        var question = Assert.Single(report.NeighboursUnanswered);
        Assert.Equal(("10.0.0.9", 2L, 1004.0), ($"{question.Wanted}", question.Times, question.Waited.TotalMilliseconds));
    }

    [Theory]
    [InlineData(DhcpStep.Offer, "1, 1")]
    [InlineData(DhcpStep.Request, "1, 2")]
    [InlineData(DhcpStep.Ack, "1, 2, 3")]
    [InlineData(DhcpStep.Refused, "3, 6")]
    [InlineData(DhcpStep.None, "1, 2, 3, 5")]
    [InlineData(DhcpStep.Declined, "1, 2, 3, 5, 4")]
    [InlineData(DhcpStep.Ack, "8")]
    [InlineData(DhcpStep.None, "1, 2, 3, 5, 2")] // a second server's offer, late
    [InlineData(DhcpStep.None, "3, 5, 6")] // of two servers one says no
    [InlineData(DhcpStep.Ack, "1, 2, 3, 5, 3, 3")] // renewed with the same number
    [InlineData(DhcpStep.Request, "3, 6, 1, 2")]
    [InlineData(DhcpStep.None, "5")]
    public void The_missing_step_of_a_dhcp_exchange_is_named(DhcpStep missing, string types)
    {
        var report = Read([.. types.Split(", ").Select(byte.Parse).Select((type, i) => ((long)i, Ethernet(0x0800, type is 2 or 5 or 6
            ? IPv4(17, Udp(67, 68, Dhcp(2, "10.0.0.5", 53, 1, type)), "10.0.0.2", "255.255.255.255")
            : IPv4(17, Udp(68, 67, Dhcp(1, "0.0.0.0", 53, 1, type)), "0.0.0.0", "255.255.255.255"))))]);
        Assert.Equal(missing, Assert.Single(report.DhcpExchanges).Missing);
    }

    [Fact]
    public void Questions_without_answer_and_bad_answers_are_dns_failures()
    {
        var ask = Ethernet(0x0800, IPv4(17, Udp(4000, 53, Dns(0x0100, 0, "a.example", 1)), "10.0.0.1", "10.0.0.2"));
        var no = Ethernet(0x0800, IPv4(17, Udp(53, 4000, Dns(0x8183, 0, "a.example", 1)), "10.0.0.2", "10.0.0.1"));
        Assert.Equal(3, Assert.Single(Read((0, ask), (1, no)).DnsFailures).ResponseCode);
        var silent = Assert.Single(Read((0, ask), (1000, ask)).DnsFailures);
        Assert.Equal((null, 2L), (silent.ResponseCode, silent.Times));
    }

    [Fact]
    public void Tenants_of_one_address_range_are_kept_apart()
    {
        var packet = IPv4(17, Udp(4000, 4001, [1]), "10.0.0.1", "10.0.0.2");
        var report = Read(
            (0, Ethernet(0x0800, packet)), (1, Tagged(5, 0x0800, packet)), (2, Tagged(6, 0x0800, packet)),
            (3, Ethernet(0x0800, IPv4(17, Udp(5000, 4789, Vxlan(77, Ethernet(0x0800, packet))), "192.0.2.1", "192.0.2.2"))));
        Assert.Equal([null, 5, 6, null], report.Conversations.OrderBy(c => c.StartNanoseconds).Select(c => c.Vlan));
        Assert.Equal(77u, report.Conversations.MaxBy(c => c.StartNanoseconds)!.TunnelKey);
    }

    private static (long, byte[])[] Handshake =>
    [
        (0, Segment("10.0.0.1", 1000, "10.0.0.2", 80, Syn, 0, 0)), (1, Segment("10.0.0.2", 80, "10.0.0.1", 1000, Syn | Ack, 0, 1)),
        (2, Segment("10.0.0.1", 1000, "10.0.0.2", 80, Ack, 1, 1)),
    ];

    private static byte[] Data(uint sequence, int length) => Segment("10.0.0.1", 1000, "10.0.0.2", 80, Ack, sequence, 1, length);

    private static byte[] Reply(uint acknowledged) => Segment("10.0.0.2", 80, "10.0.0.1", 1000, Ack, 1, acknowledged);

    private static byte[] Segment(
        string source, int sourcePort, string destination, int destinationPort, byte flags, uint sequence, uint acknowledged, int length = 0) =>
        Ethernet(0x0800, IPv4(
            6,
            [
                .. U16(sourcePort), .. U16(destinationPort), .. U32(sequence), .. U32(acknowledged), 0x50, flags, .. U16(1000), 0, 0, 0, 0,
                .. new byte[length],
            ],
            source, destination));

    private static FlowReport Read(params (long Milliseconds, byte[] Frame)[] packets)
    {
        var table = new FlowTable();
        foreach (var (milliseconds, frame) in packets)
        {
            table.Add(new() { Interface = 0, Data = frame, OriginalLength = frame.Length, LinkType = 1, TimestampNanoseconds = milliseconds * Millisecond });
        }
        return table.ToReport();
    }

    private static FlowReport ReadFile(string file)
    {
        using var stream = File.OpenRead(file);
        var reader = new PcapngReader(stream, file);
        var table = new FlowTable();
        while (reader.TryRead(out var packet))
        {
            table.Add(packet);
        }
        return table.ToReport();
    }
}
