using System.CommandLine;
using System.Globalization;
using Plumbline.Diagnosis.Verdicts;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Packets.Pcapng;
using Plumbline.Primitives;

namespace Plumbline.Cli;

/// <summary>The options that describe a packet and its way, and how they are read. iptables' own names work too.</summary>
internal sealed class VerdictOptions
{
    private static readonly Dictionary<string, (byte Type, byte? Code)> _icmpNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["echo-reply"] = (0, null),
        ["pong"] = (0, null),
        ["destination-unreachable"] = (3, null),
        ["host-unreachable"] = (3, 1),
        ["port-unreachable"] = (3, 3),
        ["fragmentation-needed"] = (3, 4),
        ["redirect"] = (5, null),
        ["echo-request"] = (8, null),
        ["ping"] = (8, null),
        ["time-exceeded"] = (11, null),
        ["timestamp-request"] = (13, null),
    };

    private static readonly Dictionary<string, (byte Type, byte? Code)> _icmpv6Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["echo-reply"] = (129, null),
        ["pong"] = (129, null),
        ["destination-unreachable"] = (1, null),
        ["port-unreachable"] = (1, 4),
        ["packet-too-big"] = (2, null),
        ["time-exceeded"] = (3, null),
        ["echo-request"] = (128, null),
        ["ping"] = (128, null),
        ["router-solicitation"] = (133, null),
        ["router-advertisement"] = (134, null),
        ["neighbour-solicitation"] = (135, null),
        ["neighbor-solicitation"] = (135, null),
        ["neighbour-advertisement"] = (136, null),
        ["neighbor-advertisement"] = (136, null),
    };

    private readonly Option<bool> _in = new("--in") { Description = "To the VM (ingress)" };
    private readonly Option<bool> _out = new("--out") { Description = "From the VM (egress)" };
    private readonly Option<string?> _direction = new("--direction") { Description = "The same in words: in or out", HelpName = "in|out" };
    private readonly Option<string[]> _from = new("--from")
    {
        Description = "The packet's source (an address), or the file to ask in place of the live node; may be given twice",
        HelpName = "IP|FILE",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _source = new("--src", "-s", "--source") { Description = "Source: an address, or a VM's name", HelpName = "IP" };
    private readonly Option<string?> _destination =
        new("--to", "--dst", "-d", "--destination") { Description = "Destination: an address, or a VM's name", HelpName = "IP" };

    private readonly Option<string?> _protocol = new("--proto", "-p", "--protocol") { Description = "tcp, udp, icmp, … or a number", HelpName = "PROTO" };
    private readonly Option<string?> _tcp = new("--tcp") { Description = "Short for --proto tcp --dport N", HelpName = "N" };
    private readonly Option<string?> _udp = new("--udp") { Description = "Short for --proto udp --dport N", HelpName = "N" };
    private readonly Option<bool> _echo = new("--icmp") { Description = "Short for --icmp-type echo-request" };
    private readonly Option<string?> _sourcePort = new("--sport", "--source-port") { Description = "Source port", HelpName = "N" };
    private readonly Option<string?> _destinationPort = new("--dport", "--port", "--destination-port") { Description = "Destination port", HelpName = "N" };
    private readonly Option<string?> _icmp = new("--icmp-type", "--icmpv6-type") { Description = "ICMP type: N, N/CODE, or a name as echo-request", HelpName = "TYPE" };
    private readonly Option<string?> _state = new("--state", "--ctstate") { Description = "conntrack's state: new, established, related, invalid, untracked", HelpName = "STATE" };
    private readonly Option<string?> _mac = new("--mac", "--src-mac", "--mac-source") { Description = "Source MAC", HelpName = "MAC" };
    private readonly Option<string?> _destinationMac = new("--dst-mac") { Description = "Destination MAC", HelpName = "MAC" };
    private readonly Option<string?> _flags = new("--tcp-flags", "--flags") { Description = "TCP flags: syn, syn+ack, fin,ack, rst, none …", HelpName = "FLAGS" };
    private readonly Option<string?> _pcap = new("--pcap") { Description = "Take the packet from a capture file", HelpName = "FILE" };
    private readonly Option<string?> _frame = new("--frame") { Description = "Which frame of it, from 1 (default: 1)", HelpName = "N" };
    private readonly Option<string?> _hook = new("--hook", "--chain") { Description = "One hook alone: prerouting, input, forward, output, postrouting", HelpName = "HOOK" };
    private readonly Option<string?> _physicalIn = new("--physdev-in") { Description = "The bridge port that it comes in by", HelpName = "DEVICE" };
    private readonly Option<string?> _physicalOut = new("--physdev-out") { Description = "The bridge port that it goes out by", HelpName = "DEVICE" };
    private readonly Option<string?> _inInterface = new("--in-interface", "-i") { Description = "The device that it comes in by: the bridge, if it is bridged", HelpName = "DEVICE" };
    private readonly Option<string?> _outInterface = new("--out-interface", "-o") { Description = "The device that it leaves by", HelpName = "DEVICE" };
    private readonly Option<bool> _ipv6 = new("--ipv6", "-6") { Description = "IPv6, where no address tells" };
    private readonly Option<string?> _mark = new("--mark") { Description = "The packet's mark", HelpName = "N" };
    private readonly Option<string?> _connectionMark = new("--connmark") { Description = "The connection's mark", HelpName = "N" };
    private readonly Option<string?> _length = new("--length") { Description = "Bytes from the IP header on", HelpName = "N" };
    private readonly Option<string?> _hops = new("--ttl", "--hl") { Description = "TTL or hop limit", HelpName = "N" };
    private readonly Option<string?> _tos = new("--tos") { Description = "TOS or traffic class", HelpName = "N" };
    private readonly Option<bool> _fragment = new("--fragment", "-f") { Description = "A later fragment" };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All =>
    [
        _in, _out, _direction, _from, _source, _destination, _protocol, _tcp, _udp, _echo, _sourcePort, _destinationPort,
        _icmp, _state, _mac, _destinationMac,
        _flags, _pcap, _frame, _hook, _physicalIn, _physicalOut, _inInterface, _outInterface, _ipv6, _mark, _connectionMark, _length, _hops,
        _tos, _fragment,
    ];

    /// <summary>The question, and the file in place of the live node (null: the node).</summary>
    /// <exception cref="CliException">A value makes no sense.</exception>
    public VerdictQuestion Read(ParseResult result, out string? file)
    {
        file = null;
        var source = result.GetValue(_source);
        foreach (var word in result.GetValue(_from) ?? [])
        {
            // a file may bear a name like an address; an address that is no file is a source
            if (!File.Exists(word) && word.AsSpan().ContainsAny('.', ':') && MaskedAddress.TryParse(word, out _))
            {
                source = word;
            }
            else
            {
                file = word;
            }
        }
        var protocol = Protocol(result.GetValue(_protocol));
        RefuseContradictions(result, protocol);
        var icmp = result.GetValue(_icmp) ?? (result.GetValue(_echo) ? "echo-request" : null);
        var port = result.GetValue(_destinationPort);
        foreach (var (option, number) in new[] { (_tcp, (byte)6), (_udp, (byte)17) })
        {
            (protocol, port) = result.GetValue(option) is { } shortly ? (number, shortly) : (protocol, port);
        }
        bool? direction = result.GetValue(_in) ? true
            : result.GetValue(_out) ? false
            : OneOf(result.GetValue(_direction), "--direction", ("in", true), ("ingress", true), ("out", false), ("egress", false));
        var isSix = result.GetValue(_ipv6) || protocol == 58
            || source?.Contains(':') == true || result.GetValue(_destination)?.Contains(':') == true;
        if (icmp is not null)
        {
            protocol ??= isSix ? (byte)58 : (byte)1;
        }
        // "icmp" to an IPv6 address is what people say for ICMPv6
        protocol = protocol == 1 && isSix ? (byte)58 : protocol;
        return new()
        {
            IsIngress = direction,
            Hook = OneOf(
                result.GetValue(_hook), "--hook", ("prerouting", Hook.Prerouting), ("input", Hook.Input), ("forward", Hook.Forward),
                ("output", Hook.Output), ("postrouting", Hook.Postrouting)),
            PhysicalIn = result.GetValue(_physicalIn),
            PhysicalOut = result.GetValue(_physicalOut),
            In = result.GetValue(_inInterface),
            Out = result.GetValue(_outInterface),
            Family = isSix ? IPFamily.IPv6 : null,
            Source = source,
            Destination = result.GetValue(_destination),
            Protocol = protocol,
            SourcePort = (ushort?)Number(result.GetValue(_sourcePort), "--sport", ushort.MaxValue),
            DestinationPort = (ushort?)Number(port, "--dport", ushort.MaxValue),
            Icmp = Icmp(icmp, protocol == 58),
            TcpFlags = Flags(result.GetValue(_flags)),
            SourceMac = Mac(result.GetValue(_mac), "--mac"),
            DestinationMac = Mac(result.GetValue(_destinationMac), "--dst-mac"),
            State = OneOf(
                result.GetValue(_state), "--state", ("new", ConntrackState.New), ("established", ConntrackState.Established),
                ("related", ConntrackState.Related), ("invalid", ConntrackState.Invalid), ("untracked", ConntrackState.Untracked)),
            Mark = Number(result.GetValue(_mark), "--mark", uint.MaxValue),
            ConnectionMark = Number(result.GetValue(_connectionMark), "--connmark", uint.MaxValue),
            Length = (ushort?)Number(result.GetValue(_length), "--length", ushort.MaxValue),
            HopLimit = (byte?)Number(result.GetValue(_hops), "--ttl", byte.MaxValue),
            TypeOfService = (byte?)Number(result.GetValue(_tos), "--tos", byte.MaxValue),
            IsFragment = result.GetValue(_fragment),
            Recorded = result.GetValue(_pcap) is { } pcap
                ? Recorded(pcap, Number(result.GetValue(_frame), "--frame", int.MaxValue) ?? 1) : null,
        };
    }

    /// <summary>What cannot be meant together is refused, not silently half used.</summary>
    private void RefuseContradictions(ParseResult result, byte? protocol)
    {
        if (result.GetValue(_in) && result.GetValue(_out))
        {
            throw Bad("a packet goes one way", "--in --out", "give one of them; the other way is a question of its own");
        }
        if (result.GetValue(_frame) is not null && result.GetValue(_pcap) is null)
        {
            throw Bad("a frame of which file?", "--frame", "name the capture file with --pcap FILE");
        }
        var said = new[] { result.GetValue(_tcp) is not null, result.GetValue(_udp) is not null, result.GetValue(_echo), protocol is not null };
        if (said.Count(s => s) > 1 || (!said[3] && said.Contains(true) && (result.GetValue(_destinationPort) ?? result.GetValue(_icmp)) is not null))
        {
            throw Bad("a packet has one protocol and one port", "--tcp, --udp, --icmp, --proto, --dport", "give one of the short forms, or --proto with --dport");
        }
        var hasPorts = (result.GetValue(_sourcePort) ?? result.GetValue(_destinationPort)) is not null;
        if (hasPorts && (protocol is 1 or 58 || (protocol is null && result.GetValue(_icmp) is not null)))
        {
            throw Bad("ICMP has no ports", "--sport, --dport", "leave the ports out, or ask for --proto tcp or udp");
        }
        if (result.GetValue(_icmp) is not null && protocol is not (null or 1 or 58))
        {
            throw Bad("only ICMP has types", "--icmp-type", "leave --proto out, or say --proto icmp");
        }
    }

    private static byte? Protocol(string? text) => text is null ? null
        : text.Equals("icmpv6", StringComparison.OrdinalIgnoreCase) || text.Equals("icmp6", StringComparison.OrdinalIgnoreCase) ? (byte)58
        : ProtocolNames.NumberOf(text.ToLowerInvariant())
            ?? throw Bad($"no protocol \"{Printable.Escape(text)}\"", "--proto", "tcp, udp, icmp, icmpv6, sctp …, or a number from 0 to 255");

    private static (byte Type, byte? Code)? Icmp(string? text, bool isSix)
    {
        if (text is null)
        {
            return null;
        }
        if ((isSix ? _icmpv6Names : _icmpNames).TryGetValue(text, out var named))
        {
            return named;
        }
        var words = text.Split('/');
        return words.Length <= 2 && byte.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var type)
            && (words.Length == 1 || byte.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? (type, words.Length == 2 ? byte.Parse(words[1], CultureInfo.InvariantCulture) : null)
            : throw Bad($"no ICMP type \"{Printable.Escape(text)}\"", "--icmp-type", "a number, TYPE/CODE, or a name such as echo-request");
    }

    private static TcpFlags? Flags(string? text) => text is null ? null
        : TcpFlagWords.TryParse(text, out var flags) ? flags
        : throw Bad($"no TCP flags \"{Printable.Escape(text)}\"", "--tcp-flags", "for example syn, syn+ack, fin,ack, rst, none");

    private static MacAddress? Mac(string? text, string option) => text is null ? null
        : MacAddress.TryParse(text, out var mac) ? mac
        : throw Bad($"\"{Printable.Escape(text)}\" is no Ethernet address", option, "six pairs of digits: fa:16:3e:00:00:01");

    private static uint? Number(string? text, string option, uint most)
    {
        if (text is null)
        {
            return null;
        }
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return uint.TryParse(
            isHex ? text.AsSpan(2) : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= most
            ? number
            : throw Bad($"\"{Printable.Escape(text)}\" is no number from 0 to {most.ToString(CultureInfo.InvariantCulture)}", option, null);
    }

    private static T? OneOf<T>(string? text, string option, params (string Name, T Value)[] known)
        where T : struct
    {
        if (text is null)
        {
            return null;
        }
        foreach (var (name, value) in known)
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }
        throw Bad($"\"{Printable.Escape(text)}\" is none of them", option, $"one of {string.Join(", ", known.Select(k => k.Name))}");
    }

    private static PacketHeader Recorded(string path, uint frame)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"{path}, frame {frame}");
        try
        {
            using var stream = File.OpenRead(path);
            var reader = new PcapngReader(stream, path);
            var number = 0u;
            while (reader.ReadPacket() is { } packet)
            {
                if (++number == frame)
                {
                    return FrameReader.TryRead(packet.Data.Span, out var header, out var why) ? header : throw VerdictProblems.NoPacket(where, why);
                }
            }
            throw VerdictProblems.NoFrame(where, number);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Bad($"cannot read \"{Printable.Escape(path)}\": {exception.Message}", "--pcap", "name a pcap or pcapng file");
        }
    }

    private static CliException Bad(string what, string where, string? fix) => new(new Problem(what, where, fix));
}
