using System.Buffers.Binary;
using Plumbline.Packets.Layers;

namespace Plumbline.Packets;

/// <summary>The walk of <see cref="FrameHeaders"/>: one method a layer, each leaves at the first byte that is not there.</summary>
internal readonly ref struct FrameWalk(ReadOnlySpan<byte> frame)
{
    private const int MaxTunnels = 6;
    private const int MaxTags = 8;

    private readonly ReadOnlySpan<byte> _frame = frame;

    public void Walk(int linkType, ref FrameHeaders h)
    {
        switch (linkType)
        {
            case LinkTypes.Ethernet: Ethernet(0, ref h); break;
            case LinkTypes.Raw or LinkTypes.OldRaw or LinkTypes.OpenBsdRaw or LinkTypes.IPv4 or LinkTypes.IPv6:
                Ip(0, ref h);
                break;
            case LinkTypes.Null or LinkTypes.Loop: Ip(4, ref h); break;
            case LinkTypes.LinuxCooked when _frame.Length >= 16: Payload(Word(14), 16, ref h); break;
            case LinkTypes.LinuxCooked2 when _frame.Length >= 20: Payload(Word(0), 20, ref h); break;
            default: break;
        }
    }

    private int Word(int at) => BinaryPrimitives.ReadUInt16BigEndian(_frame[at..]);

    private void Ethernet(int at, ref FrameHeaders h)
    {
        if (_frame.Length >= at + EthernetHeader.Length)
        {
            h.LinkOffset = at;
            Payload(Word(at + 12), at + EthernetHeader.Length, ref h);
        }
    }

    private void Payload(int type, int at, ref FrameHeaders h)
    {
        var isOutermostTag = true;
        for (var tags = 0; VlanTag.IsAnnouncedBy((EtherType)type) && tags < MaxTags; tags++)
        {
            if (_frame.Length < at + VlanTag.Length)
            {
                return;
            }
            if (isOutermostTag)
            {
                h.Vlan = Word(at) & 0xFFF;
                isOutermostTag = false;
            }
            type = Word(at + 2);
            at += VlanTag.Length;
        }
        h.EtherType = (ushort)type;
        h.NetworkOffset = at;
        if ((EtherType)type is EtherType.IPv4 or EtherType.IPv6)
        {
            Ip(at, ref h);
        }
    }

    private void Ip(int at, ref FrameHeaders h)
    {
        if (at >= _frame.Length)
        {
            return;
        }
        switch (_frame[at] >> 4)
        {
            case 4: IPv4(at, ref h); break;
            case 6: IPv6(at, ref h); break;
            default: break;
        }
    }

    private void IPv4(int at, ref FrameHeaders h)
    {
        var data = _frame[at..];
        if (data.Length < IPv4Header.MinLength)
        {
            return;
        }
        var headerLength = (data[0] & 0xF) * 4;
        int length = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        if (length == 0)
        {
            length = data.Length; // a segment of more than 64 KiB on its way to the NIC
        }
        if (headerLength < IPv4Header.MinLength || length < headerLength)
        {
            return;
        }
        int fragment = BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
        h.EtherType = (ushort)EtherType.IPv4;
        h.NetworkOffset = at;
        h.IpVersion = 4;
        h.Source = InternetAddress.ReadV4(data[12..]);
        h.Destination = InternetAddress.ReadV4(data[16..]);
        h.IpLength = length;
        h.DontFragment = (fragment & 0x4000) != 0;
        h.MoreFragments = (fragment & 0x2000) != 0;
        h.FragmentOffset = (fragment & 0x1FFF) * 8;
        Transport((IpProtocol)data[9], at + headerLength, length - headerLength, ref h);
    }

    private void IPv6(int at, ref FrameHeaders h)
    {
        var data = _frame[at..];
        if (data.Length < IPv6Header.Length)
        {
            return;
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
        h.EtherType = (ushort)EtherType.IPv6;
        h.NetworkOffset = at;
        h.IpVersion = 6;
        h.Source = InternetAddress.ReadV6(data[8..]);
        h.Destination = InternetAddress.ReadV6(data[24..]);
        h.IpLength = length == 0 ? data.Length : IPv6Header.Length + length;
        h.DontFragment = true;
        h.MoreFragments = false;
        h.FragmentOffset = 0;
        var protocol = (IpProtocol)data[6];
        var offset = IPv6Header.Length;
        while (protocol is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.DestinationOptions
            or IpProtocol.Authentication)
        {
            if (data.Length < offset + 8)
            {
                h.Protocol = (byte)protocol;
                return;
            }
            var next = (IpProtocol)data[offset];
            if (protocol == IpProtocol.Fragment)
            {
                int fragment = BinaryPrimitives.ReadUInt16BigEndian(data[(offset + 2)..]);
                h.FragmentOffset = fragment & 0xFFF8;
                h.MoreFragments = (fragment & 1) != 0;
                offset += 8;
            }
            else
            {
                offset += protocol == IpProtocol.Authentication ? 4 * (data[offset + 1] + 2) : 8 * (data[offset + 1] + 1);
            }
            protocol = next;
            if (h.FragmentOffset > 0)
            {
                break;
            }
        }
        if (offset <= h.IpLength)
        {
            Transport(protocol, at + offset, h.IpLength - offset, ref h);
        }
    }

    private void Transport(IpProtocol protocol, int at, int length, ref FrameHeaders h)
    {
        if (protocol == IpProtocol.Authentication && at < _frame.Length)
        {
            var skipped = AuthenticationHeader.Skip(_frame.Slice(at, Math.Clamp(length, 0, _frame.Length - at)), ref protocol);
            (at, length) = (at + skipped, length - skipped);
        }
        h.Protocol = (byte)protocol;
        h.TransportOffset = at;
        h.TransportLength = length;
        h.SourcePort = h.DestinationPort = 0;
        if (h.FragmentOffset > 0 || at > _frame.Length)
        {
            return;
        }
        var data = _frame[at..];
        switch (protocol)
        {
            case IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp when data.Length >= 4:
                h.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(data);
                h.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
                if (protocol == IpProtocol.Udp && data.Length > UdpHeader.Length && h.TunnelDepth < MaxTunnels)
                {
                    UdpTunnel(at + UdpHeader.Length, ref h);
                }
                break;
            case IpProtocol.Icmp when data.Length >= 6 && data[0] is 0 or 8:
            case IpProtocol.IcmpV6 when data.Length >= 6 && data[0] is 128 or 129:
                h.SourcePort = h.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
                break;
            case IpProtocol.Gre when h.TunnelDepth < MaxTunnels:
                Gre(at, ref h);
                break;
            case IpProtocol.IPv4 or IpProtocol.IPv6 when h.TunnelDepth < MaxTunnels:
                h.EnterTunnel(TunnelKind.IpInIp, 0);
                Ip(at, ref h);
                break;
            default: break;
        }
    }

    private void UdpTunnel(int at, ref FrameHeaders h)
    {
        var data = _frame[at..];
        if (h.DestinationPort is VxlanHeader.Port or VxlanHeader.OldPort && VxlanHeader.TryRead(data, out var vxlan))
        {
            h.EnterTunnel(TunnelKind.Vxlan, (uint)vxlan.NetworkId);
            Ethernet(at + VxlanHeader.Length, ref h);
        }
        else if (h.DestinationPort == GeneveHeader.Port && GeneveHeader.TryRead(data, out var geneve))
        {
            h.EnterTunnel(TunnelKind.Geneve, (uint)geneve.NetworkId);
            Tunnelled(geneve.Type, at + geneve.Length, ref h);
        }
    }

    private void Gre(int at, ref FrameHeaders h)
    {
        if (GreHeader.Read(_frame[at..], out var gre) != LayerState.Whole)
        {
            return;
        }
        var inside = at + gre.Length;
        switch (gre.Type)
        {
            case EtherType.IPv4 or EtherType.IPv6 or EtherType.TransparentEthernet:
                h.EnterTunnel(TunnelKind.Gre, gre.Key ?? 0);
                Tunnelled(gre.Type, inside, ref h);
                break;
            case EtherType.Erspan or EtherType.Erspan3 when ErspanHeader.TryRead(_frame[Math.Min(inside, _frame.Length)..], gre, out var erspan):
                h.EnterTunnel(TunnelKind.Erspan, (uint)erspan.Session);
                Ethernet(inside + erspan.Length, ref h);
                break;
            default: break;
        }
    }

    private void Tunnelled(EtherType type, int at, ref FrameHeaders h)
    {
        if (type == EtherType.TransparentEthernet)
        {
            Ethernet(at, ref h);
        }
        else
        {
            Payload((int)type, at, ref h);
        }
    }
}
