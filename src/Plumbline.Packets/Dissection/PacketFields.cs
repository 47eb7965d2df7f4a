using System.Globalization;
using System.Net;
using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Packets.Dissection;

/// <summary>
/// The layers and fields of one packet, named as Wireshark names them. Used again for the next packet: it keeps numbers and offsets, and
/// makes texts only when asked.
/// </summary>
public sealed class PacketFields
{
    private const int MostFields = 2000;
    private const int MostLayers = 64;
    private readonly List<Field> _fields = [];
    private readonly List<(string Name, LayerOutcome Outcome)> _layers = [];

    /// <summary>In the packet's order.</summary>
    public IReadOnlyList<Field> Fields => _fields;

    /// <summary>From the outside to the inside: eth, vlan, ip, udp …, and how far each could be read.</summary>
    public IReadOnlyList<(string Name, LayerOutcome Outcome)> Layers => _layers;

    internal bool IsFull => _fields.Count >= MostFields || _layers.Count >= MostLayers;

    /// <summary>From here on it is the packet that an ICMP error quotes: its ports are told, no more of TCP.</summary>
    internal bool IsQuoting { get; set; }

    /// <summary>Dissects a frame.</summary>
    /// <param name="frame">From its first byte.</param>
    /// <param name="linkType">LINKTYPE_.</param>
    public void Read(ReadOnlySpan<byte> frame, int linkType)
    {
        _fields.Clear();
        _layers.Clear();
        IsQuoting = false;
        new PacketDissector(frame, this).Frame(linkType);
    }

    /// <summary>A field's value as text, as <c>tshark -T fields</c> prints it.</summary>
    /// <param name="field">One of <see cref="Fields"/>.</param>
    /// <param name="frame">The frame it was read from.</param>
    public static string TextOf(in Field field, ReadOnlySpan<byte> frame) => field.Kind switch
    {
        FieldKind.Number => field.Value.ToString(CultureInfo.InvariantCulture),
        FieldKind.Hex => "0x" + field.Value.ToString("x" + field.Length.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        FieldKind.Mac => new MacAddress(field.Value).ToString(),
        FieldKind.IPv4 => new InternetAddress(0, field.Value, false).ToString(),
        FieldKind.IPv6 => TextOfIPv6(frame.Slice(field.Offset, field.Length)),
        FieldKind.Text => Encoding.UTF8.GetString(frame.Slice(field.Offset, field.Length)).TrimEnd('\0'),
        FieldKind.Bytes => Convert.ToHexStringLower(frame.Slice(field.Offset, field.Length)),
        FieldKind.Fixed8 => (field.Value / 256m).ToString("0.########", CultureInfo.InvariantCulture),
        FieldKind.Name => DomainName.Read(frame[(int)field.Value..(field.Offset + field.Length)], field.Offset - (int)field.Value, out _) ?? "?",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A prefix may have fewer than 16 bytes.</summary>
    private static string TextOfIPv6(ReadOnlySpan<byte> bytes)
    {
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        bytes.CopyTo(address);
        return new IPAddress(address).ToString();
    }

    internal void StartLayer(string name) => _layers.Add((name, LayerOutcome.Whole));

    internal void EndLayer(LayerOutcome outcome) => _layers[^1] = (_layers[^1].Name, outcome);

    internal void Add(string name, FieldKind kind, ulong value, int offset, int length)
    {
        if (_fields.Count < MostFields)
        {
            _fields.Add(new(_layers.Count - 1, name, kind, value, offset, length));
        }
    }
}
