using System.Net;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// One packet through the hooks of a namespace. Each hook is asked by itself, because which comes next depends on what it did; what
/// conntrack attached, marks and translations are carried on.
/// </summary>
internal sealed class NatFlow
{
    private readonly TraceSession _session;
    private readonly TraceSpace _space;
    private readonly TraceFrame _first;
    private readonly string _place;
    private readonly List<string> _evidence = [];
    private readonly List<HopCounter> _counters = [];
    private readonly List<string> _unknowns = [];
    private readonly List<string> _words = [];
    private readonly TraceConntrack.Known? _known;
    private ConntrackEntry? _entry;
    private Iptables.Target? _ownTranslation;

    public NatFlow(TraceSession session, TraceSpace space, TraceFrame frame)
    {
        (_session, _space, _first, Frame) = (session, space, frame, frame);
        _place = RuleHook.PlaceOf(space);
        _known = session.Conntrack.Find(_place, 0, frame);
    }

    /// <summary>The packet as it now is.</summary>
    public TraceFrame Frame { get; set; }

    public IReadOnlyList<string> Evidence => _evidence;

    public IReadOnlyList<HopCounter> Counters => _counters;

    public IReadOnlyList<string> Unknowns => _unknowns;

    /// <summary>What was done to it, with a semicolon before each.</summary>
    public string Words => string.Concat(_words.Select(w => "; " + w));

    /// <summary>
    /// Asks iptables' rules of a hook, and nft's own up to nat's priority, or to filter's where nothing is translated and then all. What
    /// comes behind a translation, <see cref="AskRest"/> asks.
    /// </summary>
    public RuleHook Ask(HookPoint point)
    {
        var nat = NatPriority(point.Hook);
        _ownTranslation = null;
        if (AskOwn(point, int.MinValue, nat ?? 0) is { } refused)
        {
            return refused;
        }
        var table = Table();
        var hook = RuleHook.Ask(_space, PacketPath.At(point), Frame, table, _session);
        _evidence.AddRange(hook.Evidence);
        _counters.AddRange(hook.Counters);
        _unknowns.AddRange(hook.Unknowns);
        var header = Frame.ToHeader();
        _entry ??= table.Find(0, in header);
        _entry = hook.Decision.IsNotrack ? new ConntrackEntry(ConntrackState.Untracked) : _entry.Value with { Mark = hook.Decision.ConnectionMark };
        Frame = Frame with { Mark = hook.Decision.Mark };
        return hook.Outcome == Outcome.Dropped ? hook : AskOwn(point, nat ?? 0, nat is { } at ? at + 1 : int.MaxValue) ?? hook;
    }

    /// <summary>What of nft's own rules is asked when the packet has been translated, or would have been; null: nothing ends it.</summary>
    public RuleHook? AskRest(HookPoint point) => NatPriority(point.Hook) is { } nat ? AskOwn(point, nat + 1, int.MaxValue) : null;

    /// <summary>NF_IP_PRI_NAT_DST and NF_IP_PRI_NAT_SRC; null where nothing is translated but by INPUT's SNAT, which nobody uses.</summary>
    private static int? NatPriority(Hook hook) => hook switch
    {
        Hook.Prerouting or Hook.Output => -100,
        Hook.Postrouting => 100,
        _ => null,
    };

    private ConntrackTable Table() => _entry is { } entry ? ConntrackTable.Assume(entry) : new TraceConntrack.Table(_session.Conntrack, _place, _first);

    private RuleHook? AskOwn(HookPoint point, int least, int end)
    {
        if (_space.NftRules() is null)
        {
            return null;
        }
        var header = Frame.ToHeader();
        var own = FrameHook.OfPacket(_space, point, Frame, Table().Find(0, in header).State, least, end);
        _ownTranslation ??= own.Translation;
        if (own.IsNotrack)
        {
            _entry = new ConntrackEntry(ConntrackState.Untracked);
        }
        _evidence.AddRange(own.Passed);
        _unknowns.AddRange(own.Unknowns);
        return own.ToDrop();
    }

    /// <summary>Behind PREROUTING or OUTPUT: by a rule for the first packet, by the connection for others.</summary>
    public void TranslateDestination(RuleHook hook, Link device)
    {
        if (_entry is { State: ConntrackState.Untracked })
        {
            return;
        }
        if (_known is { IsError: true } related)
        {
            TranslateError(related, isSource: false);
            return;
        }
        if (_known is { } known)
        {
            var wanted = known.IsReply ? known.Connection.Original : Turned(known.Connection.Reply);
            ChangeDestination(known.IsReply ? wanted.From : wanted.To, known.IsReply ? wanted.FromPort : wanted.ToPort);
            return;
        }
        switch (hook.Translation?.Target ?? _ownTranslation)
        {
            case DnatTarget dnat:
                ChangeDestination(First(dnat.Addresses) ?? Frame.To, dnat.Ports?.First ?? Frame.DestinationPort);
                break;
            case RedirectTarget redirect:
                ChangeDestination(_space.AddressesOf(device).FirstOrDefault(a => TraceFabric.SameFamily(a.Address, Frame.To))?.Address ?? Frame.To,
                    redirect.Ports?.First ?? Frame.DestinationPort);
                break;
        }
    }

    /// <summary>Behind POSTROUTING.</summary>
    public void TranslateSource(RuleHook hook, Link device)
    {
        if (_entry is { State: ConntrackState.Untracked })
        {
            return;
        }
        if (_known is { IsError: true } related)
        {
            TranslateError(related, isSource: true);
            return;
        }
        if (_known is { } known)
        {
            var wanted = known.IsReply ? known.Connection.Original : Turned(known.Connection.Reply);
            ChangeSource(known.IsReply ? wanted.To : wanted.From, known.IsReply ? wanted.ToPort : wanted.FromPort);
            return;
        }
        switch (hook.Translation?.Target ?? _ownTranslation)
        {
            case SnatTarget snat:
                ChangeSource(First(snat.Addresses) ?? Frame.From, snat.Ports?.First ?? Frame.SourcePort);
                break;
            case MasqueradeTarget:
                ChangeSource(_space.AddressesOf(device).FirstOrDefault(a => TraceFabric.SameFamily(a.Address, Frame.From) && !a.Address.IsIPv6LinkLocal)?.Address
                    ?? Frame.From, Frame.SourcePort);
                break;
        }
    }

    /// <summary>
    /// nf_nat_icmp_reply_translation(): where the connection's packets of this direction are rewritten, so is the error, and the packet inside it the
    /// other way round; whoever complains, a router on the way too, then speaks for the one who was meant.
    /// </summary>
    private void TranslateError(TraceConntrack.Known known, bool isSource)
    {
        var (connection, about) = (known.Connection, Frame.About!);
        var wanted = known.IsReply ? connection.Original.Turned() : connection.Reply.Turned();
        // the reply's destination is rewritten where the first packet's source was
        if (!(isSource == known.IsReply ? connection.IsDestinationTranslated : connection.IsSourceTranslated))
        {
            return;
        }
        if (isSource)
        {
            ChangeSource(wanted.From, 0);
            Frame = Frame with { About = about with { To = wanted.From, DestinationPort = about.IsIcmp ? about.DestinationPort : wanted.FromPort } };
        }
        else
        {
            ChangeDestination(wanted.To, 0);
            Frame = Frame with { About = about with { From = wanted.To, SourcePort = about.IsIcmp ? about.SourcePort : wanted.ToPort } };
        }
    }

    /// <summary>It got through: the connection is confirmed.</summary>
    public void Finish(RuleHook last)
    {
        var destination = last.Decision;
        if (_entry is { HasConnection: true })
        {
            _session.Conntrack.Commit(_place, 0, _first, Frame, destination.ConnectionMark);
        }
    }

    private void ChangeDestination(IPAddress address, ushort port)
    {
        if (address.Equals(Frame.To) && (Frame.IsIcmp || port == Frame.DestinationPort))
        {
            return;
        }
        _words.Add($"destination {Frame.To} → {address}{(Frame.IsIcmp || port == Frame.DestinationPort ? "" : $" port {port}")}");
        Frame = Frame with { To = address, DestinationPort = Frame.IsIcmp ? Frame.DestinationPort : port };
        _entry = (_entry ?? new(ConntrackState.New)) with { IsDestinationNat = true };
    }

    private void ChangeSource(IPAddress address, ushort port)
    {
        if (address.Equals(Frame.From) && (Frame.IsIcmp || port == Frame.SourcePort))
        {
            return;
        }
        _words.Add($"source {Frame.From} → {address}");
        Frame = Frame with { From = address, SourcePort = Frame.IsIcmp ? Frame.SourcePort : port };
        _entry = (_entry ?? new(ConntrackState.New)) with { IsSourceNat = true };
    }

    private static IPAddress? First(AddressRange? range) =>
        range is { } some ? TraceFrame.AddressOf(some.Family, some.First) : null;

    private static TraceConntrack.Tuple Turned(TraceConntrack.Tuple tuple) => tuple.Turned();
}
