using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary>Targets of modules: their C structs (linux/netfilter/xt_*.h, ipt_*.h, nf_nat.h).</summary>
public sealed partial class KernelRuleReader
{
    private const uint MapAddresses = 1, MapPorts = 2, IsRandom = 4, IsPersistent = 8, IsFullyRandom = 16,
        HasPortBase = 32;

    private bool ReadTarget(ReadOnlySpan<byte> name, uint revision, ReadOnlySpan<byte> info)
    {
        Span<char> text = stackalloc char[32];
        if (name.Length > text.Length || !System.Text.Ascii.IsValid(name))
        {
            return false;
        }
        _target = (ReadOnlySpan<char>)text[..Encoding.ASCII.GetChars(name, text)] switch
        {
            "CT" when revision == 0 && info.Length == 40 => Ct(info, info[12..28], default),
            "CT" when revision is 1 or 2 && info.Length == 72 => Ct(info, info[12..28], info[28..60]),
            "MARK" when revision == 2 && IsSize(info, 8) => new MarkTarget(UInt32(info, 0), UInt32(info, 4)),
            "CONNMARK" when revision == 1 && IsSize(info, 13) => Connmark(info, info[12]),
            "CONNMARK" when revision == 2 && IsSize(info, 15) && info[12] == 0 && info[13] == 0 =>
                Connmark(info, info[14]),
            "REJECT" when revision == 0 && IsSize(info, 4) && RejectName(UInt32(info, 0)) is { } with =>
                new RejectTarget(with),
            "LOG" when revision == 0 && info.Length == 32 => Log(info),
            "NFLOG" when revision == 0 && IsSize(info, 76) => Nflog(info),
            "DNAT" or "SNAT" or "MASQUERADE" or "REDIRECT" => Nat(text[0], revision, info),
            "CHECKSUM" when revision == 0 && IsSize(info, 1) && info[0] == 1 =>
                new UnknownTarget { Name = "CHECKSUM", Text = "--checksum-fill" },
            "TCPMSS" when revision == 0 && IsSize(info, 2) => new UnknownTarget
            {
                Name = "TCPMSS",
                Text = UInt16(info, 0) == ushort.MaxValue
                    ? "--clamp-mss-to-pmtu"
                    : string.Create(CultureInfo.InvariantCulture, $"--set-mss {UInt16(info, 0)}"),
            },
            "CLASSIFY" when revision == 0 && IsSize(info, 4) => new UnknownTarget
            {
                Name = "CLASSIFY",
                Text = $"--set-class {UInt32(info, 0) >> 16:x4}:{UInt32(info, 0) & 0xFFFF:x4}",
            },
            "DSCP" when revision == 0 && IsSize(info, 1) =>
                new UnknownTarget { Name = "DSCP", Text = $"--set-dscp 0x{info[0]:x2}" },
            _ => null,
        };
        return _target is not null;
    }

    /// <summary>
    /// <c>u16 flags, zone; u32 ct_events, exp_events; char helper[16], timeout[32]; struct nf_conn *ct;</c>
    /// </summary>
    private static CtTarget? Ct(ReadOnlySpan<byte> info, ReadOnlySpan<byte> helper, ReadOnlySpan<byte> timeout)
    {
        const int Notrack = 1, NotrackAlias = 2, Original = 4, Reply = 8, FromMark = 16;
        var (flags, zone) = (UInt16(info, 0), UInt16(info, 2));
        var direction = (flags & (Original | Reply)) switch
        {
            0 => ZoneDirection.Both,
            Original => ZoneDirection.Original,
            Reply => ZoneDirection.Reply,
            _ => (ZoneDirection?)null,
        };
        var hasZone = zone != 0 || (flags & FromMark) != 0;
        if (IsSet(info, 4) || IsSet(info, 8) || (flags & ~31) != 0
            || direction is null || direction != ZoneDirection.Both && !hasZone
            || zone != 0 && (flags & FromMark) != 0 || (flags & NotrackAlias) != 0 && (flags & ~NotrackAlias) != Notrack
            || WordOf(helper) is not { } helperName || WordOf(timeout) is not { } timeoutName)
        {
            return null;
        }
        return new()
        {
            IsNotrack = (flags & Notrack) != 0,
            IsNotrackTarget = (flags & NotrackAlias) != 0,
            Zone = zone == 0 ? null : zone,
            ZoneDirection = direction.Value,
            IsZoneFromMark = (flags & FromMark) != 0,
            Helper = helperName.Length > 0 ? helperName : null,
            Timeout = timeoutName.Length > 0 ? timeoutName : null,
        };
    }

    /// <summary>Letters, digits and a few marks; null for what would want quoting.</summary>
    private static string? WordOf(ReadOnlySpan<byte> bytes)
    {
        var text = KernelAttributes.Text(bytes);
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'_' or (byte)'.'))
            {
                return null;
            }
        }
        return Encoding.ASCII.GetString(text);
    }

    private static ConnmarkTarget? Connmark(ReadOnlySpan<byte> info, byte mode)
    {
        var (value, mask, packets) = (UInt32(info, 0), UInt32(info, 4), UInt32(info, 8));
        return mode switch
        {
            0 => new() { Action = ConnmarkAction.Set, Value = value, ConnectionMask = mask },
            1 => new() { Action = ConnmarkAction.Save, ConnectionMask = mask, PacketMask = packets },
            2 => new() { Action = ConnmarkAction.Restore, ConnectionMask = mask, PacketMask = packets },
            _ => null,
        };
    }

    /// <summary>enum ipt_reject_with and enum ip6t_reject_with.</summary>
    private string? RejectName(uint with) => family == IPFamily.IPv4
        ? with switch
        {
            0 => "icmp-net-unreachable",
            1 => "icmp-host-unreachable",
            2 => "icmp-proto-unreachable",
            3 => "icmp-port-unreachable",
            5 => "icmp-net-prohibited",
            6 => "icmp-host-prohibited",
            7 => "tcp-reset",
            8 => "icmp-admin-prohibited",
            _ => null,
        }
        : with switch
        {
            0 => "icmp6-no-route",
            1 => "icmp6-adm-prohibited",
            3 => "icmp6-addr-unreachable",
            4 => "icmp6-port-unreachable",
            6 => "tcp-reset",
            7 => "icmp6-policy-fail",
            8 => "icmp6-reject-route",
            _ => null,
        };

    /// <summary><c>u8 level, logflags; char prefix[30];</c></summary>
    private static LogTarget? Log(ReadOnlySpan<byte> info)
    {
        const int TcpSequence = 1, TcpOptions = 2, IPOptions = 4, Uid = 8, MacDecode = 32;
        var (level, flags) = (info[0], info[1]);
        if (level > 7 || (flags & ~(TcpSequence | TcpOptions | IPOptions | Uid | MacDecode)) != 0
            || TextOf(info[2..]) is not { } prefix)
        {
            return null;
        }
        return new()
        {
            Level = level,
            Prefix = prefix.Length > 0 ? prefix : null,
            TcpSequence = (flags & TcpSequence) != 0,
            TcpOptions = (flags & TcpOptions) != 0,
            IPOptions = (flags & IPOptions) != 0,
            Uid = (flags & Uid) != 0,
            MacDecode = (flags & MacDecode) != 0,
        };
    }

    /// <summary><c>u32 len; u16 group, threshold, flags, pad; char prefix[64];</c></summary>
    private static NflogTarget? Nflog(ReadOnlySpan<byte> info)
    {
        const int CopyLength = 1;
        var (length, threshold, flags) = (UInt32(info, 0), UInt16(info, 6), UInt16(info, 8));
        if (flags > 1 || TextOf(info[12..76]) is not { } prefix)
        {
            return null;
        }
        return new()
        {
            Group = UInt16(info, 4),
            Prefix = prefix.Length > 0 ? prefix : null,
            Size = flags == CopyLength && length != 0 ? length : null,
            Range = flags != CopyLength && length != 0 ? length : null,
            Threshold = threshold == 0 ? null : threshold,
        };
    }

    /// <summary>
    /// <c>u32 size; u32 flags; be32 min_ip, max_ip; be16 min, max;</c> of old IPv4, or <c>u32 flags; union nf_inet_addr
    /// min, max; be16 min_proto, max_proto[, base_proto];</c>
    /// </summary>
    /// <param name="first">The first letter of the target's name.</param>
    /// <param name="revision">Of the target.</param>
    /// <param name="info">Its struct.</param>
    private Target? Nat(char first, uint revision, ReadOnlySpan<byte> info)
    {
        uint flags;
        AddressRange addresses;
        ReadOnlySpan<byte> ports;
        var isOld = family == IPFamily.IPv4 && revision == 0;
        if (isOld && IsSize(info, 20) && UInt32(info, 0) == 1)
        {
            flags = UInt32(info, 4);
            addresses = new(family, Address(info[8..]), Address(info[12..]));
            ports = info[16..20];
        }
        else if (!isOld && (revision == 2 ? first == 'D' && IsSize(info, 42) && info.Length == 48
            : IsSize(info, 40) && revision == (first is 'D' or 'S' ? 1u : 0u)))
        {
            flags = UInt32(info, 0);
            addresses = new(family, Address(info[4..]), Address(info[20..]));
            ports = info[36..];
        }
        else
        {
            return null;
        }
        PortRange? range = (flags & MapPorts) == 0
            ? null : new(BinaryPrimitives.ReadUInt16BigEndian(ports), BinaryPrimitives.ReadUInt16BigEndian(ports[2..]));
        ushort? portBase = (flags & HasPortBase) != 0 && revision == 2
            ? BinaryPrimitives.ReadUInt16BigEndian(ports[4..]) : null;
        AddressRange? asked = (flags & MapAddresses) == 0 ? null : addresses;
        var known = MapPorts | IsRandom | (first switch
        {
            'M' => IsFullyRandom,
            'R' => asked is null ? 0u : MapAddresses,
            _ => MapAddresses | IsPersistent | IsFullyRandom | (revision == 2 ? HasPortBase : 0),
        });
        if ((flags & ~known) != 0 || portBase is not null && range is null)
        {
            return null;
        }
        return first switch
        {
            'D' => Fill(new DnatTarget(), asked, range, portBase, flags),
            'S' => Fill(new SnatTarget(), asked, range, portBase, flags),
            'M' => new MasqueradeTarget
            {
                Ports = range,
                IsRandom = (flags & IsRandom) != 0,
                IsFullyRandom = (flags & IsFullyRandom) != 0,
            },
            _ => new RedirectTarget { Ports = range, IsRandom = (flags & IsRandom) != 0 },
        };
    }

    private static AddressNatTarget Fill(
        AddressNatTarget target, AddressRange? addresses, PortRange? ports, ushort? portBase, uint flags) =>
        target with
        {
            Addresses = addresses,
            Ports = ports,
            PortBase = portBase,
            IsRandom = (flags & IsRandom) != 0,
            IsFullyRandom = (flags & IsFullyRandom) != 0,
            IsPersistent = (flags & IsPersistent) != 0,
        };
}
