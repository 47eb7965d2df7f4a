using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink.Protocol;

/// <summary>
/// Builds one netlink request: <c>struct nlmsghdr { u32 length; u16 type; u16 flags; u32 sequence; u32 port; }</c>, a fixed header
/// of the family, attributes. Numbers are in the machine's byte order but where a method says otherwise.
/// </summary>
internal sealed class MessageWriter
{
    public const int HeaderLength = 16;

    private byte[] _buffer = new byte[512];
    private int _length = HeaderLength;

    public MessageWriter(RouteMessage type, MessageFlags flags)
    {
        Type = type;
        Put((ushort)type, 4);
        Put((ushort)(flags | MessageFlags.NLM_F_REQUEST), 6);
    }

    public RouteMessage Type { get; }

    /// <summary>The request as it goes out, with <paramref name="sequence"/> filled in.</summary>
    public ReadOnlySpan<byte> Finish(uint sequence)
    {
        Put((uint)_length, 0);
        Put(sequence, 8);
        return _buffer.AsSpan(0, _length);
    }

    /// <summary>The family's fixed header, as in the C struct.</summary>
    public MessageWriter Header<T>(in T header)
        where T : unmanaged
    {
        MemoryMarshal.Write(Take(Unsafe.SizeOf<T>()), in header);
        return this;
    }

    public MessageWriter Attribute(int type, ReadOnlySpan<byte> value)
    {
        var start = _length;
        Take(4 + value.Length);
        Put((ushort)(4 + value.Length), start);
        Put((ushort)type, start + 2);
        value.CopyTo(_buffer.AsSpan(start + 4));
        return this;
    }

    public MessageWriter Attribute(int type, byte value) => Attribute(type, [value]);

    public MessageWriter Attribute(int type, ushort value) =>
        Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<ushort>(in value)));

    public MessageWriter Attribute(int type, int value) =>
        Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    public MessageWriter Attribute(int type, uint value) => Attribute(type, (int)value);

    public MessageWriter Attribute(int type, IPAddress value) => Attribute(type, value.GetAddressBytes());

    public MessageWriter Attribute(int type, MacAddress value)
    {
        Span<byte> octets = stackalloc byte[MacAddress.Length];
        value.CopyTo(octets);
        return Attribute(type, octets);
    }

    /// <summary>Text with the zero that ends it in C.</summary>
    public MessageWriter Attribute(int type, string value)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(value) + 1];
        Encoding.UTF8.GetBytes(value, bytes);
        return Attribute(type, bytes);
    }

    /// <summary>An attribute that holds what <paramref name="content"/> writes.</summary>
    public MessageWriter Nested(int type, Action content)
    {
        const int Nested = 0x8000; // NLA_F_NESTED
        var start = _length;
        Take(4);
        Put((ushort)(type | Nested), start + 2);
        content();
        Put((ushort)(_length - start), start);
        return this;
    }

    private void Put(ushort value, int offset) => MemoryMarshal.Write(_buffer.AsSpan(offset), in value);

    private void Put(uint value, int offset) => MemoryMarshal.Write(_buffer.AsSpan(offset), in value);

    /// <summary>The next <paramref name="count"/> bytes, zero; what follows starts at a multiple of 4.</summary>
    private Span<byte> Take(int count)
    {
        var start = _length;
        _length += AttributeReader.Align(count);
        if (_length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_length, 2 * _buffer.Length));
        }
        return _buffer.AsSpan(start, count);
    }
}
