using Plumbline.Primitives;

namespace Plumbline.Iptables.Simulation;

/// <summary>Turns matches into checks, and keeps what does not fit into one.</summary>
internal sealed partial class RuleChecks(SetCompiler sets, NodeAddresses? addresses)
{
    private readonly Dictionary<string, int> _unknowns = new(StringComparer.Ordinal);

    private (CompiledChain Chain, int Rule) _where;

    public List<Check> Checks { get; } = [];

    /// <summary>IPv6 addresses, and the ends of ranges.</summary>
    public List<UInt128> Wide { get; } = [];

    public List<PortRange[]> Ports { get; } = [];

    public List<SetTest> Sets { get; } = [];

    public List<ConntrackMatch> Conntracks { get; } = [];

    public List<UnknownTest> Unknowns { get; } = [];

    public NodeAddresses? Addresses => addresses;

    /// <summary>Some match needs conntrack, which then is at work for all packets of the family.</summary>
    public bool UsesConntrack { get; private set; }

    /// <summary>Adds a rule's checks: cheap ones first, those that cannot be decided last.</summary>
    public void Add(Rule rule, IPFamily family, CompiledChain chain, int ruleNumber)
    {
        _where = (chain, ruleNumber);
        var first = Checks.Count;
        for (var i = 0; i < rule.Matches.Count; i++)
        {
            Add(rule.Matches[i], (ushort)i, family);
        }
        if (Checks.Count - first > 1)
        {
            Checks.Sort(first, Checks.Count - first, Comparer<Check>.Create(
                (a, b) => Cost(in a) != Cost(in b) ? Cost(in a) - Cost(in b) : a.Match - b.Match));
        }
    }

    /// <summary>Names the rule, for tests whose answer belongs to it alone.</summary>
    private string Occurrence => $"{_where.Chain.Ruleset} {_where.Chain.Table.Name} {_where.Chain.Source.Name} {_where.Rule}";

    /// <summary>Whether a rule's own fields can say it, see <see cref="CompiledRule.Quick"/>.</summary>
    public static bool IsQuick(in Check check) => !check.IsInverted
        && (check.Kind is CheckKind.Protocol or CheckKind.State or CheckKind.DestinationPort);

    private static int Cost(in Check check) => check.Kind switch
    {
        _ when IsQuick(in check) => -1,
        CheckKind.Unknown => 3,
        CheckKind.Set or CheckKind.Conntrack => 2,
        CheckKind.SourceType or CheckKind.DestinationType => 2,
        CheckKind.MultiportSource or CheckKind.MultiportDestination or CheckKind.MultiportEither => 1,
        _ => 0,
    };

    private void Add(Match match, ushort number, IPFamily family)
    {
        var check = new Check { Match = number, IsInverted = match.IsInverted };
        switch (match)
        {
            case CommentMatch:
            case InInterfaceMatch or OutInterfaceMatch or PhysdevMatch:
                return;
            case AddressMatch { Address: null } m:
                Unknown(check, $"name {(m is SourceMatch ? "-s" : "-d")} {m.Name}", $"which addresses \"{m.Name}\" is");
                return;
            case AddressMatch { Address: { } address } m:
                AddAddress(check, m is SourceMatch, address, family);
                return;
            case ProtocolMatch m:
                Checks.Add(check with
                {
                    Kind = CheckKind.Protocol,
                    A = m.Number,
                    IsNative = _where.Chain.IsNft && family == IPFamily.IPv6,
                });
                return;
            case FragmentMatch:
                Checks.Add(check with { Kind = CheckKind.Fragment });
                return;
            case StateMatch m:
                UsesConntrack = true;
                Checks.Add(check with { Kind = CheckKind.State, A = (uint)m.States });
                return;
            case ConntrackMatch m:
                UsesConntrack = true;
                Checks.Add(check with
                {
                    Kind = CheckKind.Conntrack,
                    IsInverted = false,
                    Index = Conntracks.Count,
                    A = (uint)UnknownOf("conntrack", "the connection's entry in conntrack"),
                });
                Conntracks.Add(m);
                return;
            case MacMatch m:
                Checks.Add(check with { Kind = CheckKind.Mac, A = (uint)m.Source.Value, B = (uint)(m.Source.Value >> 32) });
                return;
            case TcpMatch m:
                check.IsNative = _where.Chain.IsNft;
                AddPorts(check, m);
                AddFlags(check, m);
                return;
            case SctpMatch m:
                AddPorts(check, m);
                if (m.ChunkTypes is { } chunks)
                {
                    Unknown(check with { IsInverted = chunks.IsInverted }, $"sctp {chunks.Value}", $"SCTP chunks: {chunks.Value}");
                }
                return;
            case TransportMatch m:
                check.IsNative = m is UdpMatch && _where.Chain.IsNft;
                AddPorts(check, m);
                return;
            case IcmpTypeMatch m:
                Checks.Add(check with { Kind = CheckKind.Icmp, A = m.Type ?? 256u, B = (uint)(m.LastCode << 8 | m.FirstCode) });
                return;
            case MultiportMatch m:
                Checks.Add(check with { Kind = KindOf(m.Kind), Index = Ports.Count });
                Ports.Add([.. m.Ports]);
                return;
            case MarkMatch m:
                Checks.Add(check with { Kind = CheckKind.Mark, A = m.Value, B = m.Mask });
                return;
            case ConnmarkMatch m:
                UsesConntrack = true;
                Checks.Add(check with { Kind = CheckKind.Connmark, A = m.Value, B = m.Mask });
                return;
            case IprangeMatch m:
                AddRange(check, CheckKind.SourceRange, m.Source);
                AddRange(check, CheckKind.DestinationRange, m.Destination);
                return;
            case LengthMatch m:
                Checks.Add(check with { Kind = CheckKind.Length, A = m.Length.First, B = m.Length.Last });
                return;
            case PkttypeMatch m:
                Checks.Add(check with { Kind = CheckKind.PacketType, A = (uint)m.Type });
                return;
            case SetMatch m:
                AddSet(check, m);
                return;
            case AddrtypeMatch m:
                AddAddressTypes(check, m);
                return;
            case LimitMatch m:
                Unknown(check, $"{Occurrence} limit", $"limit: at most {m.Rate}, burst {m.Burst}");
                return;
            case HashlimitMatch m:
                Unknown(check, $"{Occurrence} hashlimit", $"hashlimit {m.Name}: {(m.IsAbove ? "above" : "up to")} {m.Rate}");
                return;
            case UnknownMatch m:
                AddUnknown(check, m, family);
                return;
            default:
                Unknown(check, $"{Occurrence} {number}", match.GetType().Name);
                return;
        }
    }

    private static CheckKind KindOf(MultiportKind kind) => kind switch
    {
        MultiportKind.Source => CheckKind.MultiportSource,
        MultiportKind.Destination => CheckKind.MultiportDestination,
        _ => CheckKind.MultiportEither,
    };

    private void AddAddress(Check check, bool isSource, MaskedAddress address, IPFamily family)
    {
        if (address.Mask == 0)
        {
            if (check.IsInverted)
            {
                Checks.Add(check with { Kind = CheckKind.Never, IsInverted = false });
            }
            return;
        }
        if (family == IPFamily.IPv4)
        {
            Checks.Add(check with
            {
                Kind = isSource ? CheckKind.Source4 : CheckKind.Destination4,
                A = (uint)address.Address,
                B = (uint)address.Mask,
            });
            return;
        }
        Checks.Add(check with { Kind = isSource ? CheckKind.Source6 : CheckKind.Destination6, Index = Wide.Count });
        Wide.Add(address.Address);
        Wide.Add(address.Mask);
    }

    private void AddPorts(Check check, TransportMatch match)
    {
        if (match.SourcePorts is { } source)
        {
            Checks.Add(check with
            {
                Kind = CheckKind.SourcePort,
                IsInverted = source.IsInverted,
                A = source.Value.First,
                B = source.Value.Last,
            });
        }
        if (match.DestinationPorts is { } destination)
        {
            Checks.Add(check with
            {
                Kind = CheckKind.DestinationPort,
                IsInverted = destination.IsInverted,
                A = destination.Value.First,
                B = destination.Value.Last,
            });
        }
    }

    private void AddFlags(Check check, TcpMatch match)
    {
        if (match.Flags is { } flags)
        {
            Checks.Add(check with
            {
                Kind = CheckKind.TcpFlags,
                IsInverted = flags.IsInverted,
                A = (uint)flags.Value.Set,
                B = (uint)flags.Value.Mask,
            });
        }
        if (match.Option is { } option)
        {
            Unknown(check with { IsInverted = option.IsInverted }, $"tcp-option {option.Value}", $"TCP option {option.Value}");
        }
    }

    private void AddRange(Check check, CheckKind kind, Condition<AddressRange>? range)
    {
        if (range is { } wanted)
        {
            Checks.Add(check with { Kind = kind, IsInverted = wanted.IsInverted, Index = Wide.Count });
            Wide.Add(wanted.Value.First);
            Wide.Add(wanted.Value.Last);
        }
    }

    private void AddSet(Check check, SetMatch match)
    {
        var text = $"set {match.Name} {string.Join(',', match.Directions.Select(d => d == SetDirection.Source ? "src" : "dst"))}";
        if (match.CounterOptions is { } counters)
        {
            Unknown(check, $"{Occurrence} {text}", $"{text} {counters}");
        }
        else if (sets.IsChanging(match.Name))
        {
            Unknown(check, text, $"members of set {match.Name}, which rules change (target SET)");
        }
        else if (sets.Find(match.Name) is { } set)
        {
            Checks.Add(check with { Kind = CheckKind.Set, Index = Sets.Count });
            Sets.Add(new(set, [.. match.Directions], match.ReturnNomatch, UnknownOf(text, $"members of set {match.Name}")));
        }
        else
        {
            Unknown(check, text, $"members of set {match.Name}, which was not shown");
        }
    }

    private void AddAddressTypes(Check check, AddrtypeMatch match)
    {
        if (match.LimitToIn || match.LimitToOut)
        {
            Unknown(check, $"{Occurrence} addrtype", "addresses of the device (addrtype --limit-iface)");
            return;
        }
        Add(CheckKind.SourceType, match.Source, "source");
        Add(CheckKind.DestinationType, match.Destination, "destination");

        void Add(CheckKind kind, Condition<AddressTypes>? types, string side)
        {
            if (types is { } wanted)
            {
                Checks.Add(check with
                {
                    Kind = kind,
                    IsInverted = wanted.IsInverted,
                    A = (uint)wanted.Value,
                    Index = UnknownOf($"addrtype {side} {wanted.Value}", $"the node's own addresses (addrtype: {side} {wanted.Value})"),
                });
            }
        }
    }

    private void Unknown(Check check, string key, string text) =>
        Checks.Add(check with { Kind = CheckKind.Unknown, Index = UnknownOf(key, text) });

    private int UnknownOf(string key, string text)
    {
        if (!_unknowns.TryGetValue(key, out var index))
        {
            _unknowns[key] = index = Unknowns.Count;
            Unknowns.Add(new(key, text) { IsOfRule = key.StartsWith(Occurrence, StringComparison.Ordinal) });
        }
        return index;
    }
}
