using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Plumbline.Packets.Tests;

/// <summary>
/// Frames made by hand, layer around layer, after the RFCs named in Plumbline.Packets.Layers. Checksums are 0.
/// </summary>
internal static class Frames
{
    public static readonly byte[] Vm = [0xFA, 0x16, 0x3E, 0xC3, 0xEA, 0xD5];
    public static readonly byte[] Router = [0xFA, 0x16, 0x3E, 0, 0, 1];
    public static readonly byte[] Broadcast = [255, 255, 255, 255, 255, 255];

    public static byte[] Ethernet(ushort type, byte[] payload, byte[]? destination = null) =>
        [.. destination ?? Router, .. Vm, .. U16(type), .. payload];

    public static byte[] Tagged(int vlan, ushort type, byte[] payload) => Ethernet(0x8100, [.. U16(vlan), .. U16(type), .. payload]);

    public static byte[] IPv4(byte protocol, byte[] payload, string source = "172.16.0.12", string destination = "172.16.0.1", int fragment = 0) =>
    [
        0x45, 0, .. U16(20 + payload.Length), 0, 7, .. U16(fragment), 64, protocol, 0, 0,
        .. IPAddress.Parse(source).GetAddressBytes(), .. IPAddress.Parse(destination).GetAddressBytes(), .. payload,
    ];

    public static byte[] IPv6(byte next, byte[] payload, string source = "fe80::1", string destination = "ff02::1:ff00:2") =>
    [
        0x60, 0, 0, 0, .. U16(payload.Length), next, 255,
        .. IPAddress.Parse(source).GetAddressBytes(), .. IPAddress.Parse(destination).GetAddressBytes(), .. payload,
    ];

    public static byte[] Udp(int source, int destination, byte[] payload) =>
        [.. U16(source), .. U16(destination), .. U16(8 + payload.Length), 0, 0, .. payload];

    public static byte[] Tcp(int source, int destination, byte flags, byte[] payload) =>
        [.. U16(source), .. U16(destination), .. U32(100), .. U32(200), 0x50, flags, .. U16(64240), 0, 0, 0, 0, .. payload];

    public static byte[] Icmp(byte type, byte code, uint rest, byte[] payload) => [type, code, 0, 0, .. U32(rest), .. payload];

    public static byte[] Echo => Icmp(8, 0, 0x0007_0001, new byte[56]);

    public static byte[] Arp(ushort operation, string sender, string target) =>
    [
        0, 1, 8, 0, 6, 4, .. U16(operation), .. Vm, .. IPAddress.Parse(sender).GetAddressBytes(),
        0, 0, 0, 0, 0, 0, .. IPAddress.Parse(target).GetAddressBytes(),
    ];

    public static byte[] Vxlan(uint vni, byte[] frame) => [8, 0, 0, 0, .. U32(vni << 8), .. frame];

    public static byte[] Geneve(uint vni, byte[] frame) => [0, 0, 0x65, 0x58, .. U32(vni << 8), .. frame];

    public static byte[] Gre(ushort type, uint? key, byte[] payload) =>
        key is { } k ? [0x20, 0, .. U16(type), .. U32(k), .. payload] : [0, 0, .. U16(type), .. payload];

    public static byte[] Dhcp(byte op, string your, params byte[] options) =>
    [
        op, 1, 6, 0, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0, 0, 0, 0, 0, .. IPAddress.Parse(your).GetAddressBytes(), 0, 0, 0, 0, 0, 0, 0, 0,
        .. Vm, .. new byte[10], .. new byte[192], 0x63, 0x82, 0x53, 0x63, .. options, 255,
    ];

    public static byte[] Dns(ushort flags, int answers, string name, ushort type) =>
    [
        0x1A, 0x2B, .. U16(flags), 0, 1, .. U16(answers), 0, 0, 0, 0,
        .. name.Split('.').SelectMany(label => new byte[] { (byte)label.Length }.Concat(Encoding.UTF8.GetBytes(label))), 0, .. U16(type), 0, 1,
    ];

    public static byte[] U16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }

    public static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
