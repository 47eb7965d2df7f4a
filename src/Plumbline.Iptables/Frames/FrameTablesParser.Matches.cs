using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Frames;

public static partial class FrameTablesParser
{
    private static FrameMatch ReadMatch(string option, string value, bool isInverted, bool isArp)
    {
        var text = $"{option} {(isInverted ? "! " : "")}{value}".TrimEnd();
        var field = FieldOf(option, isArp);
        FrameMatch? match = field switch
        {
            FrameField.In or FrameField.Out or FrameField.LogicalIn or FrameField.LogicalOut => new() { Field = field, Text = text, Name = value },
            FrameField.EtherType => Number(EtherTypeOf(value)),
            FrameField.SourceMac or FrameField.DestinationMac or FrameField.ArpSourceMac or FrameField.ArpTargetMac => Mac(value),
            FrameField.IPv4Source or FrameField.IPv4Destination or FrameField.IPv6Source or FrameField.IPv6Destination
                or FrameField.ArpSourceIP or FrameField.ArpTargetIP => Address(value),
            FrameField.Protocol => Number(ProtocolOf(value)),
            FrameField.SourcePort or FrameField.DestinationPort => Range(value, ':'),
            FrameField.IcmpType => Icmp(value),
            FrameField.ArpOperation => Number(OperationOf(value)),
            FrameField.Vlan or FrameField.Mark => Masked(value),
            _ => null,
        };
        return (match ?? new() { Field = FrameField.Unknown, Text = text }) with { IsInverted = isInverted };

        FrameMatch? Number(int? number) => number is { } n ? new() { Field = field, Text = text, Low = n, High = n } : null;

        FrameMatch? Range(string words, char separator)
        {
            var at = words.IndexOf(separator, StringComparison.Ordinal);
            var (first, last) = at < 0 ? (words, words) : (words[..at], words[(at + 1)..]);
            return PortOf(first.Length == 0 ? "0" : first) is { } low && PortOf(last.Length == 0 ? "65535" : last) is { } high
                ? new() { Field = field, Text = text, Low = low, High = high } : null;
        }

        FrameMatch? Masked(string words)
        {
            var parts = words.Split('/');
            return Hex(parts[0]) is { } wanted && (parts.Length == 1 ? uint.MaxValue : Hex(parts[1])) is { } mask
                ? new() { Field = field, Text = text, Low = wanted & mask, High = wanted & mask, Mask = mask } : null;
        }

        FrameMatch? Mac(string words)
        {
            var parts = words.ToUpperInvariant() switch
            {
                "UNICAST" => ["00:00:00:00:00:00", "01:00:00:00:00:00"],
                "MULTICAST" => ["01:00:00:00:00:00", "01:00:00:00:00:00"],
                "BROADCAST" => ["ff:ff:ff:ff:ff:ff"],
                "BGA" => ["01:80:c2:00:00:00"],
                _ => words.Split('/'),
            };
            if (!MacAddress.TryParse(parts[0], out var mac))
            {
                return null;
            }
            var mask = MacAddress.Broadcast;
            if (parts.Length > 1 && !MacAddress.TryParse(parts[1], out mask))
            {
                return null;
            }
            return new() { Field = field, Text = text, Low = mac.Value & mask.Value, High = mac.Value & mask.Value, Mask = mask.Value };
        }

        FrameMatch? Address(string words)
        {
            var parts = words.Split('/');
            if (!IPAddress.TryParse(parts[0], out var address))
            {
                return null;
            }
            var width = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            var all = width == 32 ? (Number128)uint.MaxValue : Number128.MaxValue;
            Number128 mask;
            if (parts.Length == 1)
            {
                mask = all;
            }
            else if (int.TryParse(parts[1], CultureInfo.InvariantCulture, out var length) && length >= 0 && length <= width)
            {
                mask = length == 0 ? 0 : all << width - length & all;
            }
            else if (IPAddress.TryParse(parts[1], out var told))
            {
                mask = NumberOf(told);
            }
            else
            {
                return null;
            }
            return new() { Field = field, Text = text, Low = NumberOf(address) & mask, High = NumberOf(address) & mask, Mask = mask };
        }

        FrameMatch? Icmp(string words)
        {
            int? type = words.Split('/')[0] switch
            {
                "echo-request" => option.Contains('6', StringComparison.Ordinal) ? 128 : 8,
                "echo-reply" => option.Contains('6', StringComparison.Ordinal) ? 129 : 0,
                "router-solicitation" => 133,
                "router-advertisement" => 134,
                "neighbour-solicitation" or "neighbor-solicitation" => 135,
                "neighbour-advertisement" or "neighbor-advertisement" => 136,
                "redirect" => option.Contains('6', StringComparison.Ordinal) ? 137 : 5,
                "destination-unreachable" => option.Contains('6', StringComparison.Ordinal) ? 1 : 3,
                var number => int.TryParse(number, CultureInfo.InvariantCulture, out var n) ? n : null,
            };
            // a code or a range of types beside it is not read: then nobody can judge
            return type is { } known && !(words.Contains('/', StringComparison.Ordinal) && !words.EndsWith("/0:255", StringComparison.Ordinal))
                ? new() { Field = field, Text = text, Low = known, High = known } : null;
        }
    }

    private static FrameField FieldOf(string option, bool isArp) => option switch
    {
        "-i" or "--in-interface" or "--in-if" => FrameField.In,
        "-o" or "--out-interface" or "--out-if" => FrameField.Out,
        "--logical-in" => FrameField.LogicalIn,
        "--logical-out" => FrameField.LogicalOut,
        "-p" or "--protocol" or "--proto" when !isArp => FrameField.EtherType,
        "-s" or "--source" or "--src" when !isArp => FrameField.SourceMac,
        "-d" or "--destination" or "--dst" when !isArp => FrameField.DestinationMac,
        "-s" or "--source-ip" or "--src-ip" or "--arp-ip-src" => FrameField.ArpSourceIP,
        "-d" or "--destination-ip" or "--dst-ip" or "--arp-ip-dst" => FrameField.ArpTargetIP,
        "--source-mac" or "--src-mac" or "--arp-mac-src" => FrameField.ArpSourceMac,
        "--destination-mac" or "--dst-mac" or "--arp-mac-dst" => FrameField.ArpTargetMac,
        "--opcode" or "--arp-op" or "--arp-opcode" => FrameField.ArpOperation,
        "--ip-src" or "--ip-source" => FrameField.IPv4Source,
        "--ip-dst" or "--ip-destination" => FrameField.IPv4Destination,
        "--ip6-src" or "--ip6-source" => FrameField.IPv6Source,
        "--ip6-dst" or "--ip6-destination" => FrameField.IPv6Destination,
        "--ip-proto" or "--ip-protocol" or "--ip6-proto" or "--ip6-protocol" => FrameField.Protocol,
        "--ip-sport" or "--ip-source-port" or "--ip6-sport" or "--ip6-source-port" => FrameField.SourcePort,
        "--ip-dport" or "--ip-destination-port" or "--ip6-dport" or "--ip6-destination-port" => FrameField.DestinationPort,
        "--ip-icmp-type" or "--ip6-icmp-type" => FrameField.IcmpType,
        "--vlan-id" => FrameField.Vlan,
        "--mark" => FrameField.Mark,
        _ => FrameField.Unknown,
    };

    private static int? EtherTypeOf(string word) => word.ToUpperInvariant() switch
    {
        "IPV4" or "IP" => 0x0800,
        "IPV6" or "IP6" => 0x86dd,
        "ARP" => 0x0806,
        "802_1Q" => 0x8100,
        _ => int.TryParse(word.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? word.AsSpan(2) : word, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number)
            ? number : null,
    };

    private static int? ProtocolOf(string word) => word switch
    {
        "icmp" => 1,
        "igmp" => 2,
        "tcp" => 6,
        "udp" => 17,
        "gre" => 47,
        "esp" => 50,
        "ah" => 51,
        "ipv6-icmp" or "icmpv6" => 58,
        "vrrp" => 112,
        "sctp" => 132,
        _ => (int?)Hex(word),
    };

    private static int? OperationOf(string word) => word.ToUpperInvariant() switch
    {
        "REQUEST" => 1,
        "REPLY" => 2,
        _ => (int?)Hex(word),
    };

    private static int? PortOf(string word) => word switch
    {
        "bootps" => 67,
        "bootpc" => 68,
        "domain" => 53,
        "ssh" => 22,
        "http" => 80,
        "https" => 443,
        "dhcpv6-client" => 546,
        "dhcpv6-server" => 547,
        _ => int.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    private static uint? Hex(string word) => word.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? uint.TryParse(word.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hex) ? hex : null
        : uint.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Number128 NumberOf(IPAddress address)
    {
        Number128 number = 0;
        foreach (var octet in address.GetAddressBytes())
        {
            number = number << 8 | octet;
        }
        return number;
    }
}
