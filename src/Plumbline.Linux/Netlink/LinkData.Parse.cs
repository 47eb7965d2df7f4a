using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public abstract partial record LinkData
{
    /// <summary>Reads IFLA_INFO_DATA of <paramref name="kind"/>; null for a kind that we do not know.</summary>
    /// <exception cref="InvalidDataException">A length overruns the attribute.</exception>
    internal static LinkData? Parse(string? kind, AttributeReader data) => kind switch
    {
        "bridge" => Bridge.Parse(data),
        "tun" => Tun.Parse(data),
        "vxlan" => Vxlan.Parse(data),
        "gre" or "gretap" or "erspan" or "ip6gre" or "ip6gretap" or "ip6erspan" => Gre.Parse(data),
        "vlan" => Vlan.Parse(data),
        _ => null,
    };

    public sealed partial record Bridge
    {
        /// <summary>The kernel tells times in hundredths of a second (USER_HZ), on every architecture that we run on.</summary>
        internal const double TicksPerSecond = 100;

        internal static Bridge Parse(AttributeReader data)
        {
            bool? spanningTree = null, filtering = null, snooping = null, calls = null;
            double? delay = null, ageing = null;
            ushort? mask = null;
            string? id = null;
            while (data.Read())
            {
                switch ((BridgeAttribute)data.Type)
                {
                    case BridgeAttribute.IFLA_BR_STP_STATE:
                        spanningTree = data.UInt32() != 0;
                        break;
                    case BridgeAttribute.IFLA_BR_FORWARD_DELAY:
                        delay = data.UInt32() / TicksPerSecond;
                        break;
                    case BridgeAttribute.IFLA_BR_AGEING_TIME:
                        ageing = data.UInt32() / TicksPerSecond;
                        break;
                    case BridgeAttribute.IFLA_BR_VLAN_FILTERING:
                        filtering = data.Byte() != 0;
                        break;
                    case BridgeAttribute.IFLA_BR_MCAST_SNOOPING:
                        snooping = data.Byte() != 0;
                        break;
                    case BridgeAttribute.IFLA_BR_GROUP_FWD_MASK:
                        mask = data.UInt16();
                        break;
                    case BridgeAttribute.IFLA_BR_BRIDGE_ID:
                        id = BridgeIdText(data.Value);
                        break;
                    case BridgeAttribute.IFLA_BR_NF_CALL_IPTABLES:
                        calls = data.Byte() != 0;
                        break;
                }
            }
            return new()
            {
                SpanningTree = spanningTree,
                ForwardDelaySeconds = delay,
                AgeingTimeSeconds = ageing,
                VlanFiltering = filtering,
                MulticastSnooping = snooping,
                GroupForwardMask = mask,
                BridgeId = id,
                CallIptables = calls,
            };
        }

        /// <summary><c>struct ifla_bridge_id</c>: two octets of priority, six of the bridge's address.</summary>
        private static string BridgeIdText(ReadOnlySpan<byte> id)
        {
            var text = Convert.ToHexStringLower(id);
            return text.Length > 4 ? text.Insert(4, ".") : text;
        }
    }

    public sealed partial record Tun
    {
        /// <summary>IFF_TAP (linux/if_tun.h).</summary>
        private const byte Tap = 2;

        internal static Tun Parse(AttributeReader data)
        {
            var tap = false;
            bool? persistent = null, header = null, queues = null;
            uint? owner = null;
            while (data.Read())
            {
                switch ((TunAttribute)data.Type)
                {
                    case TunAttribute.IFLA_TUN_TYPE:
                        tap = data.Byte() == Tap;
                        break;
                    case TunAttribute.IFLA_TUN_PERSIST:
                        persistent = data.Byte() != 0;
                        break;
                    case TunAttribute.IFLA_TUN_OWNER:
                        owner = data.UInt32();
                        break;
                    case TunAttribute.IFLA_TUN_VNET_HDR:
                        header = data.Byte() != 0;
                        break;
                    case TunAttribute.IFLA_TUN_MULTI_QUEUE:
                        queues = data.Byte() != 0;
                        break;
                }
            }
            return new() { IsTap = tap, Persistent = persistent, Owner = owner, VnetHeader = header, MultiQueue = queues };
        }
    }

    public sealed partial record Vxlan
    {
        internal static Vxlan Parse(AttributeReader data)
        {
            var vxlan = new Vxlan();
            while (data.Read())
            {
                vxlan = (VxlanAttribute)data.Type switch
                {
                    VxlanAttribute.IFLA_VXLAN_ID => vxlan with { Vni = data.UInt32() },
                    VxlanAttribute.IFLA_VXLAN_LOCAL or VxlanAttribute.IFLA_VXLAN_LOCAL6 =>
                        vxlan with { Local = data.SpecifiedAddress() },
                    VxlanAttribute.IFLA_VXLAN_GROUP or VxlanAttribute.IFLA_VXLAN_GROUP6 =>
                        vxlan with { Remote = data.SpecifiedAddress() },
                    VxlanAttribute.IFLA_VXLAN_PORT => vxlan with { Port = data.UInt16BigEndian() },
                    VxlanAttribute.IFLA_VXLAN_COLLECT_METADATA => vxlan with { CollectMetadata = data.Byte() != 0 },
                    _ => vxlan,
                };
            }
            return vxlan.CollectMetadata ? vxlan with { Vni = null } : vxlan;
        }
    }

    public sealed partial record Gre
    {
        /// <summary>GRE_KEY (linux/if_tunnel.h), in host byte order.</summary>
        private const ushort HasKey = 0x2000;

        internal static Gre Parse(AttributeReader data)
        {
            var gre = new Gre();
            ushort inFlags = 0, outFlags = 0;
            while (data.Read())
            {
                switch ((GreAttribute)data.Type)
                {
                    case GreAttribute.IFLA_GRE_IFLAGS:
                        inFlags = data.UInt16BigEndian();
                        break;
                    case GreAttribute.IFLA_GRE_OFLAGS:
                        outFlags = data.UInt16BigEndian();
                        break;
                    case GreAttribute.IFLA_GRE_IKEY:
                        gre = gre with { InKey = data.UInt32BigEndian() };
                        break;
                    case GreAttribute.IFLA_GRE_OKEY:
                        gre = gre with { OutKey = data.UInt32BigEndian() };
                        break;
                    case GreAttribute.IFLA_GRE_LOCAL:
                        gre = gre with { Local = data.SpecifiedAddress() };
                        break;
                    case GreAttribute.IFLA_GRE_REMOTE:
                        gre = gre with { Remote = data.SpecifiedAddress() };
                        break;
                    case GreAttribute.IFLA_GRE_COLLECT_METADATA:
                        gre = gre with { CollectMetadata = true }; // a flag: being there is its value
                        break;
                }
            }
            return gre with
            {
                InKey = (inFlags & HasKey) != 0 ? gre.InKey : null,
                OutKey = (outFlags & HasKey) != 0 ? gre.OutKey : null,
            };
        }
    }

    public sealed partial record Vlan
    {
        internal static Vlan Parse(AttributeReader data)
        {
            var vlan = new Vlan();
            while (data.Read())
            {
                vlan = (VlanAttribute)data.Type switch
                {
                    VlanAttribute.IFLA_VLAN_ID => vlan with { Id = data.UInt16() },
                    VlanAttribute.IFLA_VLAN_PROTOCOL => vlan with { Protocol = data.UInt16BigEndian() },
                    _ => vlan,
                };
            }
            return vlan;
        }
    }
}
