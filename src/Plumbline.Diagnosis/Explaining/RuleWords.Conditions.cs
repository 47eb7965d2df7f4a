using System.Diagnostics;
using System.Globalization;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Explaining;

public static partial class RuleWords
{
    // the order in which conditions read best: ports, addresses, sets, devices, the rest
    private const int Ports = 0;
    private const int Addresses = 1;
    private const int Senders = 2;
    private const int Devices = 3;
    private const int Rest = 4;

    private static void AddConditions(Match match, List<(int Rank, Sentence Words)> to)
    {
        switch (match)
        {
            case CommentMatch or ProtocolMatch:
                break;
            case IcmpTypeMatch: // the subject tells it
                break;
            case SourceMatch source:
                to.Add((Addresses, When("source", source.IsInverted, Text(source))));
                break;
            case DestinationMatch destination:
                to.Add((Addresses, When("destination", destination.IsInverted, Text(destination))));
                break;
            case InInterfaceMatch device:
                to.Add((Devices, When("in", device.IsInverted, device.Interface.ToString())));
                break;
            case OutInterfaceMatch device:
                to.Add((Devices, When("out", device.IsInverted, device.Interface.ToString())));
                break;
            case FragmentMatch { IsInverted: true }:
                to.Add((Rest, Say("when.not-fragment")));
                break;
            case FragmentMatch: // the subject tells it
                break;
            case TransportMatch transport:
                AddTransport(transport, to);
                break;
            case MultiportMatch multiport:
                var (side, number) = (multiport.Kind switch
                {
                    MultiportKind.Source => "source-port",
                    MultiportKind.Destination => "destination-port",
                    MultiportKind.Either => "either-port",
                    _ => throw new UnreachableException($"{multiport.Kind}"),
                }, multiport.Ports.Count > 1 || multiport.Ports[0].First != multiport.Ports[0].Last ? "s" : "");
                to.Add((Ports, When(side + number, multiport.IsInverted,
                    new Sentence.Sequence("join.and", [.. multiport.Ports.Select(p => (Sentence)PortText(p))]))));
                break;
            case PhysdevMatch physdev:
                AddPhysdev(physdev, to);
                break;
            case MacMatch mac:
                to.Add((Senders, When("mac", mac.IsInverted, mac.Source.ToString())));
                break;
            case StateMatch state:
                to.Add((Rest, State(state.States, state.IsInverted)));
                break;
            case ConntrackMatch conntrack:
                to.Add((Rest, conntrack.States is { } states && conntrack with { States = null } == new ConntrackMatch()
                    ? State(states.Value, states.IsInverted)
                    : Quoted(Text(conntrack), false)));
                break;
            case SetMatch set:
                AddSet(set, to);
                break;
            default:
                AddOther(match, to);
                break;
        }
    }

    private static void AddTransport(TransportMatch match, List<(int Rank, Sentence Words)> to)
    {
        if (match.SourcePorts is { } source)
        {
            to.Add((Ports, When(source.Value.First == source.Value.Last ? "source-port" : "source-ports", source.IsInverted,
                PortText(source.Value))));
        }
        if (match.DestinationPorts is { } destination)
        {
            to.Add((Ports, When(destination.Value.First == destination.Value.Last ? "destination-port" : "destination-ports",
                destination.IsInverted, PortText(destination.Value))));
        }
        switch (match)
        {
            case TcpMatch { Flags: { } flags }:
                to.Add((Rest, flags.Value == TcpFlagTest.Opening
                    ? Say(flags.IsInverted ? "when.not-syn" : "when.syn")
                    : Say(flags.IsInverted ? "when.not-flags" : "when.flags",
                        ("set", Names(flags.Value.Set)), ("mask", Names(flags.Value.Mask)))));
                break;
            case SctpMatch { ChunkTypes: { } chunks }:
                to.Add((Rest, Quoted($"chunk-types {chunks.Value}", chunks.IsInverted)));
                break;
        }
        if (match is TcpMatch { Option: { } option })
        {
            to.Add((Rest, When("tcp-option", option.IsInverted, Number(option.Value))));
        }
    }

    private static void AddPhysdev(PhysdevMatch match, List<(int Rank, Sentence Words)> to)
    {
        if (match.In is { } input)
        {
            to.Add((Devices, When("bridge-in", input.IsInverted, input.Value.ToString())));
        }
        if (match.Out is { } output)
        {
            to.Add((Devices, When("bridge-out", output.IsInverted, output.Value.ToString())));
        }
        if (match.IsIn is { } isIn)
        {
            to.Add((Devices, Say(isIn ? "when.is-in" : "when.not-is-in")));
        }
        if (match.IsOut is { } isOut)
        {
            to.Add((Devices, Say(isOut ? "when.is-out" : "when.not-is-out")));
        }
        if (match.IsBridged is { } isBridged)
        {
            to.Add((Devices, Say(isBridged ? "when.bridged" : "when.not-bridged")));
        }
    }

    private static void AddSet(SetMatch match, List<(int Rank, Sentence Words)> to)
    {
        if (match.Directions.Count == 1)
        {
            var key = (match.IsInverted ? "when.not-set-" : "when.set-")
                + (match.Directions[0] == SetDirection.Source ? "source" : "destination");
            to.Add((Addresses, Say(key, ("set", match.Name))));
        }
        else
        {
            var directions = string.Join(',', match.Directions.Select(d => d == SetDirection.Source ? "src" : "dst"));
            to.Add((Addresses, Say(match.IsInverted ? "when.not-set" : "when.set", ("set", match.Name), ("directions", directions))));
        }
        if (match.CounterOptions is { } options)
        {
            to.Add((Rest, Quoted(options, false)));
        }
    }

    private static void AddOther(Match match, List<(int Rank, Sentence Words)> to)
    {
        switch (match)
        {
            case MarkMatch mark:
                to.Add((Rest, When("mark", mark.IsInverted, Masked(mark.Value, mark.Mask))));
                break;
            case ConnmarkMatch mark:
                to.Add((Rest, When("connmark", mark.IsInverted, Masked(mark.Value, mark.Mask))));
                break;
            case AddrtypeMatch type:
                if (type.Source is { } source)
                {
                    to.Add((Addresses, When("source-type", source.IsInverted, Names(source.Value))));
                }
                if (type.Destination is { } destination)
                {
                    to.Add((Addresses, When("destination-type", destination.IsInverted, Names(destination.Value))));
                }
                break;
            case LimitMatch limit:
                to.Add((Rest, Say("when.limit", ("rate", limit.Rate), ("burst", (long)limit.Burst))));
                break;
            case HashlimitMatch limit:
                to.Add((Rest, Say(limit.IsAbove ? "when.hashlimit-above" : "when.hashlimit-upto", ("rate", limit.Rate),
                    ("key", limit.Keys.Count == 0 ? limit.Name : string.Join(',', limit.Keys)))));
                break;
            case IprangeMatch range:
                if (range.Source is { } from)
                {
                    to.Add((Addresses, When("source-range", from.IsInverted, from.Value.ToString())));
                }
                if (range.Destination is { } until)
                {
                    to.Add((Addresses, When("destination-range", until.IsInverted, until.Value.ToString())));
                }
                break;
            case PkttypeMatch type:
                to.Add((Rest, When("packet-type", type.IsInverted, Lower(type.Type.ToString()))));
                break;
            case LengthMatch length:
                to.Add((Rest, Quoted($"length {length.Length}", length.IsInverted)));
                break;
            case UnknownMatch unknown:
                to.Add((Rest, Quoted(Text(unknown), unknown.IsInverted)));
                break;
            default:
                throw new UnreachableException(match.GetType().Name);
        }
    }

    private static Sentence When(string what, bool isInverted, Sentence value) =>
        Say((isInverted ? "when.not-" : "when.") + what, ("value", value));

    private static Sentence Quoted(string text, bool isInverted) => Say(isInverted ? "when.not-text" : "when.text", ("text", text));

    private static Sentence State(ConnectionStates states, bool isInverted) => (states, isInverted) switch
    {
        (ConnectionStates.Related | ConnectionStates.Established, false) => Say("when.known"),
        (ConnectionStates.Established, false) => Say("when.established"),
        (ConnectionStates.New, false) => Say("when.new"),
        (ConnectionStates.Invalid, false) => Say("when.invalid"),
        (ConnectionStates.Untracked, false) => Say("when.untracked"),
        _ => When("state", isInverted, Names(states)),
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Lower(string text) => text.ToLowerInvariant();
}
