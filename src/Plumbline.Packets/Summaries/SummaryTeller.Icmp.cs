using System.Buffers.Binary;
using System.Net;
using Plumbline.Packets.Layers;
using Plumbline.Primitives;

namespace Plumbline.Packets.Summaries;

/// <summary>
/// ICMP (RFC 792) and ICMPv6 (RFC 4443, RFC 4861): 1 type, 1 code, 2 checksum, 4 for the type; errors quote the packet
/// behind that.
/// </summary>
internal sealed partial class SummaryTeller
{
    private const int IcmpHeader = 8;

    private void TellIcmp(ReadOnlySpan<byte> data)
    {
        if (data.Length < IcmpHeader)
        {
            TellCutShort("ICMP");
            return;
        }
        var (type, code) = (data[0], data[1]);
        Tell("ICMP", type switch
        {
            0 => EchoText("echo reply", data),
            8 => EchoText("echo request", data),
            3 => $"{UnreachableText(code, data)}{QuotedText(data)}",
            5 => $"redirect to {NameOf(new IPAddress(data.Slice(4, 4)))}{QuotedText(data)}",
            9 => "router advertisement",
            10 => "router solicitation",
            11 => $"{(code == 0 ? "time to live exceeded" : "reassembly time exceeded")}{QuotedText(data)}",
            12 => $"parameter problem{QuotedText(data)}",
            13 => "timestamp request",
            14 => "timestamp reply",
            _ => $"type {type} code {code}",
        });
    }

    private void TellIcmpV6(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4)
        {
            TellCutShort("ICMPv6");
            return;
        }
        var (type, code) = (data[0], data[1]);
        if (data.Length < IcmpHeader && type is not (130 or 131 or 132 or 143))
        {
            TellCutShort("ICMPv6");
            return;
        }
        Tell("ICMPv6", type switch
        {
            1 => $"{UnreachableV6Text(code)}{QuotedText(data)}",
            2 => $"packet too big, MTU {BinaryPrimitives.ReadUInt32BigEndian(data[4..])}{QuotedText(data)}",
            3 => $"{(code == 0 ? "hop limit exceeded" : "reassembly time exceeded")}{QuotedText(data)}",
            4 => $"parameter problem{QuotedText(data)}",
            128 => EchoText("echo request", data),
            129 => EchoText("echo reply", data),
            130 => "multicast listener query",
            131 or 143 => "multicast listener report",
            132 => "multicast listener done",
            133 => "router solicitation",
            134 => $"router advertisement, lifetime {BinaryPrimitives.ReadUInt16BigEndian(data[6..])} s",
            135 => $"who has {TargetOf(data)}?",
            136 => $"{TargetOf(data)} is at {LinkAddressOf(data) ?? _source}",
            137 => $"redirect to {TargetOf(data)}",
            _ => $"type {type} code {code}",
        });
    }

    private static string EchoText(string what, ReadOnlySpan<byte> data) =>
        $"{what} id {BinaryPrimitives.ReadUInt16BigEndian(data[4..])} "
        + $"seq {BinaryPrimitives.ReadUInt16BigEndian(data[6..])}, "
        + Count(data.Length, "byte");

    private static string UnreachableText(byte code, ReadOnlySpan<byte> data) => code switch
    {
        0 => "network unreachable",
        1 => "host unreachable",
        2 => "protocol unreachable",
        3 => "port unreachable",
        4 => $"fragmentation needed, MTU {BinaryPrimitives.ReadUInt16BigEndian(data[6..])}",
        9 or 10 or 13 => "administratively prohibited",
        _ => $"destination unreachable, code {code}",
    };

    private static string UnreachableV6Text(byte code) => code switch
    {
        0 => "no route to destination",
        1 => "administratively prohibited",
        3 => "address unreachable",
        4 => "port unreachable",
        _ => $"destination unreachable, code {code}",
    };

    /// <summary>
    /// The packet that an error answers, in brackets: <c>": UDP 10.0.0.5:1234 → 10.0.0.1:53"</c>; empty where it cannot
    /// be read.
    /// </summary>
    private string QuotedText(ReadOnlySpan<byte> data)
    {
        var quoted = data[IcmpHeader..];
        IPAddress source, destination;
        IpProtocol protocol;
        ReadOnlySpan<byte> rest;
        if (IPv4Header.Read(quoted, out var v4) == LayerState.Whole)
        {
            (source, destination, protocol) = (v4.Source, v4.Destination, v4.Protocol);
            rest = quoted[v4.HeaderLength..];
        }
        else if (IPv6Header.Read(quoted, out var v6) == LayerState.Whole
            && v6.ReadPayload(quoted, out protocol, out _, out _, out rest) == LayerState.Whole)
        {
            (source, destination) = (v6.Source, v6.Destination);
        }
        else
        {
            return "";
        }
        return protocol is IpProtocol.Tcp or IpProtocol.Udp && rest.Length >= 4
            ? $": {NameOf(protocol)} {NameOf(source)} port {BinaryPrimitives.ReadUInt16BigEndian(rest)} → "
                + $"{NameOf(destination)} port {BinaryPrimitives.ReadUInt16BigEndian(rest[2..])}"
            : $": {NameOf(protocol)} {NameOf(source)} → {NameOf(destination)}";
    }

    /// <summary>RFC 4861 §4.3: the 16 bytes behind the header.</summary>
    private string TargetOf(ReadOnlySpan<byte> data) =>
        data.Length >= IcmpHeader + 16 ? NameOf(new IPAddress(data.Slice(IcmpHeader, 16))) : "?";

    /// <summary>
    /// RFC 4861 §4.6.1: options of 1 type, 1 length in 8 bytes; type 2 is the target's link-layer address.
    /// </summary>
    private static string? LinkAddressOf(ReadOnlySpan<byte> data)
    {
        var options = data.Length > IcmpHeader + 16 ? data[(IcmpHeader + 16)..] : default;
        while (options.Length >= 8 && options[1] > 0)
        {
            if (options[0] == 2)
            {
                return MacAddress.Read(options[2..]).ToString();
            }
            options = options[Math.Min(8 * options[1], options.Length)..];
        }
        return null;
    }
}
