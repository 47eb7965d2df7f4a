using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// Routes such that a packet's destination tells its way, and nothing that the node would answer finds a way back: replies of its own
/// would be counted too.
/// </summary>
internal static class RoutingScript
{
    public static IReadOnlyList<TestWay> Ways { get; } =
    [
        new(TestWayKind.ToHost, "tapone", "", PacketPath.BridgedToHost("qbrone", "tapone")) { AddressedTo = "qbrone" },
        new(TestWayKind.ToHost, "eth1", "", PacketPath.ToHost("eth1")) { AddressedTo = "eth1" },
        new(TestWayKind.FromHost, "", "eth1", PacketPath.FromHost("eth1")),
        new(TestWayKind.FromHost, "", "tapone", PacketPath.FromHost("qbrone")),
        new(TestWayKind.Routed, "eth1", "eth2", PacketPath.Routed("eth1", "eth2")) { AddressedTo = "eth1" },
        new(TestWayKind.Routed, "eth2", "tapone", PacketPath.Routed("eth2", "qbrone")) { AddressedTo = "eth2" },
        new(TestWayKind.Routed, "qvbone", "eth1", PacketPath.BridgedThenRouted("qbrone", "qvbone", "eth1")) { AddressedTo = "qbrone" },
    ];

    public static string Of(IPFamily family) => family == IPFamily.IPv4
        ? """
            for d in all default qbrone eth1 eth2; do echo 0 > /proc/sys/net/ipv4/conf/$d/rp_filter; done
            ip link set lo up
            echo 1 > /proc/sys/net/ipv4/ip_forward
            ip address add 10.1.0.1/32 dev qbrone
            for d in qbrone:10.7 eth1:10.8 eth2:10.9; do
                dev=${d%%:*} net=${d##*:}
                ip route add $net.0.1/32 dev $dev
                ip neighbour add $net.0.1 lladdr 02:00:00:00:00:99 dev $dev nud permanent
                ip route add $net.0.0/16 via $net.0.1 dev $dev
            done
            """
        : """
            echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
            for d in qbrone:fd07 eth1:fd08 eth2:fd09; do
                dev=${d%%:*} net=${d##*:}
                echo 0 > /proc/sys/net/ipv6/conf/$dev/accept_dad
                echo 1 > /proc/sys/net/ipv6/conf/$dev/addr_gen_mode
                echo 0 > /proc/sys/net/ipv6/conf/$dev/accept_ra
                echo 0 > /proc/sys/net/ipv6/conf/$dev/disable_ipv6
                ip route add $net::1/128 dev $dev
                ip neighbour add $net::1 lladdr 02:00:00:00:00:99 dev $dev nud permanent
                ip route add $net::/32 via $net::1 dev $dev
            done
            ip address add fd01::1/128 dev qbrone nodad
            sleep 0.2
            """;

    /// <summary>
    /// An IPv4 address for MASQUERADE and REDIRECT on eth1, and none on eth2; no redirects. Of IPv6 qbrone's is the only one: among several
    /// RFC 6724 chooses, and the simulator leaves that open.
    /// </summary>
    public static string WithAddresses(IPFamily family) => Of(family) + (family == IPFamily.IPv4
        ? """

            for d in all default qbrone eth1 eth2; do echo 0 > /proc/sys/net/ipv4/conf/$d/send_redirects; done
            ip address add 10.8.255.1/32 dev eth1
            """
        : "");

    /// <summary>Whatever comes by one device and is not for the node goes on by another; what the node itself would say goes nowhere.</summary>
    public static string Anywhere(IPFamily family) => $$"""

        for d in eth1:100:eth2:{{Net(family, 9)}} qbrone:101:eth1:{{Net(family, 8)}} eth2:102:qbrone:{{Net(family, 7)}}; do
            dev=${d%%:*} rest=${d#*:}; table=${rest%%:*} rest=${rest#*:}; out=${rest%%:*} via=${rest#*:}
            ip {{(family == IPFamily.IPv4 ? "-4" : "-6")}} rule add iif $dev lookup $table
            ip {{(family == IPFamily.IPv4 ? "-4" : "-6")}} route add default via $via dev $out table $table
        done
        """;

    private static string Net(IPFamily family, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{(family == IPFamily.IPv4 ? $"10.{number}.0.1" : $"fd0{number}::1")}");

    /// <summary>As <see cref="Bend"/>, but what is routed keeps its destination where it can.</summary>
    public static PacketHeader BendFreely(PacketHeader packet, TestWay way, KernelNode node)
    {
        var isFour = packet.Family == IPFamily.IPv4;
        var free = packet.Destination;
        if (way.Kind == TestWayKind.Bridged)
        {
            return packet.DestinationMac is { IsMulticast: true } ? packet with { DestinationMac = packet.SourceMac } : packet;
        }
        var bent = Bend(packet, way, node);
        return way.Kind == TestWayKind.Routed && IsFit(free, isFour) && free >> (isFour ? 24 : 120) != (isFour ? 10 : 0xFE)
            ? bent with { Destination = free } : bent;
    }

    /// <summary>Makes the packet one that takes <paramref name="way"/>.</summary>
    public static PacketHeader Bend(PacketHeader packet, TestWay way, KernelNode node)
    {
        var isFour = packet.Family == IPFamily.IPv4;
        var low = packet.Destination & 0xFFFF;
        var net = way switch
        {
            { Kind: TestWayKind.ToHost } => 1,
            { To: "tapone" } => 7,
            { To: "eth1" } => 8,
            _ => 9,
        };
        var isFromHost = way.Kind == TestWayKind.FromHost;
        return packet with
        {
            Source = FitSource(packet),
            Destination = isFour
                ? net == 1 ? 0x0A010001 : (UInt128)(0x0A000000u | (uint)net << 16) | low
                : net == 1 ? NetworkOf(0xFD01) | 1 : NetworkOf((ushort)(0xFD00 + net)) | low,
            HopLimit = Math.Max((byte)3, packet.HopLimit),
            SourceMac = isFromHost ? null : packet.SourceMac,
            DestinationMac = isFromHost ? null : node.Macs[way.AddressedTo!],
        };
    }

    /// <summary>The source, or another where routing would take none such.</summary>
    public static UInt128 FitSource(PacketHeader packet)
    {
        var isFour = packet.Family == IPFamily.IPv4;
        return IsFit(packet.Source, isFour) ? packet.Source : isFour ? 0xC0A8010C : NetworkOf(0x2001) | (packet.Source & 0xFFFF);
    }

    private static UInt128 NetworkOf(ushort first) => (UInt128)first << 112;

    /// <summary>Routing takes no packet from nowhere, from a group, or from the node itself.</summary>
    private static bool IsFit(UInt128 source, bool isFour) => isFour
        ? source >> 24 is var first && first != (UInt128)0 && first != (UInt128)127 && first < 224 && source != 0x0A010001
            && source >> 16 != (UInt128)0x0A07 && source >> 16 != (UInt128)0x0A08 && source >> 16 != (UInt128)0x0A09
        : source >> 32 != 0 && source >> 120 != 0xFF && source >> 118 != (UInt128)(0xFE80 >> 6) && source >> 113 != (UInt128)(0xFD07 >> 1)
            && source >> 112 != (UInt128)0xFD08 && source >> 112 != (UInt128)0xFD09 && source != (NetworkOf(0xFD01) | 1);
}
