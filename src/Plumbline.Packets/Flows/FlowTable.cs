using Plumbline.Packets.Layers;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Flows;

/// <summary>
/// Conversations and what went wrong in them, from packets given one by one: all facts are of the packets alone, the memory is bounded
/// (<see cref="FlowStore.MaxFlows"/>), and a damaged packet only counts. Not thread-safe.
/// </summary>
public sealed partial class FlowTable
{
    private readonly FlowStore _flows = new();
    private readonly NeighbourTracker _neighbours = new();
    private readonly DhcpTracker _dhcp = new();
    private readonly DnsTracker _dns = new();
    private readonly MtuTracker _mtu = new();
    private long _packets;
    private long _bytes;
    private long _other;
    private long _beyond;
    private long _start;
    private long _end;

    /// <summary>Takes one packet in.</summary>
    public void Add(in PacketView packet)
    {
        var time = packet.TimestampNanoseconds ?? 0;
        if (_packets++ == 0)
        {
            _start = time;
        }
        _end = Math.Max(_end, time);
        _bytes += packet.OriginalLength;
        FrameHeaders.Read(packet.Data, packet.LinkType, out var headers);
        if (headers.IpVersion == 0)
        {
            _other++;
            if ((EtherType)headers.EtherType == EtherType.Arp)
            {
                _neighbours.AddArp(packet.Data[headers.NetworkOffset..], headers.Vlan, packet.Interface, time);
            }
            return;
        }
        AddToFlow(packet, headers, time);
    }

    private void AddToFlow(in PacketView packet, in FrameHeaders headers, long time)
    {
        var isSwapped = IsSwapped(headers);
        var (sourcePort, destinationPort) = ((uint)headers.SourcePort, (uint)headers.DestinationPort);
        var place = FlowKey.PlaceOf(headers, packet.Interface);
        var key = isSwapped
            ? new FlowKey(headers.Destination, headers.Source, destinationPort << 16 | sourcePort, place)
            : new FlowKey(headers.Source, headers.Destination, sourcePort << 16 | destinationPort, place);
        var number = _flows.FindOrAdd(key, out var isNew);
        if (number < 0)
        {
            _beyond++;
            return;
        }
        ref var flow = ref _flows[number];
        if (isNew)
        {
            flow.Start = time;
            flow.HandshakeTime = -1;
            flow.Initiator = isSwapped ? (byte)1 : (byte)0;
        }
        flow.End = Math.Max(flow.End, time);
        if (isSwapped)
        {
            flow.Packets1++;
            flow.Bytes1 += packet.OriginalLength;
        }
        else
        {
            flow.Packets0++;
            flow.Bytes0 += packet.OriginalLength;
        }
        if (headers.FragmentOffset > 0 || headers.TransportOffset > packet.Data.Length)
        {
            return;
        }
        var transport = packet.Data[headers.TransportOffset..];
        if (transport.Length > headers.TransportLength)
        {
            transport = transport[..headers.TransportLength]; // without Ethernet's padding
        }
        switch ((IpProtocol)headers.Protocol)
        {
            case IpProtocol.Tcp:
                AddTcp(ref flow, isSwapped, transport, headers, IdentificationOf(packet.Data, headers), time);
                if (headers.DestinationPort == 53 || headers.SourcePort == 53)
                {
                    AddDnsOverTcp(number, transport, headers, packet.Interface, time);
                }
                break;
            case IpProtocol.Udp: AddUdp(number, transport, headers, packet.Interface, time); break;
            case IpProtocol.Icmp: AddIcmp(ref flow, isSwapped, transport, headers, packet.Interface, time); break;
            case IpProtocol.IcmpV6: AddIcmpV6(ref flow, isSwapped, transport, headers, packet.Interface, time); break;
            default: break;
        }
    }

    /// <summary>IPv4's; 0 for IPv6.</summary>
    private static ushort IdentificationOf(ReadOnlySpan<byte> frame, in FrameHeaders headers) => headers.IpVersion == 4
        ? System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(frame[(headers.NetworkOffset + 4)..])
        : (ushort)0;

    /// <summary>The destination is the key's first end.</summary>
    private static bool IsSwapped(in FrameHeaders headers)
    {
        if (headers.IpVersion == 4)
        {
            var (source, destination) = (headers.Source.Low, headers.Destination.Low);
            return source > destination || source == destination && headers.SourcePort > headers.DestinationPort;
        }
        var order = headers.Source.CompareTo(headers.Destination);
        return order > 0 || order == 0 && headers.SourcePort > headers.DestinationPort;
    }

    private void AddDnsOverTcp(int flow, ReadOnlySpan<byte> segment, in FrameHeaders headers, int @interface, long time)
    {
        var length = segment.Length > 12 ? (segment[12] >> 4) * 4 : segment.Length;
        if (length < segment.Length)
        {
            _dns.AddTcp(flow, segment[length..], headers, @interface, time);
        }
    }

    private void AddUdp(int flow, ReadOnlySpan<byte> datagram, in FrameHeaders headers, int @interface, long time)
    {
        if (datagram.Length <= UdpHeader.Length)
        {
            return;
        }
        var payload = datagram[UdpHeader.Length..];
        if (headers.DestinationPort == 53 || headers.SourcePort == 53)
        {
            _dns.AddUdp(flow, payload, headers, @interface, time);
        }
        else if (headers.DestinationPort is 67 or 68)
        {
            _dhcp.AddV4(payload, headers, @interface, time);
        }
        else if (headers.DestinationPort is 546 or 547)
        {
            _dhcp.AddV6(payload, headers, @interface, time);
        }
    }

    private void AddIcmp(
        ref FlowState flow, bool isSwapped, ReadOnlySpan<byte> message, in FrameHeaders headers, int @interface, long time)
    {
        if (message.Length < 8)
        {
            return;
        }
        switch (message[0])
        {
            case 8: AddEcho(ref flow, isSwapped, message, time); break;
            case 0: AddEchoReply(ref flow, isSwapped, message, time); break;
            case 3 when message[1] == 4:
                _mtu.AddTold(message[8..], message[6] << 8 | message[7], headers, @interface);
                break;
            default: break;
        }
    }

    private void AddIcmpV6(
        ref FlowState flow, bool isSwapped, ReadOnlySpan<byte> message, in FrameHeaders headers, int @interface, long time)
    {
        if (message.Length < 8)
        {
            return;
        }
        switch (message[0])
        {
            case 128: AddEcho(ref flow, isSwapped, message, time); break;
            case 129: AddEchoReply(ref flow, isSwapped, message, time); break;
            case 2:
                _mtu.AddTold(
                    message[8..], (int)Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(message[4..]), int.MaxValue),
                    headers, @interface);
                break;
            case 135 or 136 when message.Length >= 24:
                _neighbours.AddDiscovery(message, headers, @interface, time);
                break;
            default: break;
        }
    }

    private static void AddEcho(ref FlowState flow, bool isSwapped, ReadOnlySpan<byte> message, long time)
    {
        if (flow.IsEchoOpen)
        {
            flow.EchoesUnanswered++;
        }
        if (!flow.IsInitiatorKnown)
        {
            flow.IsInitiatorKnown = true;
            flow.Initiator = isSwapped ? (byte)1 : (byte)0;
        }
        flow.IsEchoOpen = true;
        flow.EchoSequence = (ushort)(message[6] << 8 | message[7]);
        flow.SynAt = time;
    }

    private static void AddEchoReply(ref FlowState flow, bool isSwapped, ReadOnlySpan<byte> message, long time)
    {
        if (flow.IsEchoOpen && flow.EchoSequence == (message[6] << 8 | message[7]))
        {
            flow.IsEchoOpen = false;
            ref var asker = ref isSwapped ? ref flow.Side0 : ref flow.Side1;
            asker.AddRoundTrip(Math.Max(time - flow.SynAt, 0));
        }
        else if (flow.EchoesUnanswered > 0)
        {
            flow.EchoesUnanswered--; // the reply to an earlier one, late
        }
    }
}
