using System.Text.Json;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>Classes of packets and single packets as JSON.</summary>
internal static class PacketJson
{
    /// <summary>Writes the class; a field that is absent can be anything.</summary>
    public static void Write(Utf8JsonWriter writer, PacketBox box, IPFamily family)
    {
        writer.WriteStartObject();
        writer.WriteString("text", BoxText.Of(box, family));
        Numbers("protocols", box.Protocols);
        Numbers("destinationPorts", box.DestinationPorts);
        Numbers("sourcePorts", box.SourcePorts);
        Numbers("icmpTypes", box.IcmpTypes);
        Numbers("icmpCodes", box.IcmpCodes);
        Addresses("sources", box.Sources);
        Addresses("destinations", box.Destinations);
        if (box.SourceMacs is { } macs)
        {
            writer.WriteStrings("sourceMacs", [.. macs.Select(m => m.First == m.Last ? m.First.ToString() : $"{m.First}-{m.Last}")]);
        }
        writer.WriteEndObject();

        void Numbers(string name, ValueList<NumberRange>? ranges)
        {
            if (ranges is not null)
            {
                writer.WriteStrings(name, [.. ranges.Select(r => r.ToString().Replace(':', '-'))]);
            }
        }

        void Addresses(string name, ValueList<AddressRange>? ranges)
        {
            if (ranges is not null)
            {
                writer.WriteStrings(name, [.. ranges.Select(BoxText.Range)]);
            }
        }
    }

    /// <summary>Writes the rule or policy that decides; nothing where none does.</summary>
    public static void Write(Utf8JsonWriter writer, string name, DecidingRule? by)
    {
        if (by is null)
        {
            return;
        }
        writer.WriteStartObject(name);
        writer.WriteString("table", by.Table);
        writer.WriteString("chain", by.Chain);
        if (by.Rule is { } rule)
        {
            writer.WriteNumber("number", by.Number);
            writer.WriteString("rule", RulesetRenderer.Save(rule));
        }
        writer.WriteEndObject();
    }

    /// <summary>Writes the packet.</summary>
    public static void Write(Utf8JsonWriter writer, SymbolicPacket packet)
    {
        var header = packet.Header;
        writer.WriteStartObject();
        writer.WriteString("text", BoxText.Of(packet));
        writer.WriteString("family", header.Family == IPFamily.IPv4 ? "IPv4" : "IPv6");
        writer.WriteNumber("protocol", header.Protocol);
        writer.WriteString("source", new AddressRange(header.Family, header.Source, header.Source).ToString());
        writer.WriteString("destination", new AddressRange(header.Family, header.Destination, header.Destination).ToString());
        writer.WriteNumber("sourcePort", header.SourcePort);
        writer.WriteNumber("destinationPort", header.DestinationPort);
        writer.WriteNumber("icmpType", header.IcmpType);
        writer.WriteNumber("icmpCode", header.IcmpCode);
        writer.WriteNumber("tcpFlags", (int)header.TcpFlags);
        writer.WriteKnown("sourceMac", header.SourceMac?.ToString());
        writer.WriteString("state", packet.Connection.State.ToString().ToUpperInvariant());
        writer.WriteNumber("mark", header.Mark);
        if (packet.Point is { } point)
        {
            writer.WriteKnown("in", point.In);
            writer.WriteKnown("out", point.Out);
            writer.WriteKnown("physdevIn", point.PhysicalIn);
            writer.WriteKnown("physdevOut", point.PhysicalOut);
        }
        writer.WriteEndObject();
    }
}
