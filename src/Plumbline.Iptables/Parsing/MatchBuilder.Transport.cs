using Plumbline.Primitives;

namespace Plumbline.Iptables;

internal static partial class MatchBuilder
{
    private static readonly (string Name, TcpFlags Flag)[] _tcpFlags =
    [
        ("FIN", TcpFlags.Fin), ("SYN", TcpFlags.Syn), ("RST", TcpFlags.Rst), ("PSH", TcpFlags.Psh), ("ACK", TcpFlags.Ack),
        ("URG", TcpFlags.Urg), ("ALL", TcpFlags.All), ("NONE", TcpFlags.None),
    ];

    /// <summary>Null where the option is not given, or asks for every port.</summary>
    private static Condition<PortRange>? Ports(ModuleDraft draft, string option)
    {
        if (draft.Find(option) is not { } given)
        {
            return null;
        }
        if (!PortText.TryParse(given.Value, ':', out var range))
        {
            PortError(draft, given.Value, given.At);
        }
        return range is (0, ushort.MaxValue) && !given.IsInverted ? null : new(range, given.IsInverted);
    }

    private static TcpMatch Tcp(ModuleDraft draft)
    {
        Condition<TcpFlagTest>? flags = null;
        Condition<byte>? option = null;
        if (draft.Find("syn") is { } syn)
        {
            flags = new(TcpFlagTest.Opening, syn.IsInverted);
        }
        if (draft.Find("tcp-flags") is { } given)
        {
            flags = new(new(TcpFlagsOf(draft, given.Value, given.At), TcpFlagsOf(draft, given.Second, given.At)), given.IsInverted);
        }
        if (draft.Find("tcp-option") is { } kind)
        {
            if (!Numbers.TryParse(kind.Value, byte.MaxValue, out var number))
            {
                draft.Fail(kind.At, $"bad TCP option \"{kind.Value}\"", "write a number of 1 to 255");
            }
            option = new((byte)number, kind.IsInverted);
        }
        return new()
        {
            SourcePorts = Ports(draft, "sport"),
            DestinationPorts = Ports(draft, "dport"),
            Flags = flags,
            Option = option,
        };
    }

    private static TcpFlags TcpFlagsOf(ModuleDraft draft, string text, int at)
    {
        // -L and nft print the octets themselves
        if (Numbers.TryParse(text, 0xff, out var number))
        {
            return (TcpFlags)number;
        }
        var flags = TcpFlags.None;
        foreach (var word in text.Split(','))
        {
            var isKnown = false;
            foreach (var (name, flag) in _tcpFlags)
            {
                if (word.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    flags |= flag;
                    isKnown = true;
                }
            }
            if (!isKnown)
            {
                draft.Fail(at, $"unknown TCP flag \"{word}\"", "SYN, ACK, FIN, RST, URG, PSH, ALL or NONE, with commas between");
            }
        }
        return flags;
    }

    private static SctpMatch Sctp(ModuleDraft draft) => new()
    {
        SourcePorts = Ports(draft, "sport"),
        DestinationPorts = Ports(draft, "dport"),
        ChunkTypes = draft.Find("chunk-types") is { } given ? new($"{given.Value} {given.Second}", given.IsInverted) : null,
    };

    private static Match? Icmp(ModuleDraft draft)
    {
        var isIPv6 = draft.Name == "icmp6";
        if (draft.Options.Count == 0)
        {
            // iptables takes "-m icmp" alone as any; ip6tables wants a type
            return isIPv6 ? Required(draft, "icmpv6-type") is null ? null : null : new IcmpMatch();
        }
        var given = draft.Options[0];
        if (!IcmpNames.TryParse(given.Value, isIPv6, out var type, out var first, out var last))
        {
            draft.Fail(given.At, $"invalid ICMP type \"{given.Value}\"", "write TYPE, TYPE/CODE or a name of iptables -p icmp -h");
        }
        return isIPv6
            ? new Icmpv6Match { Type = type, FirstCode = first, LastCode = last, IsInverted = given.IsInverted }
            : new IcmpMatch { Type = type, FirstCode = first, LastCode = last, IsInverted = given.IsInverted };
    }
}
