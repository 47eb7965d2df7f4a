using System.Net;
using System.Text.Json.Serialization;

namespace Plumbline.Linux.Netlink;

/// <summary>Kind-specific data of a link (IFLA_INFO_DATA, linux/if_link.h). A closed set.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Bridge), "bridge")]
[JsonDerivedType(typeof(Tun), "tun")]
[JsonDerivedType(typeof(Vxlan), "vxlan")]
[JsonDerivedType(typeof(Gre), "gre")]
[JsonDerivedType(typeof(Vlan), "vlan")]
public abstract partial record LinkData
{
    private LinkData()
    {
    }

    /// <summary>IFLA_BR_*. Times are in seconds; the kernel's are hundredths.</summary>
    public sealed partial record Bridge : LinkData
    {
        /// <summary>IFLA_BR_STP_STATE is not 0.</summary>
        public bool? SpanningTree { get; init; }

        /// <summary>IFLA_BR_FORWARD_DELAY in seconds.</summary>
        public double? ForwardDelaySeconds { get; init; }

        /// <summary>IFLA_BR_AGEING_TIME in seconds; 0 means nothing is learned.</summary>
        public double? AgeingTimeSeconds { get; init; }

        /// <summary>IFLA_BR_VLAN_FILTERING.</summary>
        public bool? VlanFiltering { get; init; }

        /// <summary>IFLA_BR_MCAST_SNOOPING.</summary>
        public bool? MulticastSnooping { get; init; }

        /// <summary>IFLA_BR_GROUP_FWD_MASK.</summary>
        public int? GroupForwardMask { get; init; }

        /// <summary>IFLA_BR_BRIDGE_ID as <c>8000.b21e7be143d6</c>, as brctl prints it.</summary>
        public string? BridgeId { get; init; }

        /// <summary>IFLA_BR_NF_CALL_IPTABLES.</summary>
        public bool? CallIptables { get; init; }
    }

    /// <summary>IFLA_TUN_*.</summary>
    public sealed partial record Tun : LinkData
    {
        /// <summary>IFLA_TUN_TYPE is IFF_TAP (2), not IFF_TUN (1).</summary>
        public bool IsTap { get; init; }

        /// <summary>IFLA_TUN_PERSIST.</summary>
        public bool? Persistent { get; init; }

        /// <summary>IFLA_TUN_OWNER, a uid.</summary>
        public uint? Owner { get; init; }

        /// <summary>IFLA_TUN_VNET_HDR.</summary>
        public bool? VnetHeader { get; init; }

        /// <summary>IFLA_TUN_MULTI_QUEUE.</summary>
        public bool? MultiQueue { get; init; }
    }

    /// <summary>IFLA_VXLAN_*.</summary>
    public sealed partial record Vxlan : LinkData
    {
        /// <summary>IFLA_VXLAN_ID; null with <see cref="CollectMetadata"/>.</summary>
        public uint? Vni { get; init; }

        /// <summary>IFLA_VXLAN_LOCAL or LOCAL6.</summary>
        public IPAddress? Local { get; init; }

        /// <summary>IFLA_VXLAN_GROUP or GROUP6.</summary>
        public IPAddress? Remote { get; init; }

        /// <summary>IFLA_VXLAN_PORT, host byte order.</summary>
        public int? Port { get; init; }

        /// <summary>IFLA_VXLAN_COLLECT_METADATA: the key comes with each packet.</summary>
        public bool CollectMetadata { get; init; }
    }

    /// <summary>IFLA_GRE_* of gre, gretap, erspan and their IPv6 kin.</summary>
    public sealed partial record Gre : LinkData
    {
        /// <summary>IFLA_GRE_LOCAL.</summary>
        public IPAddress? Local { get; init; }

        /// <summary>IFLA_GRE_REMOTE.</summary>
        public IPAddress? Remote { get; init; }

        /// <summary>IFLA_GRE_IKEY, where GRE_KEY is among the flags.</summary>
        public uint? InKey { get; init; }

        /// <summary>IFLA_GRE_OKEY, where GRE_KEY is among the flags.</summary>
        public uint? OutKey { get; init; }

        /// <summary>IFLA_GRE_COLLECT_METADATA.</summary>
        public bool CollectMetadata { get; init; }
    }

    /// <summary>IFLA_VLAN_*.</summary>
    public sealed partial record Vlan : LinkData
    {
        /// <summary>IFLA_VLAN_ID, 0–4095.</summary>
        public int Id { get; init; }

        /// <summary>IFLA_VLAN_PROTOCOL: 0x8100 or 0x88a8.</summary>
        public int? Protocol { get; init; }
    }
}
