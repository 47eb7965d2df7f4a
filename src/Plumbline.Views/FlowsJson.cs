using System.Globalization;
using System.Text.Json;
using Plumbline.Diagnosis.Reading;
using Plumbline.Packets;
using Plumbline.Packets.Flows;
using Plumbline.Packets.Summaries;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary><c>plumb flows --json</c>; docs/flows.md is its schema.</summary>
public static class FlowsJson
{
    /// <summary>Of the document.</summary>
    public const int Version = 1;

    /// <summary>The answer as JSON.</summary>
    public static string Render(FlowReading reading) => JsonText.Write(writer =>
    {
        var report = reading.Report;
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.flows");
        writer.WriteNumber("version", Version);
        writer.WriteNumber("packets", report.Packets);
        writer.WriteNumber("bytes", report.Bytes);
        writer.WriteString("start", TimeText(report.StartNanoseconds));
        writer.WriteString("end", TimeText(report.EndNanoseconds));
        writer.WriteNumber("otherPackets", report.OtherPackets);
        writer.WriteNumber("packetsBeyond", report.PacketsBeyond);
        writer.WriteBoolean("truncated", reading.IsTruncated);
        writer.WriteKnown("damage", reading.Damage?.What);
        writer.WriteArray("interfaces", reading.Interfaces, static (w, i) => w.WriteStringValue(i.Name ?? ""));
        writer.WriteArray("conversations", report.Conversations, (w, c) => Write(w, reading, c));
        writer.WriteArray("neighboursUnanswered", report.NeighboursUnanswered, (w, q) => Write(w, reading, q));
        writer.WriteArray("dhcpExchanges", report.DhcpExchanges, (w, e) => Write(w, reading, e));
        writer.WriteArray("dnsFailures", report.DnsFailures, (w, f) => Write(w, reading, f));
        writer.WriteArray("mtuProblems", report.MtuProblems, (w, p) => Write(w, reading, p));
        writer.WriteEndObject();
    });

    /// <summary>RFC 3339 with nanoseconds, UTC.</summary>
    internal static string TimeText(long nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture)
        + (nanoseconds % 100).ToString("00", CultureInfo.InvariantCulture) + "Z";

    private static void Write(Utf8JsonWriter writer, FlowReading reading, Conversation c)
    {
        writer.WriteStartObject();
        writer.WriteNumber("interface", c.Interface);
        writer.WriteString("protocol", PacketWords.ProtocolName(c.Protocol));
        writer.WriteKnown("vlan", c.Vlan);
        writer.WriteKnown("tunnelKey", (long?)c.TunnelKey);
        writer.WriteString("state", WordOf(c.State));
        writer.WriteString("start", TimeText(c.StartNanoseconds));
        writer.WriteString("end", TimeText(c.EndNanoseconds));
        WriteSeconds(writer, "handshakeSeconds", c.HandshakeTime);
        if (c.Protocol is 1 or 58)
        {
            writer.WriteNumber("echoesUnanswered", c.EchoesUnanswered);
        }
        WriteSide(writer, reading, "initiator", c.Initiator, c.Protocol);
        WriteSide(writer, reading, "responder", c.Responder, c.Protocol);
        writer.WriteEndObject();
    }

    private static void WriteSide(Utf8JsonWriter writer, FlowReading reading, string member, ConversationSide side, int protocol)
    {
        writer.WriteStartObject(member);
        WriteAddress(writer, reading, "address", "name", side.Address);
        if (protocol is 6 or 17 or 132)
        {
            writer.WriteNumber("port", side.Port);
        }
        writer.WriteNumber("packets", side.Packets);
        writer.WriteNumber("bytes", side.Bytes);
        if (protocol == 6)
        {
            writer.WriteNumber("dataBytes", side.Data);
            writer.WriteNumber("retransmissions", side.Retransmissions);
            writer.WriteNumber("reordered", side.Reordered);
            writer.WriteNumber("duplicates", side.Duplicates);
            writer.WriteNumber("gaps", side.Gaps);
            writer.WriteNumber("duplicateAcks", side.DuplicateAcks);
            writer.WriteNumber("zeroWindows", side.ZeroWindows);
            writer.WriteNumber("resets", side.Resets);
            writer.WriteNumber("syns", side.Syns);
        }
        if (side.RoundTrip is { } trip)
        {
            writer.WriteStartObject("roundTrip");
            writer.WriteNumber("samples", trip.Samples);
            WriteSeconds(writer, "leastSeconds", trip.Least);
            WriteSeconds(writer, "meanSeconds", trip.Mean);
            WriteSeconds(writer, "greatestSeconds", trip.Greatest);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, FlowReading reading, NeighbourQuestion question)
    {
        writer.WriteStartObject();
        writer.WriteNumber("interface", question.Interface);
        writer.WriteKnown("vlan", question.Vlan);
        WriteAddress(writer, reading, "wanted", "wantedName", question.Wanted);
        WriteAddress(writer, reading, "asker", "askerName", question.Asker);
        writer.WriteNumber("times", question.Times);
        WriteSeconds(writer, "waitedSeconds", question.Waited);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, FlowReading reading, DhcpExchange exchange)
    {
        writer.WriteStartObject();
        writer.WriteNumber("interface", exchange.Interface);
        writer.WriteKnown("vlan", exchange.Vlan);
        writer.WriteNumber("ipVersion", exchange.IsV6 ? 6 : 4);
        writer.WriteNumber("transaction", exchange.Transaction);
        writer.WriteKnown("client", exchange.Client?.ToString());
        writer.WriteKnown("hostName", exchange.HostName);
        if (exchange.Server is { } server)
        {
            WriteAddress(writer, reading, "server", "serverName", server);
        }
        if (exchange.OtherServers.Count > 0)
        {
            writer.WriteStrings("otherServers", [.. exchange.OtherServers.Select(s => s.ToString())]);
        }
        if (exchange.Address is { } address)
        {
            WriteAddress(writer, reading, "address", "addressName", address);
        }
        WriteSeconds(writer, "leaseSeconds", exchange.Lease);
        writer.WriteStrings("messages", exchange.Messages);
        writer.WriteString("missing", exchange.Missing switch
        {
            DhcpStep.None => "none",
            DhcpStep.Offer => exchange.IsV6 ? "advertise" : "offer",
            DhcpStep.Request => "request",
            DhcpStep.Ack => exchange.IsV6 ? "reply" : "ack",
            DhcpStep.Refused => "refused",
            DhcpStep.Declined => "declined",
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        writer.WriteKnown("reason", exchange.Reason);
        writer.WriteKnown("statusCode", exchange.Status);
        WriteSeconds(writer, "tookSeconds", exchange.Took);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, FlowReading reading, DnsFailure failure)
    {
        writer.WriteStartObject();
        writer.WriteNumber("interface", failure.Interface);
        WriteAddress(writer, reading, "client", "clientName", failure.Client);
        WriteAddress(writer, reading, "server", "serverName", failure.Server);
        writer.WriteString("question", failure.Name);
        writer.WriteString("type", DnsType.NameOf(failure.QuestionType));
        writer.WriteString("outcome", PacketWords.Outcome(failure));
        writer.WriteKnown("responseCode", failure.ResponseCode);
        writer.WriteString("transport", failure.IsTcp ? "tcp" : "udp");
        WriteSeconds(writer, "waitedSeconds", failure.Waited);
        writer.WriteNumber("times", failure.Times);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, FlowReading reading, MtuProblem problem)
    {
        writer.WriteStartObject();
        writer.WriteNumber("interface", problem.Interface);
        writer.WriteString("kind", problem.Teller is null ? "black-hole" : "told");
        WriteAddress(writer, reading, "source", "sourceName", problem.Source);
        WriteAddress(writer, reading, "destination", "destinationName", problem.Destination);
        writer.WriteKnown("sourcePort", problem.Ports?.Source);
        writer.WriteKnown("destinationPort", problem.Ports?.Destination);
        if (problem.Teller is { } teller)
        {
            WriteAddress(writer, reading, "teller", "tellerName", teller);
        }
        writer.WriteKnown("mtu", problem.Mtu);
        writer.WriteKnown("packetLength", problem.PacketLength);
        writer.WriteKnown("largestAcknowledged", problem.LargestAcknowledged);
        writer.WriteNumber("times", problem.Times);
        writer.WriteEndObject();
    }

    private static void WriteAddress(Utf8JsonWriter writer, FlowReading reading, string member, string nameMember, InternetAddress address)
    {
        writer.WriteString(member, address.ToString());
        writer.WriteKnown(nameMember, reading.Names.GetValueOrDefault(address));
    }

    private static void WriteSeconds(Utf8JsonWriter writer, string member, TimeSpan? time)
    {
        if (time is { } known)
        {
            writer.WriteNumber(member, known.TotalSeconds);
        }
    }

    private static string WordOf(ConversationState state) => state switch
    {
        ConversationState.Answered => "answered",
        ConversationState.OneWay => "one-way",
        ConversationState.SynUnanswered => "syn-unanswered",
        ConversationState.Refused => "refused",
        ConversationState.HalfOpen => "half-open",
        ConversationState.Open => "open",
        ConversationState.Closed => "closed",
        ConversationState.Reset => "reset",
        ConversationState.EchoUnanswered => "echo-unanswered",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
