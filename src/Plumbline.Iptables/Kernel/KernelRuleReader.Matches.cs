using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary>
/// Matches of modules: their C structs (linux/netfilter/xt_*.h), in the machine's byte order but where a name says
/// otherwise.
/// </summary>
public sealed partial class KernelRuleReader
{
    /// <summary>IFNAMSIZ.</summary>
    private const int NameLength = 16;

    private bool ReadMatch(ReadOnlySpan<byte> name, uint revision, ReadOnlySpan<byte> info)
    {
        Span<char> text = stackalloc char[32];
        if (name.Length > text.Length || !System.Text.Ascii.IsValid(name))
        {
            return false;
        }
        var match = (ReadOnlySpan<char>)text[..Encoding.ASCII.GetChars(name, text)] switch
        {
            "comment" when revision == 0 && info.Length == 256 => CommentOf(info),
            "physdev" when revision == 0 && IsSize(info, 66) => Physdev(info),
            "conntrack" when revision is 1 or 2 or 3 => Conntrack(info, revision),
            "state" when revision == 0 && IsSize(info, 4) => State(info),
            "tcp" when revision == 0 && IsSize(info, 12) => TcpOf(info),
            "udp" when revision == 0 && IsSize(info, 10) => UdpOf(info),
            "sctp" when revision == 0 && IsSize(info, 292) => Sctp(info),
            "icmp" when revision == 0 && IsSize(info, 4) && family == IPFamily.IPv4 => Icmp(info),
            "icmp6" when revision == 0 && IsSize(info, 4) && family == IPFamily.IPv6 => Icmp(info),
            "multiport" when revision == 1 && IsSize(info, 48) => Multiport(info),
            "set" when revision == 1 && IsSize(info, 4) => Set(info, 0),
            "set" when revision == 4 && IsSize(info, 44) && !info[4..40].ContainsAnyExcept((byte)0) =>
                Set(info, UInt32(info, 40)),
            "mac" when revision == 0 && IsSize(info, 12) =>
                new MacMatch { Source = MacAddress.Read(info), IsInverted = IsSet(info, 8) },
            "mark" when revision == 1 && IsSize(info, 12) =>
                new MarkMatch { Value = UInt32(info, 0), Mask = UInt32(info, 4), IsInverted = info[8] != 0 },
            "connmark" when revision == 1 && IsSize(info, 12) =>
                new ConnmarkMatch { Value = UInt32(info, 0), Mask = UInt32(info, 4), IsInverted = info[8] != 0 },
            "limit" when revision == 0 && info.Length == 40 && UInt32(info, 0) > 0 =>
                new LimitMatch { Interval = UInt32(info, 0), Burst = UInt32(info, 4) },
            "pkttype" when revision == 0 && info.Length == 8 && UInt32(info, 0) <= 2 =>
                new PkttypeMatch { Type = (PacketType)UInt32(info, 0), IsInverted = IsSet(info, 4) },
            "addrtype" when revision == 1 && info.Length == 8 => Addrtype(info),
            "length" when revision == 0 && IsSize(info, 6) =>
                new LengthMatch { Length = new(UInt16(info, 0), UInt16(info, 2)), IsInverted = info[4] != 0 },
            "iprange" when revision == 1 && IsSize(info, 68) => Iprange(info),
            "ttl" when revision == 0 && IsSize(info, 2) && family == IPFamily.IPv4 => HopLimit("ttl", info),
            "hl" when revision == 0 && IsSize(info, 2) && family == IPFamily.IPv6 => HopLimit("hl", info),
            _ => (Match?)null,
        };
        if (match is null)
        {
            return false;
        }
        _modules.Add(match);
        return true;
    }

    /// <summary><c>u8 mode, ttl;</c></summary>
    private static UnknownMatch? HopLimit(string module, ReadOnlySpan<byte> info)
    {
        var option = info[0] switch
        {
            0 => $"--{module}-eq ",
            1 => $"! --{module}-eq ",
            2 => $"--{module}-lt ",
            3 => $"--{module}-gt ",
            _ => null,
        };
        var value = info[1].ToString(CultureInfo.InvariantCulture);
        return option is null ? null : new() { Module = module, Text = option + value };
    }

    /// <summary>XT_ALIGN: the kernel tells structs with what fills them up to 8 bytes; 32-bit ones to 4.</summary>
    private static bool IsSize(ReadOnlySpan<byte> info, int size) => info.Length == ((size + 7) & ~7);

    private static ushort UInt16(ReadOnlySpan<byte> info, int offset) => MemoryMarshal.Read<ushort>(info[offset..]);

    private static uint UInt32(ReadOnlySpan<byte> info, int offset) => MemoryMarshal.Read<uint>(info[offset..]);

    private static bool IsSet(ReadOnlySpan<byte> info, int offset) => UInt32(info, offset) != 0;

    /// <summary><c>char in[16], in_mask[16], out[16], out_mask[16]; u8 invert, bitmask;</c></summary>
    private static PhysdevMatch? Physdev(ReadOnlySpan<byte> info)
    {
        const int In = 1, Out = 2, Bridged = 4, IsIn = 8, IsOut = 16;
        var (invert, asked) = (info[64], info[65]);
        if (asked == 0 || (asked & ~31) != 0)
        {
            return null;
        }
        bool? Flag(int bit) => (asked & bit) == 0 ? null : (invert & bit) == 0;
        Condition<InterfaceName>? input = null, output = null;
        if ((asked & In) != 0)
        {
            if (MaskedName(info[..32]) is not { } name)
            {
                return null;
            }
            input = new(name, (invert & In) != 0);
        }
        if ((asked & Out) != 0)
        {
            if (MaskedName(info[32..64]) is not { } name)
            {
                return null;
            }
            output = new(name, (invert & Out) != 0);
        }
        return new() { In = input, Out = output, IsBridged = Flag(Bridged), IsIn = Flag(IsIn), IsOut = Flag(IsOut) };
    }

    /// <summary>A name and which of its bytes count: with the zero behind it, or those before a <c>+</c>.</summary>
    private static InterfaceName? MaskedName(ReadOnlySpan<byte> pair)
    {
        var name = KernelAttributes.Text(pair[..NameLength]);
        var mask = pair[NameLength..];
        var counted = mask.IndexOfAnyExcept((byte)0xFF) is var end and >= 0 ? end : NameLength;
        if (name.Length == 0 || mask[counted..].ContainsAnyExcept((byte)0))
        {
            return null;
        }
        var isPrefix = name[^1] == '+';
        if (counted != (isPrefix ? name.Length - 1 : name.Length + 1))
        {
            return null;
        }
        if (isPrefix && name.Length == 1)
        {
            return new("", true);
        }
        return DeviceOf(isPrefix ? name[..^1] : pair[..(name.Length + 1)]);
    }

    private static TcpMatch? TcpOf(ReadOnlySpan<byte> info)
    {
        const int Source = 1, Destination = 2, Flags = 4, Option = 8;
        var invert = info[11];
        if (!Ports(info, (invert & Source) != 0, out var source)
            || !Ports(info[4..], (invert & Destination) != 0, out var destination)
            || (info[9] & ~(int)TcpFlags.All) != 0 || (info[10] & ~info[9]) != 0 || invert > 15
            || info[8] == 0 && (invert & Option) != 0 || info[9] == 0 && (invert & Flags) != 0)
        {
            return null;
        }
        return new()
        {
            SourcePorts = source,
            DestinationPorts = destination,
            Option = info[8] == 0 ? null : new(info[8], (invert & Option) != 0),
            Flags = info[9] == 0 ? null : new(new((TcpFlags)info[9], (TcpFlags)info[10]), (invert & Flags) != 0),
        };
    }

    private static UdpMatch? UdpOf(ReadOnlySpan<byte> info) =>
        Ports(info, (info[8] & 1) != 0, out var source)
        && Ports(info[4..], (info[8] & 2) != 0, out var destination)
        && info[8] <= 3
            ? new() { SourcePorts = source, DestinationPorts = destination } : null;

    /// <summary>
    /// <c>u16 dpts[2], spts[2]; u32 chunkmap[64], chunk_match_type; u8 flag_info[4][3]; int flag_count; u32 flags,
    /// invflags;</c>
    /// </summary>
    private static SctpMatch? Sctp(ReadOnlySpan<byte> info)
    {
        const uint Source = 1, Destination = 2, Chunks = 4;
        var (flags, invert) = (UInt32(info, 284), UInt32(info, 288));
        if ((flags & Chunks) != 0 || flags > 7)
        {
            return null;
        }
        Condition<PortRange>? Of(ReadOnlySpan<byte> pair, uint bit) => (flags & bit) == 0
            ? null : new(new(UInt16(pair, 0), UInt16(pair, 2)), (invert & bit) != 0);
        return new() { SourcePorts = Of(info[4..], Source), DestinationPorts = Of(info, Destination) };
    }

    /// <summary>False where all ports are negated: iptables prints nothing of it.</summary>
    private static bool Ports(ReadOnlySpan<byte> pair, bool isInverted, out Condition<PortRange>? ports)
    {
        var range = new PortRange(UInt16(pair, 0), UInt16(pair, 2));
        var isAll = range is { First: 0, Last: ushort.MaxValue };
        ports = isAll ? null : new(range, isInverted);
        return !(isAll && isInverted) && range.First <= range.Last;
    }

    /// <summary><c>u8 type, code[2], invflags;</c></summary>
    private IcmpTypeMatch? Icmp(ReadOnlySpan<byte> info)
    {
        var isAny = info[0] == 255;
        var isAnyCode = (info[1], info[2]) == (0, 255);
        if (info[3] > 1 || info[1] != info[2] && !isAnyCode || isAny && (!isAnyCode || family == IPFamily.IPv6))
        {
            return null;
        }
        byte? type = isAny ? null : info[0];
        return family == IPFamily.IPv4
            ? new IcmpMatch { Type = type, FirstCode = info[1], LastCode = info[2], IsInverted = info[3] != 0 }
            : new Icmpv6Match { Type = type, FirstCode = info[1], LastCode = info[2], IsInverted = info[3] != 0 };
    }

    /// <summary><c>u8 flags, count; u16 ports[15]; u8 pflags[15], invert;</c></summary>
    private static MultiportMatch? Multiport(ReadOnlySpan<byte> info)
    {
        const int Flags = 32;
        var count = info[1];
        if (info[0] > 2 || count is 0 or > 15)
        {
            return null;
        }
        var ports = new List<PortRange>(count);
        for (var i = 0; i < count; i++)
        {
            var first = UInt16(info, 2 + 2 * i);
            if (info[Flags + i] == 0)
            {
                ports.Add(new(first));
            }
            else if (++i < count)
            {
                ports.Add(new(first, UInt16(info, 2 + 2 * i)));
            }
            else
            {
                return null;
            }
        }
        var kind = info[0] switch
        {
            0 => MultiportKind.Source,
            1 => MultiportKind.Destination,
            _ => MultiportKind.Either,
        };
        return new() { Kind = kind, Ports = [.. ports], IsInverted = info[47] != 0 };
    }

    /// <summary>
    /// <c>u16 index; u8 dim, flags;</c>, and in later revisions what is asked of counters, and more flags.
    /// </summary>
    private SetMatch? Set(ReadOnlySpan<byte> info, uint options)
    {
        const uint ReturnNomatch = 1 << 7;
        var (index, dimensions, flags) = (UInt16(info, 0), info[2], info[3]);
        if (dimensions is 0 or > 6 || (options & ~ReturnNomatch) != 0 || (flags & 0x80) != 0)
        {
            return null;
        }
        if (!_sets.TryGetValue(index, out var name))
        {
            _sets[index] = name = findSet(index);
        }
        if (name is null)
        {
            return null;
        }
        var directions = new SetDirection[dimensions];
        for (var i = 0; i < directions.Length; i++)
        {
            directions[i] = (flags >> (i + 1) & 1) != 0 ? SetDirection.Source : SetDirection.Destination;
        }
        return new()
        {
            Name = name,
            Directions = [.. directions],
            IsInverted = (flags & 1) != 0,
            ReturnNomatch = options != 0,
        };
    }

    private static AddrtypeMatch? Addrtype(ReadOnlySpan<byte> info)
    {
        const uint InvertSource = 1, InvertDestination = 2, LimitIn = 4, LimitOut = 8;
        const int Known = 0xFFF;
        var (source, destination, flags) = (UInt16(info, 0), UInt16(info, 2), UInt32(info, 4));
        return ((source | destination) & ~Known) != 0 || flags > 15 || source == 0 && (flags & InvertSource) != 0
            || destination == 0 && (flags & InvertDestination) != 0
            ? null
            : new()
            {
                Source = source == 0 ? null : new((AddressTypes)source, (flags & InvertSource) != 0),
                Destination = destination == 0
                    ? null : new((AddressTypes)destination, (flags & InvertDestination) != 0),
                LimitToIn = (flags & LimitIn) != 0,
                LimitToOut = (flags & LimitOut) != 0,
            };
    }

    /// <summary><c>union nf_inet_addr src_min, src_max, dst_min, dst_max; u8 flags;</c></summary>
    private IprangeMatch? Iprange(ReadOnlySpan<byte> info)
    {
        const int Source = 1, Destination = 2, InvertSource = 16, InvertDestination = 32;
        var flags = info[64];
        if ((flags & ~(Source | Destination | InvertSource | InvertDestination)) != 0
            || (flags & (Source | Destination)) == 0)
        {
            return null;
        }
        AddressRange source = new(family, Address(info), Address(info[16..]));
        AddressRange destination = new(family, Address(info[32..]), Address(info[48..]));
        return new()
        {
            Source = (flags & Source) == 0 ? null : new(source, (flags & InvertSource) != 0),
            Destination = (flags & Destination) == 0 ? null : new(destination, (flags & InvertDestination) != 0),
        };
    }

    /// <summary><c>union nf_inet_addr</c>, 16 bytes, in network byte order: IPv4 in the first four.</summary>
    private UInt128 Address(ReadOnlySpan<byte> bytes) =>
        family == IPFamily.IPv4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : Number128.Read(bytes);
}
