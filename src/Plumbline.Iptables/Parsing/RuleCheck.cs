namespace Plumbline.Iptables;

/// <summary>What the kernel asks of a rule as a whole.</summary>
internal static class RuleCheck
{
    /// <summary>The place of a core match in a rule as printed (-s -d -i -o -p -f: 0 to 5); 6 for a module's.</summary>
    public static int OrderOf(Match match) => match switch
    {
        SourceMatch => 0,
        DestinationMatch => 1,
        InInterfaceMatch => 2,
        OutInterfaceMatch => 3,
        ProtocolMatch => 4,
        FragmentMatch => 5,
        _ => 6,
    };

    /// <summary>Notes what the kernel would refuse.</summary>
    public static void Check(ReadOnlySpan<Match> matches, Target? target, IPFamily family, int at, ErrorList errors)
    {
        ProtocolMatch? protocol = null;
        foreach (var match in matches)
        {
            switch (match)
            {
                case ProtocolMatch asked:
                    protocol = asked;
                    break;
                case TcpMatch:
                    Need(protocol, 6, "tcp", "tcp", at, errors);
                    break;
                case UdpMatch:
                    Need(protocol, 17, "udp", "udp", at, errors);
                    break;
                case SctpMatch:
                    Need(protocol, 132, "sctp", "sctp", at, errors);
                    break;
                case IcmpMatch or Icmpv6Match when family == IPFamily.IPv4 == match is Icmpv6Match:
                    errors.Add(
                        at,
                        $"couldn't load match \"{(match is IcmpMatch ? "icmp" : "icmp6")}\"",
                        $"it is for {(match is IcmpMatch ? "iptables" : "ip6tables")} only");
                    break;
                case IcmpMatch:
                    Need(protocol, 1, "icmp", "icmp", at, errors);
                    break;
                case Icmpv6Match:
                    Need(protocol, 58, "icmp6", "ipv6-icmp", at, errors);
                    break;
                case MultiportMatch when protocol is not { IsInverted: false, Number: 6 or 17 or 33 or 132 or 136 }:
                    errors.Add(at, "multiport only works with -p tcp, udp, udplite, sctp or dccp", "name the protocol: -p tcp");
                    break;
                case FragmentMatch when family == IPFamily.IPv6:
                    errors.Add(at, "-f is for IPv4 only", "use -m frag");
                    break;
                default:
                    break;
            }
        }
        if (target is RejectTarget { With: "tcp-reset" } && protocol is not { Number: 6, IsInverted: false })
        {
            errors.Add(at, "--reject-with tcp-reset needs -p tcp", "add -p tcp, or reject with another answer");
        }
    }

    private static void Need(ProtocolMatch? protocol, byte number, string module, string name, int at, ErrorList errors)
    {
        if (protocol is null || protocol.IsInverted || protocol.Number != number)
        {
            errors.Add(at, $"-m {module} needs -p {name}", "the kernel refuses the rule without it (Invalid argument)");
        }
    }
}
