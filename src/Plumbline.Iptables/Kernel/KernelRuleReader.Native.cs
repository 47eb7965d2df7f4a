using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Plumbline.Primitives;
using static Plumbline.Iptables.KernelAttribute;

namespace Plumbline.Iptables;

/// <summary>
/// What iptables-nft says by nf_tables' own expressions: something is loaded, perhaps masked, and compared.
/// </summary>
public sealed partial class KernelRuleReader
{
    private const byte Tcp = 6, Udp = 17;

    private readonly byte[] _mask = new byte[16];
    private Load _load;
    private uint _register;
    private uint _offset;
    private int _length;
    private bool _isMasked;

    private enum Load
    {
        None,
        InName,
        OutName,
        Protocol,
        Mark,
        Network,
        Transport,
    }

    /// <summary>
    /// Of what was loaded nothing was asked: so iptables writes <c>-i +</c>, any device, which it prints as nothing.
    /// </summary>
    private bool DropLoad()
    {
        var isFine = _load == Load.None || _load is Load.InName or Load.OutName && !_isMasked;
        _load = Load.None;
        return isFine;
    }

    private void SetLoad(Load load, uint register, uint offset, int length) =>
        (_load, _register, _offset, _length, _isMasked) = (load, register, offset, length, false);

    private bool ReadMeta(ReadOnlySpan<byte> data)
    {
        var (register, key) = (0u, uint.MaxValue);
        var reader = new KernelAttributes(data);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NFTA_META_DREG:
                    register = reader.UInt32();
                    break;
                case NFTA_META_KEY:
                    key = reader.UInt32();
                    break;
                default:
                    return false;   // something is set, not asked
            }
        }
        var (load, length) = key switch
        {
            NFT_META_IIFNAME => (Load.InName, 16),
            NFT_META_OIFNAME => (Load.OutName, 16),
            NFT_META_L4PROTO => (Load.Protocol, 1),
            NFT_META_MARK => (Load.Mark, 4),
            _ => (Load.None, 0),
        };
        SetLoad(load, register, 0, length);
        return load != Load.None && register != 0;
    }

    private bool ReadPayload(ReadOnlySpan<byte> data)
    {
        uint register = 0, header = 0, offset = 0, length = 0;
        var reader = new KernelAttributes(data);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NFTA_PAYLOAD_DREG:
                    register = reader.UInt32();
                    break;
                case NFTA_PAYLOAD_BASE:
                    header = reader.UInt32();
                    break;
                case NFTA_PAYLOAD_OFFSET:
                    offset = reader.UInt32();
                    break;
                case NFTA_PAYLOAD_LEN:
                    length = reader.UInt32();
                    break;
                default:
                    return false;
            }
        }
        var load = header switch
        {
            NFT_PAYLOAD_NETWORK_HEADER => Load.Network,
            NFT_PAYLOAD_TRANSPORT_HEADER => Load.Transport,
            _ => Load.None,
        };
        if (load == Load.None || register == 0 || length is 0 or > 16)
        {
            return false;
        }
        // what follows the fixed header's fields is for options
        var isProtocol = load == Load.Network && family == IPFamily.IPv4 && offset == 9 && length == 1;
        SetLoad(isProtocol ? Load.Protocol : load, register, offset, (int)length);
        return true;
    }

    private bool ReadBitwise(ReadOnlySpan<byte> data)
    {
        uint from = 0, to = 0, length = 0;
        ReadOnlySpan<byte> mask = default, xor = default;
        var reader = new KernelAttributes(data);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NFTA_BITWISE_SREG:
                    from = reader.UInt32();
                    break;
                case NFTA_BITWISE_DREG:
                    to = reader.UInt32();
                    break;
                case NFTA_BITWISE_LEN:
                    length = reader.UInt32();
                    break;
                case NFTA_BITWISE_MASK:
                    mask = KernelAttributes.Find(reader.Value, NFTA_DATA_VALUE);
                    break;
                case NFTA_BITWISE_XOR:
                    xor = KernelAttributes.Find(reader.Value, NFTA_DATA_VALUE);
                    break;
                case NFTA_BITWISE_OP when reader.UInt32() == 0:
                    break;
                default:
                    return false;
            }
        }
        if (_load == Load.None || _isMasked || from != _register || length != _length || mask.Length != _length
            || xor.Length != _length || xor.ContainsAnyExcept((byte)0))
        {
            return false;
        }
        mask.CopyTo(_mask);
        (_isMasked, _register) = (true, to);
        return true;
    }

    private bool ReadComparison(ReadOnlySpan<byte> data)
    {
        uint register = 0, operation = uint.MaxValue;
        ReadOnlySpan<byte> value = default;
        var reader = new KernelAttributes(data);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NFTA_CMP_SREG:
                    register = reader.UInt32();
                    break;
                case NFTA_CMP_OP:
                    operation = reader.UInt32();
                    break;
                case NFTA_CMP_DATA:
                    value = KernelAttributes.Find(reader.Value, NFTA_DATA_VALUE);
                    break;
                default:
                    return false;
            }
        }
        var load = _load;
        _load = Load.None;
        if (register == _register && operation > NFT_CMP_NEQ)
        {
            return load == Load.Transport && ReadHalf(value, operation);
        }
        if (register != _register)
        {
            return false;
        }
        var isInverted = operation == NFT_CMP_NEQ;
        switch (load)
        {
            case Load.InName when _in is null && !_isMasked && DeviceOf(value) is { } device:
                _in = new InInterfaceMatch { Interface = device, IsInverted = isInverted };
                return true;
            case Load.OutName when _out is null && !_isMasked && DeviceOf(value) is { } device:
                _out = new OutInterfaceMatch { Interface = device, IsInverted = isInverted };
                return true;
            case Load.Protocol when _protocol is null && !_isMasked && value.Length == 1 && value[0] != 0:
                _protocol = new() { Number = value[0], IsInverted = isInverted };
                return true;
            case Load.Mark when value.Length == sizeof(uint):
                _modules.Add(new MarkMatch
                {
                    Value = MemoryMarshal.Read<uint>(value),
                    Mask = _isMasked ? MemoryMarshal.Read<uint>(_mask) : uint.MaxValue,
                    IsInverted = isInverted,
                });
                return true;
            case Load.Network:
                return value.Length == _length && ReadNetwork(value, isInverted);
            case Load.Transport:
                return value.Length == _length && ReadTransport(value, isInverted);
            default:
                return false;
        }
    }

    /// <summary>A name with the zero behind it, or the beginning of one.</summary>
    private static InterfaceName? DeviceOf(ReadOnlySpan<byte> value)
    {
        var name = KernelAttributes.Text(value);
        if (name.Length is 0 or > 15 || name.ContainsAny("+ \"\\'"u8) || !System.Text.Ascii.IsValid(name))
        {
            return null;
        }
        return new(Encoding.ASCII.GetString(name), IsPrefix: name.Length == value.Length);
    }

    private bool ReadNetwork(ReadOnlySpan<byte> value, bool isInverted)
    {
        var isSix = family == IPFamily.IPv6;
        var (source, destination, most) = isSix ? (8u, 24u, 16) : (12u, 16u, 4);
        if (_offset == 6 && !isSix && _length == 2)
        {
            if (!_isMasked || _mask[0] != 0x1F || _mask[1] != 0xFF || value.ContainsAnyExcept((byte)0)
                || _fragment is not null)
            {
                return false;
            }
            _fragment = new FragmentMatch { IsInverted = !isInverted };
            return true;
        }
        if (_offset != source && _offset != destination || _length > most)
        {
            return false;
        }
        Span<byte> bits = stackalloc byte[16];
        bits.Clear();
        value.CopyTo(bits[(16 - most)..]);
        var address = Number128.Read(bits);
        bits.Clear();
        if (_isMasked)
        {
            _mask.AsSpan(0, _length).CopyTo(bits[(16 - most)..]);
        }
        else
        {
            bits.Slice(16 - most, _length).Fill(0xFF);
        }
        var mask = Number128.Read(bits);
        if ((address & ~mask) != 0)
        {
            return false;   // which is never true
        }
        var masked = new MaskedAddress(family, address, mask);
        if (_offset == source)
        {
            var isFirst = _source is null;
            _source = new SourceMatch { Address = masked, IsInverted = isInverted };
            return isFirst;
        }
        var isOnly = _destination is null;
        _destination = new DestinationMatch { Address = masked, IsInverted = isInverted };
        return isOnly;
    }

    private bool ReadTransport(ReadOnlySpan<byte> value, bool isInverted)
    {
        if (_offset == 13 && _length == 1 && _isMasked && _protocol is { Number: Tcp, IsInverted: false })
        {
            return (_mask[0] & ~(int)TcpFlags.All) == 0 && (value[0] & ~_mask[0]) == 0
                && Put(new TcpMatch { Flags = new(new((TcpFlags)_mask[0], (TcpFlags)value[0]), isInverted) });
        }
        if (_offset == 0 && _length == 2 * sizeof(ushort) && !_isMasked && !isInverted)
        {
            // both ports at once
            var isFirst = PutPorts(new(BinaryPrimitives.ReadUInt16BigEndian(value)), false);
            _offset = 2;
            return isFirst && PutPorts(new(BinaryPrimitives.ReadUInt16BigEndian(value[2..])), false);
        }
        if (_length != sizeof(ushort) || _isMasked)
        {
            return false;
        }
        var port = BinaryPrimitives.ReadUInt16BigEndian(value);
        return PutPorts(new(port), isInverted);
    }

    /// <summary>A range of ports that begins with the least, or ends with the greatest.</summary>
    private bool ReadHalf(ReadOnlySpan<byte> value, uint operation)
    {
        if (value.Length != sizeof(ushort) || _length != sizeof(ushort) || _isMasked)
        {
            return false;
        }
        var port = BinaryPrimitives.ReadUInt16BigEndian(value);
        return operation switch
        {
            NFT_CMP_LT when port > 1 => PutPorts(new(0, (ushort)(port - 1)), false),
            NFT_CMP_LTE => PutPorts(new(0, port), false),
            NFT_CMP_GT when port < ushort.MaxValue => PutPorts(new((ushort)(port + 1), ushort.MaxValue), false),
            NFT_CMP_GTE => PutPorts(new(port, ushort.MaxValue), false),
            _ => false,
        };
    }

    private bool ReadRange(ReadOnlySpan<byte> data)
    {
        uint register = 0, operation = uint.MaxValue;
        ReadOnlySpan<byte> from = default, to = default;
        var reader = new KernelAttributes(data);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NFTA_RANGE_SREG:
                    register = reader.UInt32();
                    break;
                case NFTA_RANGE_OP:
                    operation = reader.UInt32();
                    break;
                case NFTA_RANGE_FROM_DATA:
                    from = KernelAttributes.Find(reader.Value, NFTA_DATA_VALUE);
                    break;
                case NFTA_RANGE_TO_DATA:
                    to = KernelAttributes.Find(reader.Value, NFTA_DATA_VALUE);
                    break;
                default:
                    return false;
            }
        }
        var load = _load;
        _load = Load.None;
        return load == Load.Transport && register == _register && operation is NFT_CMP_EQ or NFT_CMP_NEQ && !_isMasked
            && _length == sizeof(ushort) && from.Length == sizeof(ushort) && to.Length == sizeof(ushort)
            && PutPorts(
                new(BinaryPrimitives.ReadUInt16BigEndian(from), BinaryPrimitives.ReadUInt16BigEndian(to)),
                operation == NFT_CMP_NEQ);
    }

    private bool PutPorts(PortRange ports, bool isInverted)
    {
        var condition = new Condition<PortRange>(ports, isInverted);
        TransportMatch? match = (_offset, _protocol) switch
        {
            (0, { Number: Tcp, IsInverted: false }) => new TcpMatch { SourcePorts = condition },
            (2, { Number: Tcp, IsInverted: false }) => new TcpMatch { DestinationPorts = condition },
            (0, { Number: Udp, IsInverted: false }) => new UdpMatch { SourcePorts = condition },
            (2, { Number: Udp, IsInverted: false }) => new UdpMatch { DestinationPorts = condition },
            _ => null,
        };
        return match is not null && Put(match);
    }

    /// <summary>Into the one match of the protocol's module, which stands where its first condition stood.</summary>
    private bool Put(TransportMatch part)
    {
        for (var i = 0; i < _modules.Count; i++)
        {
            if (_modules[i] is TransportMatch whole && whole.GetType() == part.GetType())
            {
                if (whole.SourcePorts is not null && part.SourcePorts is not null
                    || whole.DestinationPorts is not null && part.DestinationPorts is not null
                    || whole is TcpMatch { Flags: not null } && part is TcpMatch { Flags: not null })
                {
                    return false;
                }
                var both = whole with
                {
                    SourcePorts = part.SourcePorts ?? whole.SourcePorts,
                    DestinationPorts = part.DestinationPorts ?? whole.DestinationPorts,
                };
                _modules[i] = both is TcpMatch tcp && part is TcpMatch { Flags: { } flags }
                    ? tcp with { Flags = flags } : both;
                return true;
            }
        }
        _modules.Add(part);
        return true;
    }
}
