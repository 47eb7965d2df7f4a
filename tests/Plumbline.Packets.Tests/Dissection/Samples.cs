using Plumbline.Packets.Pcapng;
using static Plumbline.Packets.Tests.Frames;

namespace Plumbline.Packets.Tests.Dissection;

/// <summary>Packets to dissect: those of Corpus (real programs' traffic, made by Corpus/generate) and frames made by hand after the RFCs.</summary>
internal static class Samples
{
    public static string Folder { get; } = FindFolder();

    /// <summary>Those where nothing is tagged or tunnelled; the others stand in the folder below.</summary>
    public static IEnumerable<string> Files => Directory.GetFiles(Folder, "*.pcap").Order(StringComparer.Ordinal);

    public static List<byte[]> Captured =>
    [
        .. Files.Concat(Directory.GetFiles(Path.Combine(Folder, "more"), "*.pcap").Order(StringComparer.Ordinal)).SelectMany(file =>
        {
            using var stream = File.OpenRead(file);
            var reader = new PcapngReader(stream, file);
            var packets = new List<byte[]>();
            while (reader.ReadPacket() is { } packet)
            {
                packets.Add(packet.Data.ToArray());
            }
            return packets;
        }),
    ];

    private static byte[] Ping => Ethernet(0x0800, IPv4(1, Echo));

    public static List<byte[]> Made =>
    [
        .. PacketSummaryTests.Told.Select(row => (byte[])row[1]),
        // ERSPAN type II: version 1, VLAN 100, session 7; behind a GRE sequence number
        Ethernet(0x0800, IPv4(47, [0x10, 0, 0x88, 0xBE, .. U32(9), .. U16(0x1064), .. U16(7), .. U32(0), .. Ping])),
        // type III: version 2
        Ethernet(0x0800, IPv4(47, [0x10, 0, 0x22, 0xEB, .. U32(9), .. U16(0x2064), .. U16(8), .. U32(1), .. U32(0), .. Ping])),
        // GRE with checksum, key and sequence number
        Ethernet(0x0800, IPv4(47, [0xB0, 0, 0x65, 0x58, 0, 0, 0, 0, .. U32(77), .. U32(3), .. Ping])),
        Ethernet(0x86DD, IPv6(47, Gre(0x86DD, 5, IPv6(58, Icmp(128, 0, 0x0009_0002, new byte[8]))))),
        // Geneve with one option of 4 bytes
        Ethernet(0x0800, IPv4(17, Udp(5000, 6081, [2, 0, 0x65, 0x58, .. U32(78 << 8), 1, 2, 0x80, 1, 0, 1, 0, 2, .. Ping]))),
        Ethernet(0x0800, IPv4(17, Udp(5000, 4789, Vxlan(5001, Tagged(12, 0x0800, IPv4(6, Tcp(22, 4001, 0x12, []))))))),
        // LLDP: chassis MAC, port name, TTL 120, system name, end
        Ethernet(0x88CC, [0x02, 7, 4, .. Vm, 0x04, 5, 5, .. "eth1"u8, 0x06, 2, 0, 120, 0x0A, 7, .. "switch1"u8, 0, 0], [1, 0x80, 0xC2, 0, 0, 0x0E]),
        // SCTP: INIT, then DATA and SACK in one
        Ethernet(0x0800, IPv4(132, [.. U16(5000), .. U16(3868), .. U32(0), .. U32(1), 1, 0, .. U16(20), .. U32(7), .. U32(65535), 0, 1, 0, 1, .. U32(9)])),
        Ethernet(0x0800, IPv4(132,
            [.. U16(5000), .. U16(3868), .. U32(7), .. U32(1), 0, 3, .. U16(17), .. U32(9), 0, 0, 0, 0, .. U32(0), 65, 0, 0, 0,
                3, 0, .. U16(16), .. U32(9), .. U32(65535), 0, 0, 0, 0])),
        // TCP with MSS, window scale, time stamps
        Ethernet(0x0800, IPv4(6,
            [.. U16(22), .. U16(4001), .. U32(1), .. U32(0), 0xA0, 2, .. U16(100), 0, 0, 0, 0, 2, 4, .. U16(1410), 3, 3, 7, 1, 8, 10, .. U32(5), .. U32(6), 1, 1])),
        // an ICMPv6 packet too big, and router advertisement with prefix and MTU
        Ethernet(0x86DD, IPv6(58, Icmp(2, 0, 1400, IPv6(6, Tcp(22, 4001, 0x10, new byte[40]))), "fe80::2", "fe80::1")),
        Ethernet(0x86DD, IPv6(58,
            [134, 0, 0, 0, 64, 0, .. U16(1800), .. U32(0), .. U32(0), 1, 1, .. Router, 5, 1, 0, 0, .. U32(1450),
                3, 4, 64, 0xC0, .. U32(86400), .. U32(14400), .. U32(0), 0xFD, .. new byte[15]], "fe80::2", "ff02::1")),
        // 802.1Q with priority, 802.1ad around it
        Ethernet(0x88A8, [.. U16(0x2064), .. U16(0x8100), .. U16(0xB005), .. U16(0x0806), .. Arp(2, "172.16.0.12", "172.16.0.1")]),
        // a BPDU that says the topology changed
        [1, 0x80, 0xC2, 0, 0, 0, .. Vm, 0, 7, 0x42, 0x42, 3, 0, 0, 0, 0x80],
        Ethernet(0x0800, IPv4(17, Udp(68, 67, Dhcp(1, "0.0.0.0", [53, 1, 3, 50, 4, 172, 16, 0, 9, 12, 3, .. "vm1"u8, 54, 4, 172, 16, 0, 2])))),
    ];

    private static string FindFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plumbline.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not within the repository");
        }
        return Path.Combine(folder, "tests/Plumbline.Packets.Tests/Corpus");
    }
}
