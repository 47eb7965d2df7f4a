using System.Text;
using Plumbline.Diagnosis.Reading;
using Plumbline.Packets.Flows;
using Plumbline.Packets.Summaries;
using Plumbline.Primitives;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary><c>plumb flows</c>: what went wrong first, then the conversations, most bytes first.</summary>
public sealed class FlowsText
{
    private readonly FlowReading _reading;
    private readonly RenderOptions _options;
    private readonly StringBuilder _output = new();

    private FlowsText(FlowReading reading, RenderOptions options) => (_reading, _options) = (reading, options);

    private FlowReport Report => _reading.Report;

    private bool HasPlaces => _reading.Interfaces.Count > 1;

    /// <summary>The answer as text.</summary>
    /// <param name="reading">What was read.</param>
    /// <param name="most">Conversations shown; 0: all.</param>
    /// <param name="options">How.</param>
    public static string Render(FlowReading reading, int most, RenderOptions options)
    {
        var text = new FlowsText(reading, options);
        text.WriteHead();
        text.WriteConversations(most);
        text.WriteMtu();
        text.WriteNeighbours();
        text.WriteDhcp();
        text.WriteDns();
        return text._output.ToString();
    }

    private static string Count(long number, string noun) => $"{PacketWords.Number(number)} {noun}{(number == 1 ? "" : "s")}";

    private void WriteHead()
    {
        var time = TimeSpan.FromTicks((Report.EndNanoseconds - Report.StartNanoseconds) / 100);
        var head = $"{Count(Report.Packets, "packet")}, {PacketWords.Size(Report.Bytes)}, {PacketWords.Time(time)}; "
            + Count(Report.Conversations.Count, "conversation");
        Line(new StyledText(head, Shade.Heading));
        if (Report.OtherPackets > 0)
        {
            Line(new StyledText($"{Count(Report.OtherPackets, "packet")} {(Report.OtherPackets == 1 ? "is" : "are")} no IP", Shade.Faint));
        }
        if (Report.PacketsBeyond > 0)
        {
            Line(new StyledText(
                $"{PacketWords.Number(Report.PacketsBeyond)} packets belong to further conversations, which are not told apart", Shade.Bad));
        }
        if (_reading.IsTruncated)
        {
            Line(new StyledText("the file ends in the middle of a packet", Shade.Bad));
        }
        if (_reading.Damage is { } damage)
        {
            Line(new StyledText($"{damage.What} ({damage.Where})", Shade.Bad));
        }
    }

    private void WriteConversations(int most)
    {
        if (Report.Conversations.Count == 0)
        {
            return;
        }
        _output.Append('\n');
        var table = new Columns([
            new("AT", HasPlaces ? 3 : 0), new("PROTO", 0), new("VLAN", 0), new("TUNNEL", 0), new("FROM", 0), new("TO", 0), new("PACKETS →", 0),
            new("←", 0), new("BYTES →", 0), new("←", 0), new("RTT", 1), new("RETRANS", 0), new("STATE", 0), new("NOTES", Columns.Beneath)]);
        var shown = most == 0 ? Report.Conversations.Count : Math.Min(most, Report.Conversations.Count);
        for (var i = 0; i < shown; i++)
        {
            var c = Report.Conversations[i];
            var retransmissions = c.Initiator.Retransmissions + c.Responder.Retransmissions;
            table.Add([
                new(HasPlaces ? PlaceOf(c.Interface) : ""), new(PacketWords.ProtocolName(c.Protocol)),
                new(c.Vlan is { } vlan ? PacketWords.Number(vlan) : "", Shade.Network),
                new(c.TunnelKey is { } key ? PacketWords.Number(key) : "", Shade.Network),
                new(EndOf(c.Initiator, c.Protocol), Shade.Address), new(EndOf(c.Responder, c.Protocol), Shade.Address),
                new(PacketWords.Number(c.Initiator.Packets)), new(PacketWords.Number(c.Responder.Packets)),
                new(PacketWords.Size(c.Initiator.Bytes)), new(PacketWords.Size(c.Responder.Bytes)),
                new(RoundTripOf(c)), new(retransmissions == 0 ? "" : PacketWords.Number(retransmissions), Shade.Bad),
                new(PacketWords.Of(c.State), IsBad(c.State) ? Shade.Bad : Shade.Plain), new(NotesOf(c), Shade.Bad)]);
        }
        table.Write(_output, _options);
        if (shown < Report.Conversations.Count)
        {
            Line(new StyledText(
                $"(and {PacketWords.Number(Report.Conversations.Count - shown)} more with fewer bytes: --top 0 shows all)", Shade.Faint));
        }
    }

    /// <summary>An echo's identifier is no port.</summary>
    private string EndOf(ConversationSide side, int protocol) =>
        PacketWords.EndOf(_reading.Names, side.Address, protocol is 1 or 58 ? 0 : side.Port);

    private static bool IsBad(ConversationState state) => state is ConversationState.SynUnanswered or ConversationState.Refused
        or ConversationState.HalfOpen or ConversationState.Reset or ConversationState.EchoUnanswered;

    private static string RoundTripOf(Conversation c) =>
        c.HandshakeTime is { } handshake ? PacketWords.Time(handshake)
        : c.Initiator.RoundTrip is { } one ? PacketWords.Time(one.Mean)
        : c.Responder.RoundTrip is { } other ? PacketWords.Time(other.Mean)
        : "";

    private static string NotesOf(Conversation c)
    {
        var notes = new List<string>();
        if (c.State == ConversationState.SynUnanswered)
        {
            notes.Add($"{PacketWords.Number(c.Initiator.Syns)} SYN sent");
        }
        Add(c.EchoesUnanswered, "echo request without reply", "echo requests without reply");
        Add(c.Initiator.Gaps + c.Responder.Gaps, "gap before here", "gaps before here");
        Add(c.Initiator.Reordered + c.Responder.Reordered, "reordered", "reordered");
        Add(c.Initiator.Duplicates + c.Responder.Duplicates, "packet twice", "packets twice");
        Add(c.Initiator.ZeroWindows + c.Responder.ZeroWindows, "zero window", "zero windows");
        Add(c.Initiator.DuplicateAcks + c.Responder.DuplicateAcks, "duplicate ack", "duplicate acks");
        return string.Join(", ", notes);

        void Add(long number, string one, string many)
        {
            if (number > 0)
            {
                notes.Add($"{PacketWords.Number(number)} {(number == 1 ? one : many)}");
            }
        }
    }

    private void WriteMtu()
    {
        Heading(Report.MtuProblems.Count, "PACKETS TOO BIG FOR THE WAY");
        foreach (var problem in Report.MtuProblems)
        {
            var ports = problem.Ports;
            var way = $"{PacketWords.EndOf(_reading.Names, problem.Source, ports?.Source ?? 0)} → "
                + PacketWords.EndOf(_reading.Names, problem.Destination, ports?.Destination ?? 0);
            Line(new StyledText("  " + (problem.Teller is { } teller
                ? $"{way}: {Name(teller)} said {PacketWords.Number(problem.Times)}× that {MtuText(problem.Mtu)}"
                : $"{way}: MTU black hole? a packet of {PacketWords.Number(problem.PacketLength ?? 0)} bytes was sent "
                    + $"{PacketWords.Number(problem.Times)}× and never acknowledged, the largest that was had "
                    + $"{PacketWords.Number(problem.LargestAcknowledged ?? 0)} bytes") + At(problem.Interface, null), Shade.Bad));
        }
    }

    private static string MtuText(int? mtu) => mtu is > 0 ? $"the MTU is {PacketWords.Number(mtu.Value)}" : "it is too big";

    private void WriteNeighbours()
    {
        Heading(Report.NeighboursUnanswered.Count, "NEIGHBOURS THAT DID NOT ANSWER (ARP, ND)");
        foreach (var question in Report.NeighboursUnanswered)
        {
            Line(new StyledText(
                $"  {Name(question.Wanted)}, asked {PacketWords.Number(question.Times)}× by {Name(question.Asker)}, "
                + $"first {PacketWords.Time(question.Waited)} before the end{At(question.Interface, question.Vlan)}", Shade.Bad));
        }
    }

    private void WriteDhcp()
    {
        Heading(Report.DhcpExchanges.Count, "DHCP");
        foreach (var exchange in Report.DhcpExchanges)
        {
            var client = exchange.Client?.ToString() ?? "a client";
            if (exchange.HostName is { } host)
            {
                client += $" \"{Printable.Escape(host)}\"";
            }
            var given = exchange.Address is { } address ? $", {Name(address)}" : "";
            var server = exchange.Server is { } from ? $" from {Name(from)}" : "";
            var reason = exchange.Reason is { Length: > 0 } words ? $": \"{Printable.Escape(words)}\""
                : exchange.Status is { } status ? $": status {PacketWords.Number(status)}" : "";
            var others = exchange.OtherServers.Count > 0 ? $"; offers of {string.Join(", ", exchange.OtherServers.Select(Name))}, too" : "";
            Line(new StyledText($"  {client}: {string.Join(", ", exchange.Messages)}{given}{server} — ")
                .Add(PacketWords.Of(exchange.Missing, exchange.IsV6) + reason, exchange.Missing == DhcpStep.None ? Shade.Plain : Shade.Bad)
                .Add(others, Shade.Warning)
                .Add(At(exchange.Interface, exchange.Vlan)));
        }
    }

    private void WriteDns()
    {
        Heading(Report.DnsFailures.Count, "DNS FAILURES");
        foreach (var failure in Report.DnsFailures)
        {
            Line(new StyledText(
                $"  {DnsType.NameOf(failure.QuestionType)} {Printable.Escape(failure.Name)}: "
                + $"{PacketWords.Outcome(failure)}, {PacketWords.Number(failure.Times)}× "
                + $"({Name(failure.Client)} asked {Name(failure.Server)}"
                + (failure.Waited is { } waited ? $", first {PacketWords.Time(waited)} before the end)" : ")")
                + At(failure.Interface, null), Shade.Bad));
        }
    }

    private string At(int @interface, int? vlan) =>
        (vlan is { } tag ? $", VLAN {PacketWords.Number(tag)}" : "") + (HasPlaces ? $", at {PlaceOf(@interface)}" : "");

    private string PlaceOf(int @interface) =>
        _reading.Interfaces[@interface].Name is { } name ? Printable.Escape(name) : PacketWords.Number(@interface);

    private string Name(Packets.InternetAddress address) => PacketWords.NameOf(_reading.Names, address);

    private void Heading(int count, string text)
    {
        if (count > 0)
        {
            _output.Append('\n');
            Line(new StyledText(text, Shade.Heading));
        }
    }

    private void Line(StyledText text) => text.WriteLine(_output, _options.Colour);
}
