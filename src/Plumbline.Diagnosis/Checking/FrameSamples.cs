using System.Net;
using System.Net.Sockets;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Iptables.Frames;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Frames that somebody with some addresses may send and get: ARP, TCP, UDP, ICMP, of each IP version that it has.</summary>
internal static class FrameSamples
{
    private const ushort ArpType = 0x0806;
    private const ushort IPv4Type = 0x0800;
    private const ushort IPv6Type = 0x86dd;
    private const ushort HighPort = 40000;
    private const ushort SomePort = 5001;
    private static readonly MacAddress _partner = new(0x0200_0000_0001);
    private static readonly MacAddress _broadcast = new(0xffff_ffff_ffff);
    private static readonly Number128 _partner4 = TraceFrame.NumberOf(IPAddress.Parse("100.64.0.1"));
    private static readonly Number128 _partner6 = TraceFrame.NumberOf(IPAddress.Parse("2001:db8::1"));

    public static IEnumerable<FrameSample> Of(MacAddress mac, IReadOnlyList<IPAddress> addresses)
    {
        foreach (var address in addresses)
        {
            var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
            var (own, partner) = (TraceFrame.NumberOf(address), isIPv4 ? _partner4 : _partner6);
            foreach (var isSent in (bool[])[true, false])
            {
                var start = new FrameFacts
                {
                    EtherType = isIPv4 ? IPv4Type : IPv6Type,
                    Source = isSent ? mac : _partner,
                    Destination = isSent ? _partner : mac,
                    From = isSent ? own : partner,
                    To = isSent ? partner : own,
                };
                if (isIPv4)
                {
                    yield return new(isSent, start with { EtherType = ArpType, Destination = _broadcast, ArpOperation = 1, ArpSourceMac = start.Source }, "ARP questions");
                    yield return new(isSent, start with { EtherType = ArpType, ArpOperation = 2, ArpSourceMac = start.Source, ArpTargetMac = start.Destination }, "ARP answers");
                }
                yield return new(isSent, start with { Protocol = 6, SourcePort = HighPort, DestinationPort = SomePort }, "TCP");
                yield return new(isSent, start with { Protocol = 6, SourcePort = SomePort, DestinationPort = HighPort }, "TCP");
                yield return new(isSent, start with { Protocol = 17, SourcePort = HighPort, DestinationPort = SomePort }, "UDP");
                yield return new(isSent, start with { Protocol = (byte)(isIPv4 ? 1 : 58), IcmpType = (byte)(isIPv4 ? 8 : 128), IcmpCode = 0 }, "ICMP");
            }
        }
    }
}
