using System.Diagnostics;
using System.Net;
using Plumbline.Packets.Layers;
using Plumbline.Packets.Pcapng;
using Plumbline.Primitives;

namespace Plumbline.Packets.Filtering;

/// <summary>Does a packet fulfil a condition? Names and interfaces are those read so far.</summary>
public sealed class ConditionMatcher(
    PacketCondition condition, IReadOnlyDictionary<IPAddress, string> names, IReadOnlyList<CapturedInterface> interfaces)
{
    /// <summary>The question.</summary>
    public bool Matches(in PacketView packet, in FrameHeaders headers) => Matches(condition, packet, headers);

    private bool Matches(PacketCondition condition, in PacketView packet, in FrameHeaders headers) => condition switch
    {
        PacketCondition.And and => Matches(and.Left, packet, headers) && Matches(and.Right, packet, headers),
        PacketCondition.Or or => Matches(or.Left, packet, headers) || Matches(or.Right, packet, headers),
        PacketCondition.Not not => !Matches(not.Inner, packet, headers),
        PacketCondition.Net net => MatchesAddress(net, packet, headers),
        PacketCondition.TransportPort port => headers.HasPorts && headers.FragmentOffset == 0
            && (port.End != PacketEnd.Destination && headers.SourcePort == port.Number
                || port.End != PacketEnd.Source && headers.DestinationPort == port.Number),
        PacketCondition.Named named => headers.IpVersion > 0
            && (named.End != PacketEnd.Destination && HasName(headers.Source, named.Name)
                || named.End != PacketEnd.Source && HasName(headers.Destination, named.Name)),
        PacketCondition.Mac mac => MatchesMac(mac, packet, headers),
        PacketCondition.Protocol protocol => headers.IpVersion > 0 && headers.Protocol == protocol.Number,
        PacketCondition.Service service => (IpProtocol)headers.Protocol is IpProtocol.Udp or IpProtocol.Tcp
            && (headers.SourcePort == service.Port || headers.DestinationPort == service.Port
                || headers.SourcePort == service.OtherPort || headers.DestinationPort == service.OtherPort),
        PacketCondition.PayloadType type => headers.EtherType == type.Number,
        PacketCondition.SpanningTree => headers.EtherType is > 0 and < 0x600 && headers.NetworkOffset < packet.Data.Length
            && packet.Data[headers.NetworkOffset] == 0x42,
        PacketCondition.InTunnel tunnel => headers.Tunnel == tunnel.Kind,
        PacketCondition.TunnelKey key => headers.TunnelDepth > 0 && headers.TunnelKey == key.Number,
        PacketCondition.Vlan vlan => vlan.Id is { } id ? headers.Vlan == id : headers.Vlan >= 0,
        PacketCondition.Flags flags => (IpProtocol)headers.Protocol == IpProtocol.Tcp && headers.FragmentOffset == 0
            && headers.TransportOffset + 14 <= packet.Data.Length
            && (packet.Data[headers.TransportOffset + 13] & (flags.Set | flags.Clear)) == flags.Set,
        PacketCondition.At at => string.Equals(interfaces[packet.Interface].Name, at.Interface, StringComparison.Ordinal),
        PacketCondition.Size size => packet.OriginalLength >= size.Least && packet.OriginalLength <= size.Most,
        _ => throw new UnreachableException(),
    };

    private static bool MatchesAddress(PacketCondition.Net net, in PacketView packet, in FrameHeaders headers)
    {
        if (headers.IpVersion == 0)
        {
            return (EtherType)headers.EtherType == EtherType.Arp && MatchesArp(net, packet.Data[headers.NetworkOffset..]);
        }
        return Matches(net, headers.Source, headers.Destination)
            || headers.TunnelDepth > 0 && Matches(net, headers.OuterSource, headers.OuterDestination);
    }

    private static bool MatchesArp(PacketCondition.Net net, ReadOnlySpan<byte> arp) =>
        arp.Length >= ArpMessage.Length && arp[5] == 4
        && Matches(net, InternetAddress.ReadV4(arp[14..]), InternetAddress.ReadV4(arp[24..]));

    private static bool Matches(PacketCondition.Net net, InternetAddress source, InternetAddress destination) =>
        net.End != PacketEnd.Destination && IsWithin(source, net) || net.End != PacketEnd.Source && IsWithin(destination, net);

    private static bool IsWithin(InternetAddress address, PacketCondition.Net net)
    {
        if (address.IsV6 != net.Address.IsV6)
        {
            return false;
        }
        var difference = new UInt128(address.High ^ net.Address.High, address.Low ^ net.Address.Low);
        var hostBits = (address.IsV6 ? 128 : 32) - net.PrefixLength;
        return hostBits >= 128 || difference >> hostBits == 0;
    }

    private static bool MatchesMac(PacketCondition.Mac mac, in PacketView packet, in FrameHeaders headers)
    {
        if (headers.LinkOffset < 0)
        {
            return false;
        }
        var frame = packet.Data[headers.LinkOffset..];
        return mac.End != PacketEnd.Source && MacAddress.Read(frame) == mac.Address
            || mac.End != PacketEnd.Destination && MacAddress.Read(frame[MacAddress.Length..]) == mac.Address;
    }

    /// <summary>Names may stand together as <c>a|b</c> where an address belongs to several.</summary>
    private bool HasName(InternetAddress address, string name) =>
        names.TryGetValue(address.ToIPAddress(), out var known)
        && (known == name || known.Contains('|', StringComparison.Ordinal) && known.Split('|').Contains(name));
}
