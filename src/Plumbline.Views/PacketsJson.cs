using System.Text.Json;
using Plumbline.Packets;
using Plumbline.Packets.Dissection;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Views;

/// <summary><c>plumb packets --json</c>: one object a line, a packet each; docs/packets.md is its schema.</summary>
public sealed class PacketsJson : IDisposable
{
    private static readonly JsonWriterOptions _options = new() { SkipValidation = true };
    private readonly PacketFields _fields = new();
    private readonly BufferedStream _output;
    private readonly Utf8JsonWriter _writer;
    private readonly IReadOnlyList<CapturedInterface> _interfaces;

    /// <summary>Writes to <paramref name="output"/>; <paramref name="interfaces"/> may grow.</summary>
    public PacketsJson(Stream output, IReadOnlyList<CapturedInterface> interfaces)
    {
        _output = new(output, 1 << 16);
        _writer = new(_output, _options);
        _interfaces = interfaces;
    }

    /// <summary>Adds a packet's line.</summary>
    public void Add(long number, in PacketView packet, in FrameHeaders headers, IReadOnlyDictionary<System.Net.IPAddress, string> names)
    {
        _fields.Read(packet.Data, packet.LinkType);
        _writer.WriteStartObject();
        _writer.WriteNumber("number", number);
        if (packet.TimestampNanoseconds is { } time)
        {
            _writer.WriteString("time", FlowsJson.TimeText(time));
        }
        _writer.WriteString("interface", _interfaces[packet.Interface].Name ?? PacketWords.Number(packet.Interface));
        _writer.WriteNumber("length", packet.OriginalLength);
        if (packet.Data.Length != packet.OriginalLength)
        {
            _writer.WriteNumber("kept", packet.Data.Length);
        }
        if (packet.HasOptions)
        {
            WriteOptions(packet);
        }
        WriteName("sourceName", headers, headers.Source, names);
        WriteName("destinationName", headers, headers.Destination, names);
        _writer.WriteString("summary", PacketSummary.Of(packet.Data, packet.LinkType, names).ToString());
        WriteLayers(packet.Data);
        _writer.WriteEndObject();
        _writer.Flush();
        _writer.Reset();
        _output.WriteByte((byte)'\n');
    }

    /// <summary>Writes what is waiting.</summary>
    public void Flush() => _output.Flush();

    /// <summary>Leaves the stream open, and what was not flushed unwritten: its reader may have gone.</summary>
    public void Dispose() => _writer.Dispose();

    private void WriteOptions(in PacketView packet)
    {
        if (packet.Direction is PacketDirection.Inbound or PacketDirection.Outbound)
        {
            _writer.WriteString("direction", packet.Direction == PacketDirection.Inbound ? "in" : "out");
        }
        if (packet.Comment is { } comment)
        {
            _writer.WriteString("comment", comment);
        }
    }

    private void WriteName(
        string member, in FrameHeaders headers, InternetAddress address, IReadOnlyDictionary<System.Net.IPAddress, string> names)
    {
        if (headers.IpVersion > 0 && names.Count > 0 && names.TryGetValue(address.ToIPAddress(), out var name))
        {
            _writer.WriteString(member, name);
        }
    }

    private void WriteLayers(ReadOnlySpan<byte> frame)
    {
        _writer.WriteStartArray("layers");
        var field = 0;
        for (var layer = 0; layer < _fields.Layers.Count; layer++)
        {
            var (name, outcome) = _fields.Layers[layer];
            _writer.WriteStartObject();
            _writer.WriteString("protocol", name);
            if (outcome != LayerOutcome.Whole)
            {
                _writer.WriteString("state", outcome == LayerOutcome.CutShort ? "cut-short" : "malformed");
            }
            _writer.WriteStartArray("fields");
            for (; field < _fields.Fields.Count && _fields.Fields[field].Layer == layer; field++)
            {
                var one = _fields.Fields[field];
                _writer.WriteStartArray();
                _writer.WriteStringValue(one.Name);
                if (one.Kind == FieldKind.Number)
                {
                    _writer.WriteNumberValue(one.Value);
                }
                else
                {
                    _writer.WriteStringValue(PacketFields.TextOf(one, frame));
                }
                _writer.WriteEndArray();
            }
            _writer.WriteEndArray();
            _writer.WriteEndObject();
        }
        _writer.WriteEndArray();
    }
}
