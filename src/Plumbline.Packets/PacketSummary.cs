using System.Net;
using Plumbline.Packets.Summaries;

namespace Plumbline.Packets;

/// <summary>
/// One packet in one line, names in place of addresses: <c>test-vm → 172.16.0.1  ICMP echo request id 7 seq 1, 64
/// bytes</c>.
/// </summary>
/// <param name="Source">Name or address it comes from.</param>
/// <param name="Destination">Name or address it goes to.</param>
/// <param name="Protocol">The highest protocol understood: ARP, ICMP, ICMPv6, TCP, UDP, DHCP, DNS, IPv4 …</param>
/// <param name="Text">What it says. Names from the packet are escaped.</param>
/// <param name="Vlan">The outermost VLAN tag.</param>
public sealed record PacketSummary(string Source, string Destination, string Protocol, string Text, int? Vlan)
{
    /// <summary>
    /// Looks into an Ethernet frame: VLAN tags, ARP, IPv4, IPv6 with extension headers, ICMP, ICMPv6 with ND, TCP, UDP,
    /// DHCP, DNS questions, VXLAN, Geneve and GRE (then the inner frame is told). A short or damaged frame is told as
    /// far as it goes; no frame makes it throw.
    /// </summary>
    /// <param name="frame">From the Ethernet header on.</param>
    /// <param name="names">Names of addresses, of a VM for example.</param>
    public static PacketSummary Of(ReadOnlySpan<byte> frame, IReadOnlyDictionary<IPAddress, string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var teller = new SummaryTeller(names);
        teller.TellEthernet(frame);
        return teller.Summary;
    }

    /// <summary>As above, for any link type: Ethernet, Linux cooked, raw IP.</summary>
    /// <param name="frame">From its first byte.</param>
    /// <param name="linkType">LINKTYPE_.</param>
    /// <param name="names">Names of addresses, of a VM for example.</param>
    public static PacketSummary Of(ReadOnlySpan<byte> frame, int linkType, IReadOnlyDictionary<IPAddress, string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var teller = new SummaryTeller(names);
        teller.TellFrame(frame, linkType);
        return teller.Summary;
    }

    /// <summary>The one line: <c>VLAN 1  test-vm → 172.16.0.1  ICMP echo request id 7 seq 1, 64 bytes</c>.</summary>
    public override string ToString() =>
        $"{(Vlan is null ? "" : $"VLAN {Vlan}  ")}{Source} → {Destination}  {Protocol} {Text}".TrimEnd();
}
