using System.Net;
using Plumbline.Linux.Native;
using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial class RouteNetlink
{
    /// <summary>RTM_GETRULE dump, both families, by priority within each.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<RuleOfRouting> ListRules() => [.. ListRules(Libc.AF_INET), .. ListRules(Libc.AF_INET6)];

    /// <summary>
    /// VLANs of bridge ports: RTM_GETLINK dump of family AF_BRIDGE with IFLA_BRIDGE_VLAN_INFO, one entry a VLAN, ranges taken apart.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<PortVlan> ListPortVlans()
    {
        const uint RTEXT_FILTER_BRVLAN = 2;
        var vlans = new List<PortVlan>();
        _ = Dump(
            "VLANs of bridge ports",
            () =>
            {
                vlans.Clear();
                return DumpOf(RouteMessage.RTM_GETLINK, new ifinfomsg { ifi_family = Libc.AF_BRIDGE })
                    .Attribute((int)LinkAttribute.IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN);
            },
            RouteMessage.RTM_NEWLINK,
            payload =>
            {
                ReadPortVlans(payload, vlans);
                return (PortVlan?)null;
            });
        return vlans;
    }

    private List<RuleOfRouting> ListRules(byte family) => Dump(
        "routing rules",
        () => DumpOf(RouteMessage.RTM_GETRULE, new rtmsg { rtm_family = family }),
        RouteMessage.RTM_NEWRULE,
        payload => FixedHeader.Read<rtmsg>(payload).rtm_family == family ? ParseRule(payload) : null);

    /// <summary><c>struct fib_rule_hdr</c> is laid out as rtmsg (linux/fib_rules.h): action for type.</summary>
    private static RuleOfRouting ParseRule(ReadOnlySpan<byte> message)
    {
        const int FRA_DST = 1, FRA_SRC = 2, FRA_IIFNAME = 3, FRA_PRIORITY = 6, FRA_FWMARK = 10, FRA_TABLE = 15, FRA_FWMASK = 16, FRA_OIFNAME = 17;
        const uint FIB_RULE_INVERT = 2;
        var header = FixedHeader.Read<rtmsg>(message);
        IPAddress? from = null, to = null;
        string? input = null, output = null;
        uint priority = 0, table = header.rtm_table;
        uint? mark = null, mask = null;
        var attributes = new AttributeReader(message[rtmsg.Length..]);
        while (attributes.Read())
        {
            switch (attributes.Type)
            {
                case FRA_DST:
                    to = attributes.Address();
                    break;
                case FRA_SRC:
                    from = attributes.Address();
                    break;
                case FRA_IIFNAME:
                    input = attributes.Text();
                    break;
                case FRA_OIFNAME:
                    output = attributes.Text();
                    break;
                case FRA_PRIORITY:
                    priority = attributes.UInt32();
                    break;
                case FRA_FWMARK:
                    mark = attributes.UInt32();
                    break;
                case FRA_FWMASK:
                    mask = attributes.UInt32();
                    break;
                case FRA_TABLE:
                    table = attributes.UInt32();
                    break;
            }
        }
        return new()
        {
            IsIPv6 = header.rtm_family == Libc.AF_INET6,
            Priority = priority,
            Action = header.rtm_type,
            IsInverted = (header.rtm_flags & FIB_RULE_INVERT) != 0,
            From = from,
            FromLength = header.rtm_src_len,
            To = to,
            ToLength = header.rtm_dst_len,
            InInterface = input,
            OutInterface = output,
            Mark = mark,
            MarkMask = mask is uint.MaxValue ? null : mask,
            Table = table,
        };
    }

    /// <summary>
    /// IFLA_AF_SPEC holds <c>struct bridge_vlan_info { u16 flags; u16 vid; }</c> (linux/if_bridge.h), ranges as their first and last.
    /// </summary>
    private static void ReadPortVlans(ReadOnlySpan<byte> message, List<PortVlan> vlans)
    {
        const int IFLA_BRIDGE_VLAN_INFO = 2;
        const ushort MASTER = 1, PVID = 2, UNTAGGED = 4, RANGE_BEGIN = 8, RANGE_END = 16;
        var header = FixedHeader.Read<ifinfomsg>(message);
        var attributes = new AttributeReader(message[ifinfomsg.Length..]);
        while (attributes.Read())
        {
            if ((LinkAttribute)attributes.Type != LinkAttribute.IFLA_AF_SPEC)
            {
                continue;
            }
            var first = 0;
            var nested = attributes.Nested();
            while (nested.Read())
            {
                if (nested.Type != IFLA_BRIDGE_VLAN_INFO || nested.Value.Length < 4)
                {
                    continue;
                }
                var flags = nested.UInt16();
                var vlan = System.Runtime.InteropServices.MemoryMarshal.Read<ushort>(nested.Value[2..]);
                if ((flags & RANGE_BEGIN) != 0)
                {
                    first = vlan;
                    continue;
                }
                for (var v = (flags & RANGE_END) != 0 && first > 0 ? first : vlan; v <= vlan; v++)
                {
                    vlans.Add(new(header.ifi_index, v, (flags & PVID) != 0, (flags & UNTAGGED) != 0, (flags & MASTER) != 0));
                }
                first = 0;
            }
        }
    }
}
