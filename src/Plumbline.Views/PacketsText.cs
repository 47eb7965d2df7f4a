using Plumbline.Packets;
using Plumbline.Packets.Listing;
using Plumbline.Packets.Pcapng;
using Plumbline.Primitives;

namespace Plumbline.Views;

/// <summary>Packets one a line (<c>plumb packets</c>): bytes in bulk, for files of any size.</summary>
public sealed class PacketsText
{
    private const int Full = 1 << 18;
    private readonly PacketLister _lister = new(TimeZoneInfo.Local);
    private readonly LineBuffer _lines = new();
    private readonly Stream _output;
    private readonly IReadOnlyList<CapturedInterface> _interfaces;
    private int _knownNames = -1;

    /// <summary>Writes to <paramref name="output"/>; <paramref name="interfaces"/> may grow.</summary>
    public PacketsText(Stream output, IReadOnlyList<CapturedInterface> interfaces) => (_output, _interfaces) = (output, interfaces);

    /// <summary>Adds a packet's line.</summary>
    public void Add(in PacketView packet, in FrameHeaders headers, IReadOnlyDictionary<System.Net.IPAddress, string> names)
    {
        if (names.Count != _knownNames)
        {
            _knownNames = names.Count;
            _lister.SetNames(names);
        }
        _lister.AppendTime(_lines, packet.TimestampNanoseconds);
        _lines.Append("  "u8);
        if (_interfaces.Count > 1)
        {
            var place = _interfaces[packet.Interface];
            _lines.Append("["u8).Append(place.Name is { } name ? Printable.Escape(name) : PacketWords.Number(packet.Interface)).Append("]  "u8);
        }
        _lister.AppendSummary(_lines, packet, headers);
        if (packet.HasOptions && packet.Comment is { } comment)
        {
            _lines.Append("  # "u8).Append(Printable.Escape(comment));
        }
        _lines.Append("\n"u8);
        if (_lines.Length >= Full)
        {
            Flush();
        }
    }

    /// <summary>Writes what is waiting.</summary>
    public void Flush()
    {
        if (_lines.Length > 0)
        {
            _output.Write(_lines.Written);
            _lines.Clear();
        }
        _output.Flush();
    }
}
