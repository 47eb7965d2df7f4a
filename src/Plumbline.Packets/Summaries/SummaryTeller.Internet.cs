using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Summaries;

/// <summary>IPv4, IPv6, and what rides on them without ports.</summary>
internal sealed partial class SummaryTeller
{
    private void TellIPv4(ReadOnlySpan<byte> data)
    {
        var state = IPv4Header.Read(data, out var header);
        if (header.Source is not null)
        {
            SetEnds(header.Source, header.Destination);
        }
        if (state != LayerState.Whole)
        {
            TellBroken("IPv4", state);
            return;
        }
        var payload = header.PayloadOf(data);
        if (header.IsLaterFragment)
        {
            Tell("IPv4", FragmentText(header.Protocol, header.FragmentOffset, payload.Length));
            return;
        }
        _transportLength = header.TotalLength == 0 ? payload.Length : header.TotalLength - header.HeaderLength;
        TellTransport(header.Protocol, payload, "IPv4");
        if (header.MoreFragments)
        {
            _text += ", first fragment";
        }
    }

    private void TellIPv6(ReadOnlySpan<byte> data)
    {
        var state = IPv6Header.Read(data, out var header);
        if (header.Source is not null)
        {
            SetEnds(header.Source, header.Destination);
        }
        if (state != LayerState.Whole
            || header.ReadPayload(data, out var protocol, out var offset, out var moreFragments, out var payload)
                is not LayerState.Whole)
        {
            TellBroken("IPv6", state == LayerState.Malformed ? state : LayerState.CutShort);
            return;
        }
        if (offset > 0)
        {
            Tell("IPv6", FragmentText(protocol, offset, payload.Length));
            return;
        }
        // what was cut off at the capture still counts
        _transportLength = payload.Length + Math.Max(0, header.PayloadLength == 0 ? 0 : IPv6Header.Length + header.PayloadLength - data.Length);
        TellTransport(protocol, payload, "IPv6");
        if (moreFragments)
        {
            _text += ", first fragment";
        }
    }

    private static string FragmentText(IpProtocol protocol, int offset, int length) =>
        $"fragment of {NameOf(protocol)}, offset {offset}, {Count(length, "byte")}";

    private void TellTransport(IpProtocol protocol, ReadOnlySpan<byte> payload, string ip)
    {
        var skipped = AuthenticationHeader.Skip(payload, ref protocol);
        payload = payload[skipped..];
        _transportLength -= skipped;
        switch (protocol)
        {
            case IpProtocol.Icmp: TellIcmp(payload); break;
            case IpProtocol.IcmpV6: TellIcmpV6(payload); break;
            case IpProtocol.Tcp: TellTcp(payload); break;
            case IpProtocol.Udp: TellUdp(payload); break;
            case IpProtocol.Gre: TellGre(payload); break;
            case IpProtocol.IPv4 when TryEnterTunnel("IP in IP"): TellIPv4(payload); break;
            case IpProtocol.IPv6 when TryEnterTunnel("IP in IP"): TellIPv6(payload); break;
            case IpProtocol.Vrrp when payload.Length >= 3:
                Tell("VRRP", $"router {payload[1]} priority {payload[2]}");
                break;
            case IpProtocol.NoNext: Tell(ip, "nothing inside"); break;
            case IpProtocol.Sctp: TellSctp(payload); break;
            case IpProtocol.Igmp or IpProtocol.Esp or IpProtocol.Ospf or IpProtocol.Vrrp:
                Tell(NameOf(protocol), Count(payload.Length, "byte"));
                break;
            default: Tell(ip, $"protocol {(int)protocol}, {Count(payload.Length, "byte")}"); break;
        }
    }

    private void TellGre(ReadOnlySpan<byte> data)
    {
        var state = GreHeader.Read(data, out var header);
        if (state != LayerState.Whole)
        {
            TellBroken("GRE", state);
            return;
        }
        var kind = header.Key is { } key ? $"GRE key {key}" : "GRE";
        if (header.Type is EtherType.IPv4 or EtherType.IPv6 or EtherType.TransparentEthernet && TryEnterTunnel(kind))
        {
            TellTunnelled(header.Type, data[header.Length..]);
        }
        else if (header.Type is EtherType.Erspan or EtherType.Erspan3
            && ErspanHeader.TryRead(data[header.Length..], header, out var erspan) && TryEnterTunnel($"ERSPAN {erspan.Session}"))
        {
            TellEthernet(data[(header.Length + erspan.Length)..]);
        }
        else
        {
            Tell("GRE", $"type 0x{(int)header.Type:x4}, {Count(data.Length - header.Length, "byte")}");
        }
    }

    private static string NameOf(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Icmp => "ICMP",
        IpProtocol.IcmpV6 => "ICMPv6",
        IpProtocol.Igmp => "IGMP",
        IpProtocol.Tcp => "TCP",
        IpProtocol.Udp => "UDP",
        IpProtocol.Gre => "GRE",
        IpProtocol.Esp => "ESP",
        IpProtocol.Ospf => "OSPF",
        IpProtocol.Vrrp => "VRRP",
        IpProtocol.Sctp => "SCTP",
        _ => $"protocol {(int)protocol}",
    };
}
