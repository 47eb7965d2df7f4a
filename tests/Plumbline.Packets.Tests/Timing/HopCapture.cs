using System.Buffers.Binary;
using System.Net;
using Plumbline.Packets.Pcapng;
using Plumbline.Packets.Timing;

namespace Plumbline.Packets.Tests.Timing;

/// <summary>A capture of several hops made by hand: frames with their times, written as pcapng and read back.</summary>
internal sealed class HopCapture(params string[] hops)
{
    public const long Start = 1_700_000_000_000_000_000;

    private readonly List<(long Time, int Hop, byte[] Frame, int Kept)> _frames = [];

    /// <summary>Packets that the capture lost, by hop.</summary>
    public Dictionary<int, ulong> Dropped { get; } = [];

    public void Add(int hop, long time, byte[] frame, int kept = int.MaxValue) => _frames.Add((Start + time, hop, frame, kept));

    public byte[] ToPcapng(bool statistics = true)
    {
        var stream = new MemoryStream();
        var writer = new PcapngWriter(stream, new());
        foreach (var hop in hops)
        {
            writer.AddInterface(new() { Name = hop });
        }
        foreach (var (time, hop, frame, kept) in _frames.OrderBy(f => f.Time))
        {
            writer.WritePacket(hop, time, frame.AsSpan(0, Math.Min(kept, frame.Length)), frame.Length, PacketDirection.Unknown);
        }
        for (var hop = 0; statistics && hop < hops.Length; hop++)
        {
            writer.WriteStatistics(hop, new()
            {
                StartNanoseconds = Start - 1,
                EndNanoseconds = _frames.Max(f => f.Time) + 10_000_000_000,
                Dropped = Dropped.GetValueOrDefault(hop),
            });
        }
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads it back.</summary>
    /// <param name="options">What is asked.</param>
    /// <param name="statistics">The file says what the capture lost.</param>
    /// <param name="window">Packets that are judged at once; null: all.</param>
    public LatencyReport Analyse(LatencyOptions? options = null, bool statistics = true, int? window = null)
    {
        options ??= new();
        var reader = new PcapngReader(new MemoryStream(ToPcapng(statistics)), "test");
        var table = window is { } size ? new HopTable(options.MayBeAsked) { Options = () => options, Window = size } : new(options.MayBeAsked);
        while (reader.TryRead(out var packet))
        {
            table.Add(packet);
        }
        return table.ToReport(reader.Interfaces, options);
    }

    /// <summary>An Ethernet frame with an IPv4 packet.</summary>
    public static byte[] IPv4(string source, string destination, byte protocol, byte[] payload, int id, byte ttl = 64)
    {
        var packet = new byte[20 + payload.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)id);
        packet[6] = 0x40;
        (packet[8], packet[9]) = (ttl, protocol);
        IPAddress.Parse(source).GetAddressBytes().CopyTo(packet, 12);
        IPAddress.Parse(destination).GetAddressBytes().CopyTo(packet, 16);
        payload.CopyTo(packet, 20);
        return Frames.Ethernet(0x0800, packet);
    }

    public static byte[] Udp(string source, string destination, int from, int to, byte[] payload, int id, byte ttl = 64) =>
        IPv4(source, destination, 17, Frames.Udp(from, to, payload), id, ttl);

    /// <summary>A TCP segment whose payload follows from its sequence number, so that pieces are pieces of the whole.</summary>
    public static byte[] Tcp(string source, string destination, int from, int to, uint sequence, int length, int id, uint acknowledgement = 1)
    {
        var segment = new byte[20 + length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)from);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)to);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), acknowledgement);
        (segment[12], segment[13]) = (0x50, 0x10);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), 500);
        for (var i = 0; i < length; i++)
        {
            segment[20 + i] = (byte)((sequence + (uint)i) * 2654435761u >> 24);
        }
        return IPv4(source, destination, 6, segment, id);
    }

    /// <summary>802.1Q pushed.</summary>
    public static byte[] Tag(byte[] frame, int vlan) => [.. frame[..12], 0x81, 0, (byte)(vlan >> 8), (byte)vlan, .. frame[12..]];

    /// <summary>Wrapped in VXLAN.</summary>
    public static byte[] Vxlan(byte[] frame, uint vni, int id) =>
        Udp("192.168.122.215", "192.168.122.210", 50000 + id % 1000, 4789, Frames.Vxlan(vni, frame), id);

    /// <summary>Wrapped in GRE.</summary>
    public static byte[] Gre(byte[] frame, uint key, int id) =>
        IPv4("192.168.122.215", "192.168.122.210", 47, Frames.Gre(0x6558, key, frame), id);
}
