using System.Globalization;
using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Iptables;

internal static partial class MatchRenderer
{
    private static readonly (TcpFlags Flag, string Name)[] _tcpFlags =
    [
        (TcpFlags.Fin, "FIN"), (TcpFlags.Syn, "SYN"), (TcpFlags.Rst, "RST"), (TcpFlags.Psh, "PSH"), (TcpFlags.Ack, "ACK"),
        (TcpFlags.Urg, "URG"),
    ];

    private static readonly (ConnectionStates State, string Name)[] _states =
    [
        (ConnectionStates.Invalid, "INVALID"), (ConnectionStates.New, "NEW"), (ConnectionStates.Related, "RELATED"),
        (ConnectionStates.Established, "ESTABLISHED"), (ConnectionStates.Untracked, "UNTRACKED"), (ConnectionStates.Snat, "SNAT"),
        (ConnectionStates.Dnat, "DNAT"),
    ];

    private static void States(StringBuilder text, ConnectionStates states)
    {
        var isFirst = true;
        foreach (var (state, name) in _states)
        {
            if ((states & state) != 0)
            {
                text.Append(isFirst ? "" : ",").Append(name);
                isFirst = false;
            }
        }
    }

    private static void Transport(StringBuilder text, TransportMatch transport)
    {
        text.Append(transport switch
        {
            TcpMatch => " -m tcp",
            UdpMatch => " -m udp",
            _ => " -m sctp",
        });
        Ports(text, transport.SourcePorts, "--sport");
        Ports(text, transport.DestinationPorts, "--dport");
        switch (transport)
        {
            case TcpMatch tcp:
                if (tcp.Option is { } option)
                {
                    Option(text, option.IsInverted, "--tcp-option");
                    text.Append(option.Value);
                }
                if (tcp.Flags is { } flags)
                {
                    Option(text, flags.IsInverted, "--tcp-flags");
                    Flags(text, flags.Value.Mask);
                    text.Append(' ');
                    Flags(text, flags.Value.Set);
                }
                break;
            case SctpMatch { ChunkTypes: { } chunks }:
                Option(text, chunks.IsInverted, "--chunk-types");
                text.Append(chunks.Value);
                break;
            default:
                break;
        }
    }

    private static void Ports(StringBuilder text, Condition<PortRange>? ports, string option)
    {
        if (ports is { } condition)
        {
            Option(text, condition.IsInverted, option);
            text.Append(condition.Value.ToString());
        }
    }

    private static void Flags(StringBuilder text, TcpFlags flags)
    {
        if ((flags & ~TcpFlags.All) != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"0x{(int)flags:x}");
            return;
        }
        if (flags == TcpFlags.None)
        {
            text.Append("NONE");
            return;
        }
        var isFirst = true;
        foreach (var (flag, name) in _tcpFlags)
        {
            if ((flags & flag) != 0)
            {
                text.Append(isFirst ? "" : ",").Append(name);
                isFirst = false;
            }
        }
    }

    private static void Icmp(StringBuilder text, IcmpTypeMatch icmp)
    {
        text.Append(icmp is IcmpMatch ? " -m icmp" : " -m icmp6");
        Option(text, icmp.IsInverted, icmp is IcmpMatch ? "--icmp-type" : "--icmpv6-type");
        if (icmp.Type is not { } type)
        {
            text.Append("any");
            return;
        }
        text.Append(type);
        if ((icmp.FirstCode, icmp.LastCode) != (0, 255))
        {
            text.Append('/').Append(icmp.FirstCode);
            if (icmp.LastCode != icmp.FirstCode)
            {
                text.Append(':').Append(icmp.LastCode);
            }
        }
    }

    private static void Conntrack(StringBuilder text, ConntrackMatch match)
    {
        text.Append(" -m conntrack");
        if (match.States is { } states)
        {
            Option(text, states.IsInverted, "--ctstate");
            States(text, states.Value);
        }
        if (match.Protocol is { } protocol)
        {
            Option(text, protocol.IsInverted, "--ctproto");
            text.Append(protocol.Value);
        }
        Address(text, match.OriginalSource, "--ctorigsrc");
        Address(text, match.OriginalDestination, "--ctorigdst");
        Address(text, match.ReplySource, "--ctreplsrc");
        Address(text, match.ReplyDestination, "--ctrepldst");
        Ports(text, match.OriginalSourcePorts, "--ctorigsrcport");
        Ports(text, match.OriginalDestinationPorts, "--ctorigdstport");
        Ports(text, match.ReplySourcePorts, "--ctreplsrcport");
        Ports(text, match.ReplyDestinationPorts, "--ctrepldstport");
        if (match.Status is { } status)
        {
            Option(text, status.IsInverted, "--ctstatus");
            Statuses(text, status.Value);
        }
        if (match.Expire is { } expire)
        {
            Option(text, expire.IsInverted, "--ctexpire");
            text.Append(expire.Value.ToString());
        }
        if (match.IsOriginalDirection is { } isOriginal)
        {
            text.Append(isOriginal ? " --ctdir ORIGINAL" : " --ctdir REPLY");
        }
    }

    private static void Address(StringBuilder text, Condition<MaskedAddress>? address, string option)
    {
        if (address is { } condition)
        {
            Option(text, condition.IsInverted, option);
            text.Append(condition.Value.IsHost
                ? AddressText.Format(condition.Value.Family, condition.Value.Address)
                : condition.Value.ToString());
        }
    }

    private static void Statuses(StringBuilder text, ConntrackStatuses statuses)
    {
        if (statuses == ConntrackStatuses.None)
        {
            text.Append("NONE");
            return;
        }
        var isFirst = true;
        foreach (var (status, name) in (ReadOnlySpan<(ConntrackStatuses, string)>)
            [
                (ConntrackStatuses.Expected, "EXPECTED"), (ConntrackStatuses.SeenReply, "SEEN_REPLY"),
                (ConntrackStatuses.Assured, "ASSURED"), (ConntrackStatuses.Confirmed, "CONFIRMED"),
            ])
        {
            if ((statuses & status) != 0)
            {
                text.Append(isFirst ? "" : ",").Append(name);
                isFirst = false;
            }
        }
    }
}
