using System.Net;
using Plumbline.Diagnosis.Observing;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Operations.Observing;

namespace Plumbline.Operations.Tests.Observing;

public sealed class PingOutputTests
{
    private static readonly TraceProbe _probe = new()
    {
        Node = "cmp1",
        Namespace = "qdhcp-1",
        Target = IPAddress.Parse("10.1.0.11"),
        TargetName = "web1",
        Predicted = new() { From = "qdhcp-1", To = "web1", Packet = "", Verdict = TraceVerdict.Delivered, Legs = [] },
    };

    // iputils 20221126: ping -n -c 3 -i 0.2 -p 706c756d62 10.1.0.11
    private const string Answered = """
        PATTERN: 0x706c756d62
        PING 10.1.0.11 (10.1.0.11) 56(84) bytes of data.
        64 bytes from 10.1.0.11: icmp_seq=1 ttl=64 time=2.31 ms
        64 bytes from 10.1.0.11: icmp_seq=2 ttl=64 time=0.402 ms
        64 bytes from 10.1.0.11: icmp_seq=3 ttl=64 time=0.388 ms

        --- 10.1.0.11 ping statistics ---
        3 packets transmitted, 3 received, 0% packet loss, time 410ms
        rtt min/avg/max/mdev = 0.388/1.033/2.310/0.902 ms
        """;

    [Fact]
    public void Counts_and_the_median_of_the_times_are_read()
    {
        var answer = PingOutput.Read(_probe, Answered, "");
        Assert.Equal((3, 3), (answer.Sent, answer.Received));
        Assert.Equal(TimeSpan.FromMilliseconds(0.402), answer.RoundTrip);
        Assert.Null(answer.Said);
    }

    [Fact]
    public void What_came_back_instead_of_an_answer_is_kept()
    {
        var answer = PingOutput.Read(_probe, """
            PING 10.1.0.11 (10.1.0.11) 56(84) bytes of data.
            From 10.1.0.2 icmp_seq=1 Destination Host Unreachable
            From 10.1.0.2 icmp_seq=2 Destination Host Unreachable

            --- 10.1.0.11 ping statistics ---
            2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 1017ms
            """, "");
        Assert.Equal((2, 0), (answer.Sent, answer.Received));
        Assert.Equal("From 10.1.0.2 icmp_seq=1 Destination Host Unreachable", answer.Said);
        Assert.Null(answer.RoundTrip);
    }

    [Fact]
    public void Busybox_words_it_otherwise()
    {
        var answer = PingOutput.Read(_probe, """
            PING 10.1.0.11 (10.1.0.11): 56 data bytes
            64 bytes from 10.1.0.11: seq=0 ttl=64 time=0.512 ms

            --- 10.1.0.11 ping statistics ---
            5 packets transmitted, 1 packets received, 80% packet loss
            round-trip min/avg/max = 0.512/0.512/0.512 ms
            """, "");
        Assert.Equal((5, 1), (answer.Sent, answer.Received));
    }

    [Fact]
    public void An_error_before_the_first_packet_is_told_and_nothing_was_sent()
    {
        var answer = PingOutput.Read(_probe, "", "ping: connect: Network is unreachable\n");
        Assert.Equal((0, 0), (answer.Sent, answer.Received));
        Assert.Equal("ping: connect: Network is unreachable", answer.Said);
    }

    [Fact]
    public void More_answers_than_questions_are_no_more_than_the_questions() =>
        Assert.Equal(2, PingOutput.Read(_probe, "2 packets transmitted, 3 received, 0% packet loss, time 10ms", "").Received);
}
