using System.Buffers.Binary;
using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary>
/// linux/netfilter/xt_conntrack.h: <c>union nf_inet_addr origsrc_addr, origsrc_mask, origdst_addr, …, repldst_mask;
/// u32 expires_min, expires_max; u16 l4proto, origsrc_port, origdst_port, replsrc_port, repldst_port, match_flags,
/// invert_flags;</c> then states and statuses (octets in revision 1), in revision 3 the ends of the ports' ranges.
/// </summary>
public sealed partial class KernelRuleReader
{
    private const int StateFlag = 1 << 0, ProtocolFlag = 1 << 1, StatusFlag = 1 << 6, ExpiresFlag = 1 << 7,
        DirectionFlag = 1 << 12, StateAliasFlag = 1 << 13;

    /// <summary>
    /// XT_CONNTRACK_STATE_*: one more than the number in enum ip_conntrack_info, beside what is not in it.
    /// </summary>
    private static readonly (int Bit, ConnectionStates State)[] _kernelStates =
    [
        (1, ConnectionStates.Invalid), (2, ConnectionStates.Established), (4, ConnectionStates.Related),
        (8, ConnectionStates.New), (64, ConnectionStates.Snat), (128, ConnectionStates.Dnat),
        (256, ConnectionStates.Untracked),
    ];

    /// <summary><c>unsigned int statemask;</c> of the old module, where 64 is UNTRACKED.</summary>
    private static StateMatch? State(ReadOnlySpan<byte> info)
    {
        var bits = UInt32(info, 0);
        if (bits == 0 || (bits & ~(1u | 2 | 4 | 8 | 64)) != 0)
        {
            return null;
        }
        var untracked = (bits & 64) != 0 ? ConnectionStates.Untracked : ConnectionStates.None;
        return new() { States = (ConnectionStates)(bits & 15) | untracked };
    }

    private Match? Conntrack(ReadOnlySpan<byte> info, uint revision)
    {
        if (!IsSize(info, revision switch { 1 => 152, 2 => 154, _ => 162 }))
        {
            return null;
        }
        var (flags, invert) = (UInt16(info, 146), UInt16(info, 148));
        var (states, status) = revision == 1 ? (info[150], info[151]) : (UInt16(info, 150), UInt16(info, 152));
        var known = ConnectionStates.None;
        foreach (var (bit, state) in _kernelStates)
        {
            if ((states & bit) != 0)
            {
                known |= state;
                states &= (ushort)~bit;
            }
        }
        if (states != 0 || (flags & ~0x3FFF) != 0 || (status & ~15) != 0
            || (flags & StateFlag) != 0 && known == ConnectionStates.None)
        {
            return null;
        }
        if ((flags & ~StateAliasFlag) == StateFlag)
        {
            return new StateMatch
            {
                States = known,
                IsConntrack = (flags & StateAliasFlag) == 0,
                IsInverted = (invert & StateFlag) != 0,
            };
        }
        var protocol = UInt16(info, 136);
        if ((flags & StateAliasFlag) != 0 || (flags & StateFlag) == 0 && known != ConnectionStates.None
            || protocol > byte.MaxValue || (flags & ProtocolFlag) != 0 && protocol == 0)
        {
            return null;
        }
        return new ConntrackMatch
        {
            States = (flags & StateFlag) == 0 ? null : new(known, (invert & StateFlag) != 0),
            Protocol = (flags & ProtocolFlag) == 0 ? null : new((byte)protocol, (invert & ProtocolFlag) != 0),
            OriginalSource = AddressAt(info, 0, flags, invert),
            OriginalDestination = AddressAt(info, 1, flags, invert),
            ReplySource = AddressAt(info, 2, flags, invert),
            ReplyDestination = AddressAt(info, 3, flags, invert),
            OriginalSourcePorts = PortsAt(info, 0, flags, invert, revision),
            OriginalDestinationPorts = PortsAt(info, 1, flags, invert, revision),
            ReplySourcePorts = PortsAt(info, 2, flags, invert, revision),
            ReplyDestinationPorts = PortsAt(info, 3, flags, invert, revision),
            Status = (flags & StatusFlag) == 0 ? null : new((ConntrackStatuses)status, (invert & StatusFlag) != 0),
            Expire = (flags & ExpiresFlag) == 0
                ? null : new(new(UInt32(info, 128), UInt32(info, 132)), (invert & ExpiresFlag) != 0),
            IsOriginalDirection = (flags & DirectionFlag) == 0 ? null : (invert & DirectionFlag) == 0,
        };
    }

    private Condition<MaskedAddress>? AddressAt(ReadOnlySpan<byte> info, int index, int flags, int invert)
    {
        var flag = 1 << (2 + index);
        if ((flags & flag) == 0)
        {
            return null;
        }
        var pair = info[(32 * index)..];
        return new(new(family, Address(pair), Address(pair[16..])), (invert & flag) != 0);
    }

    private static Condition<PortRange>? PortsAt(
        ReadOnlySpan<byte> info, int index, int flags, int invert, uint revision)
    {
        var flag = 1 << (8 + index);
        if ((flags & flag) == 0)
        {
            return null;
        }
        var low = 138 + 2 * index;
        var range = revision == 3
            ? new PortRange(UInt16(info, low), UInt16(info, 154 + 2 * index))
            : new(BinaryPrimitives.ReadUInt16BigEndian(info[low..]));
        return new(range, (invert & flag) != 0);
    }
}
