using System.Buffers.Binary;
using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Dissection;

/// <summary>
/// Walks down a packet and notes the fields of each layer; one method a layer, one file a floor. It reads what is there: a layer that ends
/// early is marked, nothing throws. Each method gets where its layer starts and ends in the frame.
/// </summary>
internal readonly ref partial struct PacketDissector(ReadOnlySpan<byte> frame, PacketFields fields)
{
    private readonly ReadOnlySpan<byte> _frame = frame;
    private readonly PacketFields _fields = fields;

    public void Frame(int linkType)
    {
        switch (linkType)
        {
            case LinkTypes.Ethernet: Ethernet(0, _frame.Length); break;
            case LinkTypes.LinuxCooked: Cooked(16, 14); break;
            case LinkTypes.LinuxCooked2: Cooked(20, 0); break;
            case LinkTypes.Null or LinkTypes.Loop when _frame.Length > 4: Ip(4, _frame.Length); break;
            case LinkTypes.Raw or LinkTypes.OldRaw or LinkTypes.OpenBsdRaw or LinkTypes.IPv4 or LinkTypes.IPv6 when _frame.Length > 0:
                Ip(0, _frame.Length);
                break;
            default: break;
        }
    }

    private void Cooked(int length, int typeAt)
    {
        if (Start("sll", 0, _frame.Length, length))
        {
            Hex16("sll.etype", typeAt);
            Payload((EtherType)Word(typeAt), length, _frame.Length);
        }
    }

    private void Ip(int at, int end) => Payload(_frame[at] >> 4 == 6 ? EtherType.IPv6 : EtherType.IPv4, at, end);

    /// <summary>Opens a layer; false, and marked, where its header is not there.</summary>
    private bool Start(string name, int at, int end, int needed)
    {
        if (_fields.IsFull)
        {
            return false;
        }
        _fields.StartLayer(name);
        if (end - at < needed)
        {
            _fields.EndLayer(LayerOutcome.CutShort);
            return false;
        }
        return true;
    }

    private bool Malformed()
    {
        _fields.EndLayer(LayerOutcome.Malformed);
        return false;
    }

    private void CutShort() => _fields.EndLayer(LayerOutcome.CutShort);

    private int Word(int at) => BinaryPrimitives.ReadUInt16BigEndian(_frame[at..]);

    private uint Long(int at) => BinaryPrimitives.ReadUInt32BigEndian(_frame[at..]);

    private void Number(string name, ulong value, int at, int length) => _fields.Add(name, FieldKind.Number, value, at, length);

    private void Number8(string name, int at) => Number(name, _frame[at], at, 1);

    private void Number16(string name, int at) => Number(name, (ulong)Word(at), at, 2);

    private void Number32(string name, int at) => Number(name, Long(at), at, 4);

    private void Flag(string name, bool value, int at) => Number(name, value ? 1UL : 0, at, 1);

    private void Hex(string name, ulong value, int at, int digits) => _fields.Add(name, FieldKind.Hex, value, at, digits);

    private void Hex8(string name, int at) => Hex(name, _frame[at], at, 2);

    private void Hex16(string name, int at) => Hex(name, (ulong)Word(at), at, 4);

    private void Hex32(string name, int at) => Hex(name, Long(at), at, 8);

    private void Mac(string name, int at) => _fields.Add(name, FieldKind.Mac, Primitives.MacAddress.Read(_frame[at..]).Value, at, 6);

    private void IPv4(string name, int at) => _fields.Add(name, FieldKind.IPv4, Long(at), at, 4);

    private void IPv6(string name, int at) => _fields.Add(name, FieldKind.IPv6, 0, at, 16);

    private void Bytes(string name, int at, int length) => _fields.Add(name, FieldKind.Bytes, 0, at, length);

    private void Fixed8(string name, int at) => _fields.Add(name, FieldKind.Fixed8, (ulong)Word(at), at, 2);

    private void Text(string name, int at, int length) => _fields.Add(name, FieldKind.Text, 0, at, length);
}
