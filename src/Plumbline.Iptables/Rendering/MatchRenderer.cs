using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Plumbline.Iptables;

/// <summary>Matches as iptables-save of 1.8.9 prints them, each with the blank before it.</summary>
internal static partial class MatchRenderer
{
    /// <summary>Appends one.</summary>
    public static void Append(StringBuilder text, Match match)
    {
        switch (match)
        {
            case AddressMatch address:
                Option(text, match.IsInverted, address is SourceMatch ? "-s" : "-d");
                if (address.Address is { } masked)
                {
                    text.Append(masked.ToString());
                }
                else
                {
                    Quoting.AppendWord(text, address.Name ?? "");
                }
                break;
            case InterfaceMatch device:
                Option(text, match.IsInverted, device is InInterfaceMatch ? "-i" : "-o");
                Quoting.AppendWord(text, device.Interface.ToString());
                break;
            case ProtocolMatch protocol:
                Option(text, match.IsInverted, "-p");
                text.Append(protocol.Name);
                break;
            case FragmentMatch:
                text.Append(match.IsInverted ? " ! -f" : " -f");
                break;
            case CommentMatch comment:
                text.Append(" -m comment --comment ");
                Quoting.AppendString(text, comment.Text);
                break;
            case MacMatch mac:
                text.Append(" -m mac");
                Option(text, match.IsInverted, "--mac-source");
                text.Append(mac.Source.ToString());
                break;
            case PhysdevMatch physdev:
                Physdev(text, physdev);
                break;
            case SetMatch set:
                Set(text, set);
                break;
            case StateMatch state:
                text.Append(state.IsConntrack ? " -m conntrack" : " -m state");
                Option(text, match.IsInverted, state.IsConntrack ? "--ctstate" : "--state");
                States(text, state.States);
                break;
            case ConntrackMatch conntrack:
                Conntrack(text, conntrack);
                break;
            case TransportMatch transport:
                Transport(text, transport);
                break;
            case IcmpTypeMatch icmp:
                Icmp(text, icmp);
                break;
            case MultiportMatch multiport:
                Multiport(text, multiport);
                break;
            case MarkMatch mark:
                text.Append(" -m mark");
                Mark(text, mark.IsInverted, mark.Value, mark.Mask);
                break;
            case ConnmarkMatch mark:
                text.Append(" -m connmark");
                Mark(text, mark.IsInverted, mark.Value, mark.Mask);
                break;
            case AddrtypeMatch addrtype:
                Addrtype(text, addrtype);
                break;
            case LimitMatch limit:
                text.Append(" -m limit");
                Option(text, match.IsInverted, "--limit");
                text.Append(limit.Rate);
                if (limit.Burst != 5)
                {
                    text.Append(CultureInfo.InvariantCulture, $" --limit-burst {limit.Burst}");
                }
                break;
            case HashlimitMatch hashlimit:
                Hashlimit(text, hashlimit);
                break;
            case IprangeMatch iprange:
                Iprange(text, iprange);
                break;
            case PkttypeMatch pkttype:
                text.Append(" -m pkttype");
                Option(text, match.IsInverted, "--pkt-type");
                text.Append(pkttype.Type switch
                {
                    PacketType.Unicast => "unicast",
                    PacketType.Broadcast => "broadcast",
                    _ => "multicast",
                });
                break;
            case LengthMatch length:
                text.Append(" -m length");
                Option(text, match.IsInverted, "--length");
                text.Append(length.Length.ToString());
                break;
            case UnknownMatch unknown:
                Unknown(text, unknown);
                break;
            default:
                throw new UnreachableException(match.GetType().Name);
        }
    }

    private static void Option(StringBuilder text, bool isInverted, string option) =>
        text.Append(isInverted ? " ! " : " ").Append(option).Append(' ');

    private static void Flag(StringBuilder text, bool? asked, string option)
    {
        if (asked is { } isAsked)
        {
            text.Append(isAsked ? " " : " ! ").Append(option);
        }
    }

    private static void Unknown(StringBuilder text, UnknownMatch unknown)
    {
        if (unknown.Module.Length > 0)
        {
            text.Append(" -m ");
            Quoting.AppendWord(text, unknown.Module);
        }
        if (unknown.Text.Length > 0)
        {
            text.Append(' ').Append(unknown.Text);
        }
    }

    private static void Physdev(StringBuilder text, PhysdevMatch physdev)
    {
        text.Append(" -m physdev");
        Flag(text, physdev.IsIn, "--physdev-is-in");
        Device(text, physdev.In, "--physdev-in");
        Flag(text, physdev.IsOut, "--physdev-is-out");
        Device(text, physdev.Out, "--physdev-out");
        Flag(text, physdev.IsBridged, "--physdev-is-bridged");
    }

    private static void Device(StringBuilder text, Condition<InterfaceName>? device, string option)
    {
        if (device is { } condition)
        {
            Option(text, condition.IsInverted, option);
            Quoting.AppendWord(text, condition.Value.ToString());
        }
    }

    private static void Set(StringBuilder text, SetMatch set)
    {
        text.Append(" -m set");
        Option(text, set.IsInverted, "--match-set");
        Quoting.AppendWord(text, set.Name);
        for (var i = 0; i < set.Directions.Count; i++)
        {
            text.Append(i == 0 ? ' ' : ',').Append(set.Directions[i] == SetDirection.Source ? "src" : "dst");
        }
        text.Append(set.ReturnNomatch ? " --return-nomatch" : "");
        if (set.CounterOptions is { } options)
        {
            text.Append(' ').Append(options);
        }
    }

    private static void Multiport(StringBuilder text, MultiportMatch multiport)
    {
        text.Append(" -m multiport");
        Option(text, multiport.IsInverted, multiport.Kind switch
        {
            MultiportKind.Source => "--sports",
            MultiportKind.Destination => "--dports",
            _ => "--ports",
        });
        for (var i = 0; i < multiport.Ports.Count; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(multiport.Ports[i].ToString());
        }
    }

    private static void Mark(StringBuilder text, bool isInverted, uint value, uint mask)
    {
        Option(text, isInverted, "--mark");
        text.Append(CultureInfo.InvariantCulture, $"0x{value:x}");
        if (mask != uint.MaxValue)
        {
            text.Append(CultureInfo.InvariantCulture, $"/0x{mask:x}");
        }
    }

    private static void Addrtype(StringBuilder text, AddrtypeMatch addrtype)
    {
        text.Append(" -m addrtype");
        Types(text, addrtype.Source, "--src-type");
        Types(text, addrtype.Destination, "--dst-type");
        text.Append(addrtype.LimitToIn ? " --limit-iface-in" : "").Append(addrtype.LimitToOut ? " --limit-iface-out" : "");
    }

    private static void Types(StringBuilder text, Condition<AddressTypes>? types, string option)
    {
        if (types is not { } condition)
        {
            return;
        }
        Option(text, condition.IsInverted, option);
        var isFirst = true;
        for (var bit = 0; bit < 12; bit++)
        {
            if (((int)condition.Value >> bit & 1) != 0)
            {
                text.Append(isFirst ? "" : ",").Append(((AddressTypes)(1 << bit)).ToString().ToUpperInvariant());
                isFirst = false;
            }
        }
    }

    private static void Hashlimit(StringBuilder text, HashlimitMatch hashlimit)
    {
        text.Append(" -m hashlimit ").Append(hashlimit.IsAbove ? "--hashlimit-above " : "--hashlimit-upto ").Append(hashlimit.Rate);
        if (hashlimit.Burst is { } burst)
        {
            text.Append(" --hashlimit-burst ").Append(burst);
        }
        for (var i = 0; i < hashlimit.Keys.Count; i++)
        {
            text.Append(i == 0 ? " --hashlimit-mode " : ",").Append(hashlimit.Keys[i]);
        }
        text.Append(" --hashlimit-name ");
        Quoting.AppendWord(text, hashlimit.Name);
        if (hashlimit.Options is { } options)
        {
            text.Append(' ').Append(options);
        }
    }

    private static void Iprange(StringBuilder text, IprangeMatch iprange)
    {
        text.Append(" -m iprange");
        Range(text, iprange.Source, "--src-range");
        Range(text, iprange.Destination, "--dst-range");
    }

    private static void Range(StringBuilder text, Condition<AddressRange>? range, string option)
    {
        if (range is { } condition)
        {
            Option(text, condition.IsInverted, option);
            text.Append(AddressText.Format(condition.Value.Family, condition.Value.First)).Append('-')
                .Append(AddressText.Format(condition.Value.Family, condition.Value.Last));
        }
    }
}
