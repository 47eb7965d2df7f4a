using System.Buffers.Binary;
using Plumbline.Linux.Capture;
using Plumbline.Linux.Taps;

namespace Plumbline.Integration.Tests.Capture;

/// <summary>
/// A guest's tap as QEMU opens it (IFF_VNET_HDR): the guest leaves checksums and the cutting of segments to the node,
/// and says so in a header before each frame. What is captured is the frame as the guest sent it, uncut, its checksum
/// not filled in; the header is no part of it.
/// </summary>
public sealed class VirtioTapTests
{
    private const int Headers = 14 + 20 + 20;

    [SkippableFact]
    public void Segments_uncut_and_checksums_not_filled_are_captured_as_tcpdump_captures_them()
    {
        using var bench = new CaptureBench();
        using var tap = TapDevice.Create(bench.Test.Namespace, "tap0", hasOffloadHeader: true);
        bench.Test.Run("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/tap0/disable_ipv6");
        bench.Ip("link set dev tap0 mtu 1500 up");
        using var capture = PacketCapture.Open(new()
        {
            Device = "tap0",
            Namespace = bench.Test.Namespace,
            Filter = "ip",
            SnapLength = 262_144,
            RingBytes = 8 << 20,
        });
        using var tcpdump = bench.StartTcpdump("tap0", "tap.pcap", "ip");

        byte[][] sent = [Segment(60_000), Segment(1), Segment(1448), Segment(65_481 - 40)];
        foreach (var frame in sent)
        {
            Assert.True(tap.Send([.. OffloadHeader(frame.Length), .. frame]));
        }
        var theirs = tcpdump.ReadFirst(
            sent.Length, () => tap.Send([.. OffloadHeader(Headers + 1), .. Segment(1)])).ToList();
        var ours = CaptureBench.Drain(capture);

        for (var i = 0; i < sent.Length; i++)
        {
            Assert.Equal(sent[i], ours[i]); // whole, and without the header
            Assert.Equal(theirs[i], ours[i].Take(theirs[i].Length)); // tcpdump keeps 4 KiB of each
            Assert.Equal(PartialChecksum(ours[i]), BinaryPrimitives.ReadUInt16BigEndian(ours[i].AsSpan(50)));
        }
        var lengths = CaptureBench.ReadFile(tcpdump.Path).Take(sent.Length).Select(p => p.OriginalLength);
        Assert.Equal(lengths, ours.Take(sent.Length).Select(p => p.Length));
    }

    /// <summary>
    /// struct virtio_net_hdr: NEEDS_CSUM from byte 34 at 16, and TCPv4 to be cut into segments of 1448 where it is
    /// longer.
    /// </summary>
    private static byte[] OffloadHeader(int frame)
    {
        var header = new byte[10];
        header[0] = 1;
        header[1] = (byte)(frame > Headers + 1448 ? 1 : 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), (ushort)(header[1] == 0 ? 0 : Headers));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)(header[1] == 0 ? 0 : 1448));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), 34);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), 16);
        return header;
    }

    /// <summary>
    /// Ethernet, IPv4 and TCP from 10.0.0.1:4000 to 10.0.0.2:80 with so many bytes; of the checksum the pseudo-header's
    /// part.
    /// </summary>
    private static byte[] Segment(int bytes)
    {
        var frame = new byte[Headers + bytes];
        Convert.FromHexString(
            "020000000002" + "020000000001" + "0800" + "4500000000004000" + "40060000" + "0A000001" + "0A000002")
            .CopyTo(frame, 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(20 + 20 + bytes));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(24), (ushort)~Sum(frame.AsSpan(14, 20)));
        Convert.FromHexString("0FA00050" + "00000001" + "00000001" + "50182000").CopyTo(frame, 34);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(50), PartialChecksum(frame));
        for (var i = Headers; i < frame.Length; i++)
        {
            frame[i] = (byte)(i * 7);
        }
        return frame;
    }

    /// <summary>
    /// What the driver leaves in the place of the checksum (RFC 9293 §3.1): addresses, protocol and length.
    /// </summary>
    private static ushort PartialChecksum(byte[] frame)
    {
        byte[] pseudo = [.. frame[26..34], 0, 6, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(pseudo.AsSpan(10), (ushort)(frame.Length - 34));
        return Sum(pseudo);
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (ushort)sum;
    }
}
