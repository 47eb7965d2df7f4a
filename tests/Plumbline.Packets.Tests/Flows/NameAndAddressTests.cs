using Plumbline.Packets.Flows;
using Plumbline.Packets.Pcapng;
using static Plumbline.Packets.Tests.Frames;

namespace Plumbline.Packets.Tests.Flows;

/// <summary>What DHCP, DHCPv6 and DNS say beside their steps: who, why, and over what.</summary>
public sealed class NameAndAddressTests
{
    private const string Client = "10.0.0.1";
    private const string Server = "10.0.0.2";

    private static readonly byte[] _duid = [0, 1, 0, 1, 1, 2, 3, 4, .. Vm];

    private static FlowReport Read(params byte[][] frames)
    {
        var table = new FlowTable();
        for (var i = 0; i < frames.Length; i++)
        {
            table.Add(new PacketView
            {
                Interface = 0,
                LinkType = LinkTypes.Ethernet,
                TimestampNanoseconds = i * 1_000_000_000L,
                Data = frames[i],
                OriginalLength = frames[i].Length,
            });
        }
        return table.ToReport();
    }

    private static byte[] Ask(byte type, params byte[] options) =>
        Ethernet(0x0800, IPv4(17, Udp(68, 67, Dhcp(1, "0.0.0.0", [53, 1, type, .. options])), "0.0.0.0", "255.255.255.255"));

    private static byte[] Tell(byte type, string server, params byte[] options) =>
        Ethernet(0x0800, IPv4(17, Udp(67, 68, Dhcp(2, "10.0.0.5", [53, 1, type, .. options])), server, "255.255.255.255"));

    private static byte[] V6(byte type, int transaction, params byte[] options) => Ethernet(0x86DD, IPv6(
        17, Udp(type is 2 or 7 ? 547 : 546, type is 2 or 7 ? 546 : 547, [type, 0, .. U16(transaction), 0, 1, .. U16(_duid.Length), .. _duid, .. options]),
        type is 2 or 7 ? "fe80::2" : "fe80::1", type is 2 or 7 ? "fe80::1" : "ff02::1:2"));

    private static byte[] Over(bool tcp, bool isAnswer, ushort flags, string name = "a.example")
    {
        var message = Dns(flags, 0, name, 1);
        var (from, to) = isAnswer ? (53, 4000) : (4000, 53);
        return Ethernet(0x0800, IPv4(
            tcp ? (byte)6 : (byte)17, tcp ? Tcp(from, to, 0x18, [.. U16(message.Length), .. message]) : Udp(from, to, message),
            isAnswer ? Server : Client, isAnswer ? Client : Server));
    }

    [Fact]
    public void A_refusal_has_the_servers_words_and_the_server_its_own_address_behind_a_relay()
    {
        var exchange = Assert.Single(Read(
            Ask(3), Tell(6, "10.0.0.254", [54, 4, 10, 9, 0, 2, 56, 13, .. "wrong network"u8])).DhcpExchanges);
        Assert.Equal((DhcpStep.Refused, "10.9.0.2", "wrong network"), (exchange.Missing, $"{exchange.Server}", exchange.Reason));
    }

    [Fact]
    public void A_second_server_that_offers_is_named_beside_the_one_that_was_asked()
    {
        var exchange = Assert.Single(Read(
            Ask(1), Tell(2, Server, 54, 4, 10, 0, 0, 2), Tell(2, "10.0.0.66", 54, 4, 10, 0, 0, 66), Ask(3, 54, 4, 10, 0, 0, 2)).DhcpExchanges);
        Assert.Equal((DhcpStep.Ack, Server), (exchange.Missing, $"{exchange.Server}"));
        Assert.Equal("10.0.0.66", $"{Assert.Single(exchange.OtherServers)}");
    }

    [Fact]
    public void An_advertise_that_the_client_never_took_up_misses_the_request()
    {
        Assert.Equal(DhcpStep.Request, Assert.Single(Read(V6(1, 1), V6(2, 1)).DhcpExchanges).Missing);
        Assert.All(Read(V6(1, 1), V6(2, 1), V6(3, 2), V6(7, 2)).DhcpExchanges, e => Assert.Equal(DhcpStep.None, e.Missing));
        Assert.Equal([DhcpStep.None, DhcpStep.Ack], Read(V6(1, 1), V6(2, 1), V6(3, 2)).DhcpExchanges.Select(e => e.Missing));
    }

    [Fact]
    public void A_server_without_addresses_refuses_by_a_status()
    {
        byte[] none = [0, 13, 0, 6, 0, 2, .. "none"u8];
        var exchange = Assert.Single(Read(V6(1, 1), V6(2, 1, [0, 3, 0, 22, .. new byte[12], .. none])).DhcpExchanges);
        Assert.Equal((DhcpStep.Refused, 2, "none"), (exchange.Missing, exchange.Status, exchange.Reason));
        Assert.Equal(DhcpStep.Refused, Assert.Single(Read(V6(1, 1), V6(2, 1, none)).DhcpExchanges).Missing);
        Assert.Equal(DhcpStep.Declined, Assert.Single(Read(V6(9, 1), V6(7, 1)).DhcpExchanges).Missing);
    }

    [Fact]
    public void An_answer_that_did_not_fit_is_a_failure_until_it_is_asked_for_over_tcp()
    {
        var cut = Assert.Single(Read(Over(false, false, 0x0100), Over(false, true, 0x8380)).DnsFailures);
        Assert.True(cut is { IsTruncated: true, ResponseCode: null });
        Assert.Empty(Read(Over(false, false, 0x0100), Over(false, true, 0x8380), Over(true, false, 0x0100), Over(true, true, 0x8180)).DnsFailures);
        Assert.Empty(Read(Over(false, false, 0x0100), Over(false, true, 0x8380), Over(false, false, 0x0100), Over(false, true, 0x8180)).DnsFailures);
    }

    [Fact]
    public void Questions_over_tcp_fail_as_those_over_udp()
    {
        var no = Assert.Single(Read(Over(true, false, 0x0100), Over(true, true, 0x8183)).DnsFailures);
        Assert.Equal((3, true), (no.ResponseCode, no.IsTcp));
        var silent = Assert.Single(Read(Over(true, false, 0x0100), Over(true, false, 0x0100), Ask(1)).DnsFailures);
        Assert.Equal((null, 1L, TimeSpan.FromSeconds(2)), (silent.ResponseCode, silent.Times, silent.Waited)); // sent again is not asked again
    }
}
