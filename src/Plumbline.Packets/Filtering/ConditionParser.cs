using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Packets.Layers;
using Plumbline.Primitives;

namespace Plumbline.Packets.Filtering;

/// <summary>
/// The filter's language, near to tcpdump's:
/// <code>
/// or    := and { ("or" | "||") and }
/// and   := not { ["and" | "&amp;&amp;"] not }          what stands side by side must both hold: tcp port 80
/// not   := ("not" | "!") not | "(" or ")" | term
/// A name with blanks stands in quotation marks: at "test-vm qvo".
/// term  := ["src" | "dst"] ("host" ADDRESS | "net" PREFIX | "port" N | "vm" NAME | "mac" MAC | ADDRESS)
///        | PROTOCOL | "vlan" [N] | "vni" N | "at" INTERFACE | "syn" | "rst" | "fin" | "less" N | "greater" N
/// </code>
/// </summary>
public sealed class ConditionParser
{
    private const int MaxDepth = 100;
    private readonly List<(string Text, int Column)> _tokens = [];
    private readonly string _text;
    private int _at;
    private int _depth;

    private ConditionParser(string text)
    {
        _text = text;
        var start = 0;
        while (start < text.Length)
        {
            if (char.IsWhiteSpace(text[start]))
            {
                start++;
                continue;
            }
            var end = start;
            if (text[start] is '"' or '\'')
            {
                end = text.IndexOf(text[start], start + 1);
                _tokens.Add((end < 0 ? text[start..] : text[(start + 1)..end], start + 1));
                if (end < 0)
                {
                    _at = _tokens.Count - 1;
                    throw Bad("the quotation mark is not closed");
                }
                start = end + 1;
                continue;
            }
            if (text[start] is '(' or ')' or '!')
            {
                end++;
            }
            else
            {
                while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('(' or ')'))
                {
                    end++;
                }
            }
            _tokens.Add((text[start..end], start + 1));
            start = end;
        }
    }

    private string? Next => _at < _tokens.Count ? _tokens[_at].Text : null;

    /// <summary>Reads an expression.</summary>
    /// <exception cref="PacketsException">It is not understood; says where.</exception>
    public static PacketCondition Parse(string text)
    {
        var parser = new ConditionParser(text);
        var condition = parser.Or();
        return parser.Next is { } rest ? throw parser.Bad($"\"{rest}\" is not expected here") : condition;
    }

    private PacketCondition Or()
    {
        if (++_depth > MaxDepth)
        {
            throw Bad("too many brackets");
        }
        var left = And();
        while (Take("or") || Take("||"))
        {
            left = new PacketCondition.Or(left, And());
        }
        _depth--;
        return left;
    }

    private PacketCondition And()
    {
        var left = Not();
        while (Next is not (null or ")" or "or" or "||"))
        {
            _ = Take("and") || Take("&&");
            left = new PacketCondition.And(left, Not());
        }
        return left;
    }

    private PacketCondition Not()
    {
        var isNegative = false;
        while (Take("not") || Take("!"))
        {
            isNegative = !isNegative;
        }
        PacketCondition condition;
        if (Take("("))
        {
            condition = Or();
            if (!Take(")"))
            {
                throw Bad("a closing bracket is missing");
            }
        }
        else
        {
            condition = Term();
        }
        return isNegative ? new PacketCondition.Not(condition) : condition;
    }

    private PacketCondition Term()
    {
        var end = Take("src") ? PacketEnd.Source : Take("dst") ? PacketEnd.Destination : PacketEnd.Either;
        switch (Next)
        {
            case null: throw Bad("something is missing at the end");
            case "host" or "net": _at++; return Address(Argument("an address"), end);
            case "port": _at++; return new PacketCondition.TransportPort(Number("a port", 65535), end);
            case "vm": _at++; return new PacketCondition.Named(Argument("a name"), end);
            case "mac": _at++; return Mac(end);
            default: break;
        }
        if (end != PacketEnd.Either || Next is { } next && (char.IsAsciiDigit(next[0]) || next.Contains(':', StringComparison.Ordinal)))
        {
            return Address(Argument("an address"), end);
        }
        var word = Argument("a condition");
        return word switch
        {
            "ether" when Take("host") => Mac(end),
            "vlan" => new PacketCondition.Vlan(HasNumber ? Number("a VLAN", 4095) : null),
            "vni" or "key" => new PacketCondition.TunnelKey((uint)Number("a number", uint.MaxValue)),
            "at" => new PacketCondition.At(Argument("an interface's name")),
            "less" => new PacketCondition.Size(0, Number("a length", int.MaxValue)),
            "greater" => new PacketCondition.Size(Number("a length", int.MaxValue), int.MaxValue),
            "proto" => new PacketCondition.Protocol(Number("a protocol", 255)),
            _ => Word(word) ?? throw Bad($"\"{word}\" is not known", back: 1),
        };
    }

    private static PacketCondition? Word(string word) => word switch
    {
        "ip" => new PacketCondition.PayloadType((int)EtherType.IPv4),
        "ip6" => new PacketCondition.PayloadType((int)EtherType.IPv6),
        "arp" => new PacketCondition.PayloadType((int)EtherType.Arp),
        "rarp" => new PacketCondition.PayloadType((int)EtherType.Rarp),
        "lldp" => new PacketCondition.PayloadType((int)EtherType.Lldp),
        "stp" => new PacketCondition.SpanningTree(),
        "tcp" => new PacketCondition.Protocol((int)IpProtocol.Tcp),
        "udp" => new PacketCondition.Protocol((int)IpProtocol.Udp),
        "icmp" => new PacketCondition.Protocol((int)IpProtocol.Icmp),
        "icmp6" => new PacketCondition.Protocol((int)IpProtocol.IcmpV6),
        "sctp" => new PacketCondition.Protocol((int)IpProtocol.Sctp),
        "igmp" => new PacketCondition.Protocol((int)IpProtocol.Igmp),
        "vrrp" => new PacketCondition.Protocol((int)IpProtocol.Vrrp),
        "dns" => new PacketCondition.Service(53, 53),
        "dhcp" => new PacketCondition.Service(67, 68),
        "dhcp6" => new PacketCondition.Service(546, 547),
        "vxlan" => new PacketCondition.InTunnel(TunnelKind.Vxlan),
        "geneve" => new PacketCondition.InTunnel(TunnelKind.Geneve),
        "gre" => new PacketCondition.InTunnel(TunnelKind.Gre),
        "erspan" => new PacketCondition.InTunnel(TunnelKind.Erspan),
        "syn" => new PacketCondition.Flags((int)TcpFlags.Syn, 0),
        "rst" => new PacketCondition.Flags((int)TcpFlags.Rst, 0),
        "fin" => new PacketCondition.Flags((int)TcpFlags.Fin, 0),
        _ => null,
    };

    private PacketCondition.Mac Mac(PacketEnd end)
    {
        var text = Argument("a MAC address");
        return MacAddress.TryParse(text, out var address) ? new(address, end) : throw Bad($"\"{text}\" is no MAC address", back: 1);
    }

    private PacketCondition Address(string text, PacketEnd end)
    {
        if (MacAddress.TryParse(text, out var mac))
        {
            return new PacketCondition.Mac(mac, end);
        }
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            throw Bad($"\"{text}\" is no address", back: 1);
        }
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            throw Bad($"\"{text}\" is no prefix", back: 1);
        }
        return new PacketCondition.Net(InternetAddress.Of(address), prefix, end);
    }

    private bool HasNumber => Next is { } text && char.IsAsciiDigit(text[0]) && text.All(char.IsAsciiDigit);

    private int Number(string what, long greatest)
    {
        var text = Argument(what);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= greatest
            ? unchecked((int)number)
            : throw Bad($"\"{text}\" is not {what}", back: 1);
    }

    private string Argument(string what)
    {
        var text = Next is null or "(" or ")" ? throw Bad($"{what} is missing") : Next;
        _at++;
        return text;
    }

    private bool Take(string word)
    {
        if (Next != word)
        {
            return false;
        }
        _at++;
        return true;
    }

    private PacketsException Bad(string what, int back = 0)
    {
        var column = _at - back < _tokens.Count ? _tokens[_at - back].Column : _text.Length + 1;
        return new(new(
            $"the filter is not understood: {what}", $"{_text}, column {column}",
            "e.g. host 172.16.0.1 and (tcp port 80 or icmp); docs/packets.md has the language"));
    }
}
