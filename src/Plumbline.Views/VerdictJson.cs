using System.Text.Json;
using Plumbline.Diagnosis.Verdicts;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>A packet's verdict as JSON; docs/json.md is its schema.</summary>
public static class VerdictJson
{
    /// <summary>Renders it.</summary>
    public static string Render(VerdictAnswer answer) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.verdict");
        writer.WriteNumber("version", TopologyJson.Version);
        writer.WriteString("verdict", Word(answer.Outcome));
        writer.WriteKnown("subject", answer.Subject);
        writer.WriteString("way", answer.Way);
        WritePacket(writer, answer.Packet);
        if (answer.AreRulesConsulted is { } consulted)
        {
            writer.WriteBoolean("consulted", consulted);
        }
        writer.WriteKnown("consultedBy", answer.ConsultedBy);
        if (answer.Deciding is { } deciding)
        {
            writer.WritePropertyName("decidedBy");
            WriteStep(writer, deciding);
        }
        writer.WriteStrings("dependsOn", answer.DependsOn);
        writer.WriteArray("courses", answer.Exploration?.Courses ?? [], WriteCourse);
        writer.WriteArray("nearMisses", answer.NearMisses, (w, miss) =>
        {
            w.WriteStartObject();
            WritePlace(w, miss.Miss.Place);
            w.WriteString("wants", miss.Wanted);
            w.WriteEndObject();
        });
        writer.WriteArray("deadRules", answer.DeadRules, (w, place) =>
        {
            w.WriteStartObject();
            WritePlace(w, place);
            w.WriteEndObject();
        });
        writer.WriteStrings("assumptions", answer.Assumptions);
        writer.WriteStrings("notes", answer.Notes);
        writer.WriteEndObject();
    });

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Passed => "accept",
        Outcome.Dropped => "drop",
        _ => "depends",
    };

    private static void WritePacket(Utf8JsonWriter writer, PacketHeader packet)
    {
        writer.WriteStartObject("packet");
        writer.WriteString("family", packet.Family == IPFamily.IPv4 ? "ipv4" : "ipv6");
        writer.WriteString("source", AddressWords.NameOf(packet.Family, packet.Source));
        writer.WriteString("destination", AddressWords.NameOf(packet.Family, packet.Destination));
        writer.WriteString("protocol", ProtocolNames.NameOf(packet.Protocol));
        if (packet.Protocol is 6 or 17 or 33 or 132 or 136)
        {
            writer.WriteNumber("sourcePort", packet.SourcePort);
            writer.WriteNumber("destinationPort", packet.DestinationPort);
        }
        if (packet.Protocol == 6)
        {
            writer.WriteString("tcpFlags", TcpFlagWords.NameOf(packet.TcpFlags));
        }
        if (packet.Protocol is 1 or 58)
        {
            writer.WriteNumber("icmpType", packet.IcmpType);
            writer.WriteNumber("icmpCode", packet.IcmpCode);
        }
        writer.WriteKnown("sourceMac", packet.SourceMac?.ToString());
        writer.WriteKnown("destinationMac", packet.DestinationMac?.ToString());
        writer.WriteNumber("length", packet.Length);
        writer.WriteNumber("ttl", packet.HopLimit);
        writer.WriteEndObject();
    }

    private static void WriteCourse(Utf8JsonWriter writer, Course course)
    {
        writer.WriteStartObject();
        writer.WriteString("verdict", Word(course.Decision.Outcome));
        writer.WriteArray("if", course.Assumptions, (w, assumption) =>
        {
            w.WriteStartObject();
            w.WriteString("what", assumption.Text);
            w.WriteString("is", assumption.Answer);
            w.WriteEndObject();
        });
        writer.WriteNumber("zone", course.Decision.Zone);
        writer.WriteNumber("mark", course.Decision.Mark);
        writer.WriteArray("steps", course.Steps, WriteStep);
        writer.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter writer, TraceStep step)
    {
        writer.WriteStartObject();
        writer.WriteString("hook", step.Point.Hook.ToString().ToLowerInvariant());
        writer.WriteString("event", step.Event switch
        {
            TraceEvent.Passed => "passed",
            TraceEvent.MaybePassed => "maybe-passed",
            TraceEvent.Changed => "changed",
            TraceEvent.Jumped => "jumped",
            TraceEvent.WentTo => "went-to",
            TraceEvent.Returned => "returned",
            TraceEvent.Accepted => "accepted",
            TraceEvent.Dropped => "dropped",
            TraceEvent.Translated => "translated",
            TraceEvent.PolicyAccepted => "policy-accepted",
            TraceEvent.PolicyDropped => "policy-dropped",
            _ => "tracked",
        });
        writer.WriteNumber("depth", step.Depth);
        if (step.Place is { } place)
        {
            WritePlace(writer, place);
        }
        else if (step.Chain is { } chain)
        {
            writer.WriteString("table", step.Table);
            writer.WriteString("chain", chain.Name);
        }
        writer.WriteKnown("note", step.Note.Length > 0 ? step.Note : null);
        writer.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter writer, RulePlace place)
    {
        writer.WriteString("table", place.Table.Name);
        writer.WriteString("chain", place.Chain.Name);
        writer.WriteNumber("number", place.Number);
        writer.WriteString("match", RuleWords.Conditions(place.Rule));
        writer.WriteString("action", RuleWords.Action(place.Rule.Target));
        writer.WriteKnown("comment", place.Rule.Comment);
        if (place.Rule.Counters is { } counters)
        {
            writer.WriteNumber("packets", counters.Packets);
            writer.WriteNumber("bytes", counters.Bytes);
        }
    }
}
