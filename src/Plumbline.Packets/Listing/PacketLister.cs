using System.Net;
using Plumbline.Packets.Layers;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Listing;

/// <summary>
/// Packets one a line: time, place, and what <see cref="PacketSummary"/> says. Plain TCP and UDP, nearly all of a big file, are told
/// without making objects; the words are the same (a test compares).
/// </summary>
public sealed class PacketLister
{
    private const long Hour = 3_600_000_000_000;
    private readonly AddressTexts _texts = new();
    private readonly TimeZoneInfo _zone;
    private IReadOnlyDictionary<IPAddress, string> _names = new Dictionary<IPAddress, string>();
    private long _hour = long.MinValue;
    private long _offset;

    /// <summary>Times will be told in <paramref name="zone"/>.</summary>
    public PacketLister(TimeZoneInfo zone) => _zone = zone;

    /// <summary>Names of addresses from now on.</summary>
    public void SetNames(IReadOnlyDictionary<IPAddress, string> names)
    {
        _names = names;
        var values = new Dictionary<InternetAddress, string>(names.Count);
        foreach (var (address, name) in names)
        {
            values[InternetAddress.Of(address)] = name;
        }
        _texts.SetNames(values);
    }

    /// <summary>Appends the time of day: <c>14:02:11.123456789</c>; dashes where the packet has none.</summary>
    public void AppendTime(LineBuffer line, long? nanoseconds)
    {
        if (nanoseconds is not { } time)
        {
            line.Append("--:--:--.---------"u8);
            return;
        }
        if (time / Hour != _hour)
        {
            _hour = time / Hour;
            _offset = _zone.GetUtcOffset(DateTimeOffset.UnixEpoch.AddTicks(time / 100)).Ticks * 100;
        }
        var local = (ulong)Math.Max(time + _offset, 0);
        var seconds = local / 1_000_000_000;
        line.AppendPadded(seconds / 3600 % 24, 2).Append(":"u8).AppendPadded(seconds / 60 % 60, 2).Append(":"u8)
            .AppendPadded(seconds % 60, 2).Append("."u8).AppendPadded(local % 1_000_000_000, 9);
    }

    /// <summary>Appends what the packet says.</summary>
    /// <param name="line">Where to.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="headers">Its headers.</param>
    public void AppendSummary(LineBuffer line, in PacketView packet, in FrameHeaders headers)
    {
        if (packet.LinkType == LinkTypes.Ethernet && headers is { TunnelDepth: 0, IpVersion: > 0, FragmentOffset: 0, MoreFragments: false }
            && TryAppendPlain(line, packet.Data, headers))
        {
            return;
        }
        var summary = PacketSummary.Of(packet.Data, packet.LinkType, _names);
        if (summary.Vlan is { } vlan)
        {
            line.Append("VLAN "u8).Append((ulong)vlan).Append("  "u8);
        }
        line.Append(summary.Source).Append(" → "u8).Append(summary.Destination).Append("  "u8).Append(summary.Protocol).Append(" "u8)
            .Append(summary.Text).TrimEnd();
    }

    private bool TryAppendPlain(LineBuffer line, ReadOnlySpan<byte> frame, in FrameHeaders headers)
    {
        if (headers.TransportOffset >= frame.Length)
        {
            return false;
        }
        var transport = frame[headers.TransportOffset..];
        switch ((IpProtocol)headers.Protocol)
        {
            case IpProtocol.Tcp when Math.Min(transport.Length, headers.TransportLength) >= TcpHeader.MinLength && transport[12] >= 0x50:
                AppendEnds(line, headers);
                AppendTcp(line, transport, headers);
                return true;
            case IpProtocol.Udp when Math.Min(transport.Length, headers.TransportLength) >= UdpHeader.Length
                && !IsSpecial(headers.SourcePort) && !IsSpecial(headers.DestinationPort):
                AppendEnds(line, headers);
                var length = transport[4] << 8 | transport[5];
                var bytes = length >= UdpHeader.Length ? length - UdpHeader.Length
                    : Math.Min(transport.Length, headers.TransportLength) - UdpHeader.Length;
                line.Append("UDP "u8).Append((ulong)headers.SourcePort).Append(" → "u8).Append((ulong)headers.DestinationPort)
                    .Append(", "u8).Append((ulong)bytes).Append(bytes == 1 ? " byte"u8 : " bytes"u8);
                return true;
            default: return false;
        }
    }

    /// <summary>What <see cref="Summaries.SummaryTeller"/> looks into.</summary>
    private static bool IsSpecial(int port) => port is 53 or 67 or 68 or 546 or 547 or 5353 or VxlanHeader.Port or VxlanHeader.OldPort or GeneveHeader.Port;

    private void AppendEnds(LineBuffer line, in FrameHeaders headers)
    {
        if (headers.Vlan >= 0)
        {
            line.Append("VLAN "u8).Append((ulong)headers.Vlan).Append("  "u8);
        }
        line.Append(_texts.Of(headers.Source)).Append(" → "u8).Append(_texts.Of(headers.Destination)).Append("  "u8);
    }

    private static void AppendTcp(LineBuffer line, ReadOnlySpan<byte> segment, in FrameHeaders headers)
    {
        _ = TcpHeader.Read(segment, out var tcp);
        line.Append("TCP "u8).Append((ulong)tcp.SourcePort).Append(" → "u8).Append((ulong)tcp.DestinationPort).Append(" ["u8)
            .Append(TcpFlagTexts.Of(tcp.Flags)).Append("] seq "u8).Append(tcp.Sequence);
        if ((tcp.Flags & TcpFlags.Ack) != 0)
        {
            line.Append(" ack "u8).Append(tcp.Acknowledgement);
        }
        var bytes = Math.Max(headers.TransportLength - tcp.HeaderLength, 0);
        line.Append(" win "u8).Append((ulong)tcp.Window).Append(", "u8).Append((ulong)bytes).Append(bytes == 1 ? " byte"u8 : " bytes"u8);
    }
}
