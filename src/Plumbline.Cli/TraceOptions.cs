using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Iptables;
using Plumbline.Primitives;

namespace Plumbline.Cli;

/// <summary>Options that say which packet <c>plumb trace</c> follows.</summary>
internal sealed class TraceOptions
{
    private readonly Option<ushort?> _tcp = new("--tcp") { Description = "TCP to this port", HelpName = "PORT" };
    private readonly Option<ushort?> _udp = new("--udp") { Description = "UDP to this port", HelpName = "PORT" };
    private readonly Option<bool> _icmp = new("--icmp") { Description = "An ICMP echo (the default)" };
    private readonly Option<string?> _protocol = new("--proto") { Description = "Any protocol, by name or number, as plumb verdict takes it", HelpName = "PROTO" };
    private readonly Option<ushort?> _destinationPort = new("--dport") { Description = "With --proto: destination port", HelpName = "PORT" };
    private readonly Option<ushort?> _sourcePort = new("--sport") { Description = "Source port (default 40000)", HelpName = "PORT" };
    private readonly Option<int?> _size = new("--size")
    {
        Description = "Bytes of the packet from the IP header on (ping -s N sends N + 28); not to be cut up without --no-df",
        HelpName = "BYTES",
    };
    private readonly Option<bool> _mayBeCut = new("--no-df") { Description = "It may be cut up where it is too large (ping -M dont)" };
    private readonly Option<bool> _six = new("--ipv6", "-6") { Description = "IPv6, where names do not tell" };
    private readonly Option<string?> _fromAddress = new("--from-ip") { Description = "Another source address than the sender's", HelpName = "IP" };
    private readonly Option<string?> _fromMac = new("--from-mac") { Description = "Another source MAC than the sender's", HelpName = "MAC" };
    private readonly Option<string?> _icmpType = new("--icmp-type") { Description = "Another ICMP or ICMPv6 message, its way there", HelpName = "TYPE[/CODE]" };
    private readonly Option<string?> _fragment = new("--fragment") { Description = "A piece of the packet: first or later", HelpName = "PART" };
    private readonly Option<string?> _group = new("--to-group")
    {
        Description = "Sent to this multicast or broadcast address: does TO get a copy?",
        HelpName = "IP",
    };
    private readonly Option<bool> _refused = new("--refused")
    {
        Description = "With --udp: TO answers \"port unreachable\". Does that ICMP error come back?",
    };
    private readonly Option<bool> _cold = new("--cold") { Description = "Nobody knows a MAC address yet: ARP and neighbour discovery must reach everybody" };
    private readonly Option<bool> _oneWay = new("--one-way") { Description = "Only the way there" };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_tcp, _udp, _icmp, _protocol, _destinationPort, _sourcePort, _size, _mayBeCut, _six, _fromAddress, _fromMac, _icmpType, _fragment, _group, _refused, _cold, _oneWay];

    /// <summary>The question.</summary>
    /// <exception cref="CliException">Options contradict each other, or are no address.</exception>
    public TraceQuestion Read(ParseResult result, string from, string to)
    {
        var (tcp, udp, named) = (result.GetValue(_tcp), result.GetValue(_udp), result.GetValue(_protocol));
        if ((tcp is null ? 0 : 1) + (udp is null ? 0 : 1) + (result.GetValue(_icmp) ? 1 : 0) + (named is null ? 0 : 1) > 1)
        {
            throw new CliException(new Problem("--tcp, --udp, --icmp and --proto are one packet each", null, "give one of them"));
        }
        var protocol = named is null ? (byte?)null : ProtocolNames.NumberOf(named.ToLowerInvariant())
            ?? throw new CliException(new Problem($"no protocol \"{Printable.Escape(named)}\"", "--proto", "tcp, udp, icmp, sctp …, or a number from 0 to 255"));
        if (result.GetValue(_destinationPort) is not null && protocol is not (6 or 17 or 33 or 132 or 136))
        {
            throw new CliException(new Problem("--dport is a port of --proto tcp, udp, sctp, dccp or udplite", "--dport", "say which of them"));
        }
        if (result.GetValue(_size) is < 28 or > 65535)
        {
            throw new CliException(new Problem("no packet has this size", "--size", "28 to 65535"));
        }
        var icmp = result.GetValue(_icmpType) is { } message ? ParseIcmp(message) : default;
        if (icmp.Type is not null && (tcp is not null || udp is not null || protocol is not (null or 1 or 58)))
        {
            throw new CliException(new Problem("--icmp-type is of ICMP", "--icmp-type", "leave the other protocol out"));
        }
        return new()
        {
            IcmpType = icmp.Type,
            IcmpCode = icmp.Code,
            Fragment = result.GetValue(_fragment) switch
            {
                null => null,
                "first" => FragmentPart.First,
                "later" => FragmentPart.Later,
                var other => throw new CliException(new Problem($"no piece \"{Printable.Escape(other)}\"", "--fragment", "first or later")),
            },
            ToGroup = result.GetValue(_group) is { } group ? ParseGroup(group) : null,
            From = from,
            To = to,
            Protocol = protocol ?? (byte)(tcp is not null || to == "metadata" && udp is null ? 6 : udp is not null ? 17 : 1),
            DestinationPort = tcp ?? udp ?? result.GetValue(_destinationPort) ?? (ushort)(to == "metadata" ? 80 : 0),
            SourcePort = result.GetValue(_sourcePort) ?? 40000,
            Size = result.GetValue(_size),
            MayBeCut = result.GetValue(_mayBeCut),
            Family = result.GetValue(_six) ? AddressFamily.InterNetworkV6 : null,
            FromAddress = result.GetValue(_fromAddress) is { } text ? ParseAddress(text) : null,
            FromMac = result.GetValue(_fromMac) is { } mac ? ParseMac(mac) : null,
            IsRefused = result.GetValue(_refused),
            IsCold = result.GetValue(_cold),
            IsOneWay = result.GetValue(_oneWay),
        };
    }

    private static (byte? Type, byte? Code) ParseIcmp(string text)
    {
        var parts = text.Split('/');
        return byte.TryParse(parts[0], CultureInfo.InvariantCulture, out var type) && parts.Length <= 2
            ? (type, parts.Length == 2 && byte.TryParse(parts[1], CultureInfo.InvariantCulture, out var code) ? code : null)
            : throw new CliException(new Problem($"no ICMP type: {Printable.Escape(text)}", "--icmp-type", "for example 3/4, or 134"));
    }

    private static IPAddress ParseGroup(string text) => IPAddress.TryParse(text, out var address) ? address
        : throw new CliException(new Problem($"no IP address: {Printable.Escape(text)}", "--to-group", "for example 224.0.0.18, ff02::1, 255.255.255.255"));

    private static IPAddress ParseAddress(string text) => IPAddress.TryParse(text, out var address) ? address
        : throw new CliException(new Problem($"no IP address: {Printable.Escape(text)}", "--from-ip", "for example 10.0.0.5"));

    private static MacAddress ParseMac(string text) => MacAddress.TryParse(text, out var address) ? address
        : throw new CliException(new Problem($"no MAC address: {Printable.Escape(text)}", "--from-mac", "for example fa:16:3e:00:00:01"));
}
