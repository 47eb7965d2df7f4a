using System.Net;
using Plumbline.Packets.Pcapng;
using Plumbline.Testing;
using static Plumbline.Packets.Tests.Frames;

namespace Plumbline.Packets.Tests;

public sealed class PacketSummaryTests
{
    private static readonly Dictionary<IPAddress, string> _noNames = [];

    /// <summary>What each frame must say; the frames are also given to tshark.</summary>
    public static TheoryData<string, byte[]> Told => new()
    {
        { "172.16.0.12 → 172.16.0.1  ICMP echo request id 7 seq 1, 64 bytes", Ethernet(0x0800, IPv4(1, Echo)) },
        { "VLAN 1  172.16.0.12 → 172.16.0.1  ICMP echo request id 7 seq 1, 64 bytes", Tagged(1, 0x0800, IPv4(1, Echo)) },
        {
            "VLAN 100  172.16.0.12 → 172.16.0.1  ICMP echo request id 7 seq 1, 64 bytes",
            Ethernet(0x88A8, [.. U16(100), .. U16(0x8100), .. U16(5), .. U16(0x0800), .. IPv4(1, Echo)])
        },
        {
            "172.16.0.1 → 172.16.0.12  ICMP port unreachable: UDP 172.16.0.12 port 4000 → 172.16.0.1 port 53",
            Ethernet(0x0800, IPv4(1, Icmp(3, 3, 0, IPv4(17, Udp(4000, 53, []))), "172.16.0.1", "172.16.0.12"))
        },
        {
            "172.16.0.1 → 172.16.0.12  ICMP fragmentation needed, MTU 1450: TCP 172.16.0.12 port 4000 → 172.16.0.1 port 4001",
            Ethernet(0x0800, IPv4(1, Icmp(3, 4, 1450, IPv4(6, Tcp(4000, 4001, 16, []))), "172.16.0.1", "172.16.0.12"))
        },
        { "172.16.0.12 → broadcast  ARP who has 172.16.0.1? tell 172.16.0.12", Ethernet(0x0806, Arp(1, "172.16.0.12", "172.16.0.1"), Broadcast) },
        { "172.16.0.12 → 172.16.0.1  ARP 172.16.0.12 is at fa:16:3e:c3:ea:d5", Ethernet(0x0806, Arp(2, "172.16.0.12", "172.16.0.1")) },
        {
            "172.16.0.12 → broadcast  ARP announces 172.16.0.12 at fa:16:3e:c3:ea:d5",
            Ethernet(0x0806, Arp(1, "172.16.0.12", "172.16.0.12"), Broadcast)
        },
        {
            "fa:16:3e:c3:ea:d5 → broadcast  ARP is 172.16.0.9 taken? asks fa:16:3e:c3:ea:d5",
            Ethernet(0x0806, Arp(1, "0.0.0.0", "172.16.0.9"), Broadcast)
        },
        {
            "172.16.0.12 → 172.16.0.1  TCP 43512 → 4000 [SYN] seq 100 win 64240, 0 bytes",
            Ethernet(0x0800, IPv4(6, Tcp(43512, 4000, 2, [])))
        },
        {
            "172.16.0.12 → 172.16.0.1  TCP 43512 → 4000 [PSH, ACK] seq 100 ack 200 win 64240, 5 bytes",
            Ethernet(0x0800, IPv4(6, Tcp(43512, 4000, 24, new byte[5])))
        },
        { "172.16.0.12 → 172.16.0.1  UDP 4000 → 4001, 1 byte", Ethernet(0x0800, [.. IPv4(17, Udp(4000, 4001, [9])), .. new byte[17]]) },
        {
            "0.0.0.0 → 255.255.255.255  DHCP discover from fa:16:3e:c3:ea:d5 \"vm\\x1b[1m\"",
            Ethernet(0x0800, IPv4(17, Udp(68, 67, Dhcp(1, "0.0.0.0", [53, 1, 1, 12, 6, .. "vm\e[1m"u8])), "0.0.0.0", "255.255.255.255"), Broadcast)
        },
        {
            "172.16.0.2 → 172.16.0.12  DHCP offer 172.16.0.12 to fa:16:3e:c3:ea:d5, lease 24 h",
            Ethernet(0x0800, IPv4(17, Udp(67, 68, Dhcp(2, "172.16.0.12", 53, 1, 2, 51, 4, 0, 1, 0x51, 0x80)), "172.16.0.2", "172.16.0.12"))
        },
        {
            "0.0.0.0 → 255.255.255.255  DHCP request 172.16.0.12 from fa:16:3e:c3:ea:d5",
            Ethernet(0x0800, IPv4(17, Udp(68, 67, Dhcp(1, "0.0.0.0", 53, 1, 3, 50, 4, 172, 16, 0, 12)), "0.0.0.0", "255.255.255.255"), Broadcast)
        },
        { "172.16.0.12 → 172.16.0.1  DNS question A vm1.example.org", Ethernet(0x0800, IPv4(17, Udp(4000, 53, Dns(0x0100, 0, "vm1.example.org", 1)))) },
        {
            "172.16.0.1 → 172.16.0.12  DNS answer AAAA vm1.example.org: no such name",
            Ethernet(0x0800, IPv4(17, Udp(53, 4000, Dns(0x8183, 0, "vm1.example.org", 28)), "172.16.0.1", "172.16.0.12"))
        },
        {
            "172.16.0.12 → 172.16.0.1  ICMP echo request id 7 seq 1, 64 bytes (VXLAN 77, 192.0.2.1 → 192.0.2.2)",
            Ethernet(0x0800, IPv4(17, Udp(5000, 4789, Vxlan(77, Ethernet(0x0800, IPv4(1, Echo)))), "192.0.2.1", "192.0.2.2"))
        },
        {
            "172.16.0.12 → 172.16.0.1  ICMP echo request id 7 seq 1, 64 bytes (Geneve 78, 192.0.2.1 → 192.0.2.2)",
            Ethernet(0x0800, IPv4(17, Udp(5000, 6081, Geneve(78, Ethernet(0x0800, IPv4(1, Echo)))), "192.0.2.1", "192.0.2.2"))
        },
        {
            "172.16.0.12 → broadcast  ARP who has 172.16.0.1? tell 172.16.0.12 (GRE key 5, 192.0.2.1 → 192.0.2.2)",
            Ethernet(0x0800, IPv4(47, Gre(0x6558, 5, Ethernet(0x0806, Arp(1, "172.16.0.12", "172.16.0.1"), Broadcast)), "192.0.2.1", "192.0.2.2"))
        },
        {
            "172.16.0.12 → 172.16.0.1  ICMP echo request id 7 seq 1, 64 bytes (GRE, 192.0.2.1 → 192.0.2.2)",
            Ethernet(0x0800, IPv4(47, Gre(0x0800, null, IPv4(1, Echo)), "192.0.2.1", "192.0.2.2"))
        },
        { "172.16.0.12 → 172.16.0.1  IPv4 fragment of UDP, offset 1480, 20 bytes", Ethernet(0x0800, IPv4(17, new byte[20], fragment: 185)) },
        { "fe80::1 → ff02::1:ff00:2  ICMPv6 who has fe80::2?", Ethernet(0x86DD, IPv6(58, Icmp(135, 0, 0, IPAddress.Parse("fe80::2").GetAddressBytes()))) },
        {
            "fe80::2 → fe80::1  ICMPv6 fe80::2 is at fa:16:3e:c3:ea:d5",
            Ethernet(0x86DD, IPv6(58, Icmp(136, 0, 0x6000_0000, [.. IPAddress.Parse("fe80::2").GetAddressBytes(), 2, 1, .. Vm]), "fe80::2", "fe80::1"))
        },
        {
            "fe80::1 → ff02::16  ICMPv6 multicast listener report",
            Ethernet(0x86DD, IPv6(0, [58, 0, 5, 2, 0, 0, 1, 0, .. Icmp(143, 0, 0, [])], "fe80::1", "ff02::16"))
        },
        { "fe80::1 → fe80::2  UDP 4000 → 4001, 3 bytes", Ethernet(0x86DD, IPv6(60, [17, 0, 1, 4, 0, 0, 0, 0, .. Udp(4000, 4001, new byte[3])], "fe80::1", "fe80::2")) },
        { "172.16.0.12 → 224.0.0.18  VRRP router 51 priority 50", Ethernet(0x0800, IPv4(112, [0x21, 51, 50, 1, 0, 1, 0, 0, 169, 254, 0, 1], destination: "224.0.0.18")) },
        { "172.16.0.12 → 172.16.0.1  ESP 40 bytes", Ethernet(0x0800, IPv4(50, new byte[40])) },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public void A_frame_is_told_in_one_line(string line, byte[] frame) => Assert.Equal(line, PacketSummary.Of(frame, _noNames).ToString());

    [Fact]
    public void Names_stand_in_place_of_addresses_and_are_escaped()
    {
        var names = new Dictionary<IPAddress, string>
        {
            [IPAddress.Parse("172.16.0.12")] = "test-vm",
            [IPAddress.Parse("172.16.0.1")] = "evil\u202ename",
        };
        Assert.Equal(
            new PacketSummary("test-vm", "evil\\u202ename", "ICMP", "echo request id 7 seq 1, 64 bytes", 1),
            PacketSummary.Of(Tagged(1, 0x0800, IPv4(1, Echo)), names));
    }

    [Theory]
    [InlineData("", "? → ?  Ethernet cut short")]
    [InlineData("fa163e000001fa163ec3ead58100", "fa:16:3e:c3:ea:d5 → fa:16:3e:00:00:01  VLAN cut short")]
    [InlineData("fa163e000001fa163ec3ead508004500", "fa:16:3e:c3:ea:d5 → fa:16:3e:00:00:01  IPv4 cut short")]
    [InlineData("fa163e000001fa163ec3ead5080041000014000000004001000001020304050607", "fa:16:3e:c3:ea:d5 → fa:16:3e:00:00:01  IPv4 cut short")]
    [InlineData("fa163e000001fa163ec3ead508004100001400000000400100000102030405060708", "1.2.3.4 → 5.6.7.8  IPv4 malformed")]
    [InlineData("fa163e000001fa163ec3ead508004500001600000000400600000102030405060708aabb", "1.2.3.4 → 5.6.7.8  TCP cut short")]
    [InlineData("0180c2000002fa163ec3ead5880901010000", "fa:16:3e:c3:ea:d5 → 01:80:c2:00:00:02  LACP 4 bytes")]
    [InlineData("0180c2000002fa163ec3ead5880977010000", "fa:16:3e:c3:ea:d5 → 01:80:c2:00:00:02  Ethernet type 0x8809, 4 bytes")]
    [InlineData("0180c2000030fa163ec3ead58902a0010000", "fa:16:3e:c3:ea:d5 → 01:80:c2:00:00:30  CFM 4 bytes")]
    [InlineData("fa163e000001fa163ec3ead5888eaabb", "fa:16:3e:c3:ea:d5 → fa:16:3e:00:00:01  EAPOL 2 bytes")]
    [InlineData("0180c2000000fa163ec3ead500264242030000", "fa:16:3e:c3:ea:d5 → 01:80:c2:00:00:00  STP cut short")]
    public void A_short_or_damaged_frame_is_told_as_far_as_it_goes(string hex, string line) =>
        Assert.Equal(line, PacketSummary.Of(Convert.FromHexString(hex), _noNames).ToString());

    [Fact]
    public void No_cut_and_no_damage_makes_it_throw()
    {
        var random = new Random(2);
        foreach (var row in Told)
        {
            var frame = (byte[])row[1];
            for (var length = 0; length < frame.Length; length++)
            {
                Assert.NotNull(PacketSummary.Of(frame.AsSpan(0, length), _noNames).Text);
            }
            for (var i = 0; i < 400; i++)
            {
                var damaged = (byte[])frame.Clone();
                for (var bytes = random.Next(1, 8); bytes > 0; bytes--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }
                Assert.DoesNotContain('\e', PacketSummary.Of(damaged, _noNames).ToString());
            }
        }
    }

    [Fact]
    public void Endless_tunnels_in_tunnels_end()
    {
        byte[] packet = IPv4(1, Echo);
        for (var i = 0; i < 100; i++)
        {
            packet = IPv4(4, packet, "192.0.2.1", "192.0.2.2");
        }
        Assert.StartsWith("protocol 4", PacketSummary.Of(Ethernet(0x0800, packet), _noNames).Text, StringComparison.Ordinal);
        var header = Ethernet(0x6558, []);
        Assert.Equal("Ethernet", PacketSummary.Of(Enumerable.Repeat(header, 20_000).SelectMany(bytes => bytes).ToArray(), _noNames).Protocol);
    }

    [SkippableFact]
    public void Tshark_reads_the_same_protocol_addresses_and_vlan()
    {
        Root.SkipUnlessInstalled("tshark");
        var frames = Told.Select(row => (byte[])row[1]).ToList();
        var path = Path.GetTempFileName();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            var writer = new PcapngWriter(file, new());
            var number = writer.AddInterface(new() { Name = "test" });
            frames.ForEach(frame => writer.WritePacket(number, 0, frame, frame.Length));
            writer.Flush();
        }

        string[] fields = ["_ws.col.Protocol", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "vlan.id", "ieee8021ad.id"];
        var lines = Tool.Run("tshark", ["-n", "-r", path, "-o", "ip.defragment:FALSE", "-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        File.Delete(path);

        Assert.Equal(frames.Count, lines.Length);
        foreach (var (frame, line) in frames.Zip(lines))
        {
            var ours = PacketSummary.Of(frame, _noNames);
            var theirs = line.Split('\t');
            Assert.Equal(theirs[0], ours.Protocol);
            if (ours.Protocol != "ARP")
            {
                Assert.Equal(Ends(theirs[1], theirs[3], ours.Text), ours.Source);
                Assert.Equal(Ends(theirs[2], theirs[4], ours.Text), ours.Destination);
            }
            Assert.Equal(theirs[6].Length > 0 ? theirs[6] : theirs[5], $"{ours.Vlan}");
        }
    }

    /// <summary>
    /// Of several headers, one in another, the innermost; but not of a packet that an ICMP error quotes.
    /// </summary>
    private static string Ends(string v4, string v6, string text)
    {
        var all = (v4.Length > 0 ? v4 : v6).Split(',');
        return text.Contains(": ", StringComparison.Ordinal) ? all[0] : all[^1];
    }
}
