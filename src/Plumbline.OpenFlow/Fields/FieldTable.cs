using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Plumbline.OpenFlow.Fields;

/// <summary>The fields that we know, by each of their names (ovs-fields(7)); NXM and OXM names in upper case as dumped.</summary>
public static class FieldTable
{
    private static readonly Dictionary<string, Field> _byName = new(StringComparer.Ordinal);

    static FieldTable()
    {
        AddPacketFields();
        AddMetadata();
    }

    private static readonly Lazy<Field[]> _forDisplay = new(() =>
    [
        .. ("in_port,tun_id,tun_src,tun_dst,metadata,reg0,reg1,reg2,reg3,reg4,reg5,reg6,reg7,reg8,reg9,reg10,"
            + "reg11,reg12,reg13,reg14,reg15,pkt_mark,skb_priority,ct_state,ct_zone,ct_mark,ct_label,dl_src,"
            + "dl_dst,vlan_tci,dl_type,nw_src,nw_dst,ipv6_src,ipv6_dst,ipv6_label,nw_proto,nw_tos,nw_ttl,"
            + "nw_frag,tcp_src,tcp_dst,udp_src,udp_dst,sctp_src,sctp_dst,"
            + "tcp_flags,icmp_type,icmp_code,icmpv6_type,icmpv6_code,arp_op,arp_spa,"
            + "arp_tpa,arp_sha,arp_tha,nd_target,nd_sll,nd_tll,mpls_label,mpls_tc,mpls_bos,mpls_ttl")
            .Split(',').Select(Get),
    ]);

    /// <summary>Finds by any name.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out Field? field) => _byName.TryGetValue(name, out field);

    /// <summary>Finds by a name that is known to exist.</summary>
    /// <exception cref="ArgumentException">No such field.</exception>
    public static Field Get(string name) =>
        TryGet(name, out var field) ? field : throw new ArgumentException($"no field is called {name}", nameof(name));

    /// <summary>What describes a packet, each bit once, metadata first.</summary>
    internal static IReadOnlyList<Field> ForDisplay => _forDisplay.Value;

    private static void AddPacketFields()
    {
        Add("in_port", Slot.InPort, 16, FieldFormat.Port, Prerequisite.None, "NXM_OF_IN_PORT", "in_port_oxm", "OXM_OF_IN_PORT");
        Add("dl_src", Slot.DlSrc, 48, FieldFormat.Mac, Prerequisite.None, "eth_src", "NXM_OF_ETH_SRC", "OXM_OF_ETH_SRC");
        Add("dl_dst", Slot.DlDst, 48, FieldFormat.Mac, Prerequisite.None, "eth_dst", "NXM_OF_ETH_DST", "OXM_OF_ETH_DST");
        ReadOnly("dl_type", Slot.DlType, 16, FieldFormat.Hexadecimal, "eth_type", "NXM_OF_ETH_TYPE", "OXM_OF_ETH_TYPE");
        Add("vlan_tci", Slot.Vlan, 16, FieldFormat.Hexadecimal, Prerequisite.None, "NXM_OF_VLAN_TCI");
        Part("dl_vlan", Slot.Vlan, 0, 12, FieldFormat.Decimal, Prerequisite.None);
        Part("dl_vlan_pcp", Slot.Vlan, 13, 3, FieldFormat.Decimal, Prerequisite.None);
        Part("vlan_vid", Slot.Vlan, 0, 13, FieldFormat.Hexadecimal, Prerequisite.None, "OXM_OF_VLAN_VID");
        Part("vlan_pcp", Slot.Vlan, 13, 3, FieldFormat.Decimal, Prerequisite.Vlan, "OXM_OF_VLAN_PCP");
        Add("nw_src", Slot.NwSrc, 32, FieldFormat.Ipv4, Prerequisite.Ipv4, "ip_src", "NXM_OF_IP_SRC", "OXM_OF_IPV4_SRC");
        Add("nw_dst", Slot.NwDst, 32, FieldFormat.Ipv4, Prerequisite.Ipv4, "ip_dst", "NXM_OF_IP_DST", "OXM_OF_IPV4_DST");
        Add("ipv6_src", Slot.Ipv6Src, 128, FieldFormat.Ipv6, Prerequisite.Ipv6, "NXM_NX_IPV6_SRC", "OXM_OF_IPV6_SRC");
        Add("ipv6_dst", Slot.Ipv6Dst, 128, FieldFormat.Ipv6, Prerequisite.Ipv6, "NXM_NX_IPV6_DST", "OXM_OF_IPV6_DST");
        Add("ipv6_label", Slot.Ipv6Label, 20, FieldFormat.Hexadecimal, Prerequisite.Ipv6, "NXM_NX_IPV6_LABEL",
            "OXM_OF_IPV6_FLABEL");
        Add("nw_proto", Slot.NwProto, 8, FieldFormat.Decimal, Prerequisite.Ip, writable: false, "ip_proto",
            "NXM_OF_IP_PROTO", "OXM_OF_IP_PROTO");
        Add("nw_tos", Slot.NwTos, 8, FieldFormat.Decimal, Prerequisite.Ip, "NXM_OF_IP_TOS");
        Part("ip_dscp", Slot.NwTos, 2, 6, FieldFormat.Decimal, Prerequisite.Ip, "OXM_OF_IP_DSCP");
        Part("nw_ecn", Slot.NwTos, 0, 2, FieldFormat.Decimal, Prerequisite.Ip, "ip_ecn", "NXM_NX_IP_ECN", "OXM_OF_IP_ECN");
        Add("nw_ttl", Slot.NwTtl, 8, FieldFormat.Decimal, Prerequisite.Ip, "ip_ttl", "NXM_NX_IP_TTL");
        Add("nw_frag", Slot.NwFrag, 2, FieldFormat.Fragment, Prerequisite.Ip, writable: false, "ip_frag", "NXM_NX_IP_FRAG");
        Add("tp_src", Slot.TpSrc, 16, FieldFormat.Decimal, Prerequisite.Transport);
        Add("tp_dst", Slot.TpDst, 16, FieldFormat.Decimal, Prerequisite.Transport);
        Add("tcp_src", Slot.TpSrc, 16, FieldFormat.Decimal, Prerequisite.Tcp, "NXM_OF_TCP_SRC", "OXM_OF_TCP_SRC");
        Add("tcp_dst", Slot.TpDst, 16, FieldFormat.Decimal, Prerequisite.Tcp, "NXM_OF_TCP_DST", "OXM_OF_TCP_DST");
        Add("udp_src", Slot.TpSrc, 16, FieldFormat.Decimal, Prerequisite.Udp, "NXM_OF_UDP_SRC", "OXM_OF_UDP_SRC");
        Add("udp_dst", Slot.TpDst, 16, FieldFormat.Decimal, Prerequisite.Udp, "NXM_OF_UDP_DST", "OXM_OF_UDP_DST");
        Add("sctp_src", Slot.TpSrc, 16, FieldFormat.Decimal, Prerequisite.Sctp, "OXM_OF_SCTP_SRC");
        Add("sctp_dst", Slot.TpDst, 16, FieldFormat.Decimal, Prerequisite.Sctp, "OXM_OF_SCTP_DST");
        Add("tcp_flags", Slot.TcpFlags, 12, FieldFormat.TcpFlags, Prerequisite.Tcp, writable: false, "NXM_NX_TCP_FLAGS",
            "ONFOXM_ET_TCP_FLAGS", "OXM_OF_TCP_FLAGS");
        Add("icmp_type", Slot.TpSrc, 8, FieldFormat.Decimal, Prerequisite.Icmp, "NXM_OF_ICMP_TYPE", "OXM_OF_ICMPV4_TYPE",
            "icmpv4_type");
        Add("icmp_code", Slot.TpDst, 8, FieldFormat.Decimal, Prerequisite.Icmp, "NXM_OF_ICMP_CODE", "OXM_OF_ICMPV4_CODE",
            "icmpv4_code");
        Add("icmpv6_type", Slot.TpSrc, 8, FieldFormat.Decimal, Prerequisite.Icmp6, "NXM_NX_ICMPV6_TYPE", "OXM_OF_ICMPV6_TYPE");
        Add("icmpv6_code", Slot.TpDst, 8, FieldFormat.Decimal, Prerequisite.Icmp6, "NXM_NX_ICMPV6_CODE", "OXM_OF_ICMPV6_CODE");
        Add("arp_op", Slot.NwProto, 16, FieldFormat.Decimal, Prerequisite.Arp, "NXM_OF_ARP_OP", "OXM_OF_ARP_OP");
        Add("arp_spa", Slot.NwSrc, 32, FieldFormat.Ipv4, Prerequisite.Arp, "NXM_OF_ARP_SPA", "OXM_OF_ARP_SPA");
        Add("arp_tpa", Slot.NwDst, 32, FieldFormat.Ipv4, Prerequisite.Arp, "NXM_OF_ARP_TPA", "OXM_OF_ARP_TPA");
        Add("arp_sha", Slot.ArpSha, 48, FieldFormat.Mac, Prerequisite.Arp, "NXM_NX_ARP_SHA", "OXM_OF_ARP_SHA");
        Add("arp_tha", Slot.ArpTha, 48, FieldFormat.Mac, Prerequisite.Arp, "NXM_NX_ARP_THA", "OXM_OF_ARP_THA");
        Add("nd_target", Slot.NdTarget, 128, FieldFormat.Ipv6, Prerequisite.Nd, "NXM_NX_ND_TARGET", "OXM_OF_IPV6_ND_TARGET");
        Add("nd_sll", Slot.ArpSha, 48, FieldFormat.Mac, Prerequisite.NdSolicit, "NXM_NX_ND_SLL", "OXM_OF_IPV6_ND_SLL");
        Add("nd_tll", Slot.ArpTha, 48, FieldFormat.Mac, Prerequisite.NdAdvert, "NXM_NX_ND_TLL", "OXM_OF_IPV6_ND_TLL");
        Add("nd_reserved", Slot.NdReserved, 32, FieldFormat.Hexadecimal, Prerequisite.Nd, "ERICOXM_OF_ICMPV6_ND_RESERVED");
        Add("nd_options_type", Slot.NdOptionsType, 8, FieldFormat.Decimal, Prerequisite.Nd,
            "ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE");
        Part("mpls_label", Slot.Mpls, 12, 20, FieldFormat.Decimal, Prerequisite.Mpls, "OXM_OF_MPLS_LABEL");
        Part("mpls_tc", Slot.Mpls, 9, 3, FieldFormat.Decimal, Prerequisite.Mpls, "OXM_OF_MPLS_TC");
        Part("mpls_bos", Slot.Mpls, 8, 1, FieldFormat.Decimal, Prerequisite.Mpls, "OXM_OF_MPLS_BOS");
        Part("mpls_ttl", Slot.Mpls, 0, 8, FieldFormat.Decimal, Prerequisite.Mpls, "NXM_NX_MPLS_TTL");
    }

    private static void AddMetadata()
    {
        Add("tun_id", Slot.TunId, 64, FieldFormat.Hexadecimal, Prerequisite.None, "tunnel_id", "NXM_NX_TUN_ID",
            "OXM_OF_TUNNEL_ID");
        Add("tun_src", Slot.TunSrc, 32, FieldFormat.Ipv4, Prerequisite.None, "NXM_NX_TUN_IPV4_SRC");
        Add("tun_dst", Slot.TunDst, 32, FieldFormat.Ipv4, Prerequisite.None, "NXM_NX_TUN_IPV4_DST");
        Add("tun_ipv6_src", Slot.TunIpv6Src, 128, FieldFormat.Ipv6, Prerequisite.None, "NXM_NX_TUN_IPV6_SRC");
        Add("tun_ipv6_dst", Slot.TunIpv6Dst, 128, FieldFormat.Ipv6, Prerequisite.None, "NXM_NX_TUN_IPV6_DST");
        Add("tun_tos", Slot.TunTos, 8, FieldFormat.Decimal, Prerequisite.None);
        Add("tun_ttl", Slot.TunTtl, 8, FieldFormat.Decimal, Prerequisite.None);
        Add("tun_flags", Slot.TunFlags, 16, FieldFormat.TunnelFlags, Prerequisite.None, "NXM_NX_TUN_FLAGS");
        Add("tun_gbp_id", Slot.TunGbpId, 16, FieldFormat.Hexadecimal, Prerequisite.None, "NXM_NX_TUN_GBP_ID");
        Add("tun_gbp_flags", Slot.TunGbpFlags, 8, FieldFormat.Hexadecimal, Prerequisite.None, "NXM_NX_TUN_GBP_FLAGS");
        Add("metadata", Slot.Metadata, 64, FieldFormat.Hexadecimal, Prerequisite.None, "OXM_OF_METADATA");
        for (var i = 0; i < 16; i++)
        {
            var n = i.ToString(CultureInfo.InvariantCulture);
            Part("reg" + n, Slot.Registers + i / 4, 96 - i % 4 * 32, 32, FieldFormat.Hexadecimal, Prerequisite.None,
                "NXM_NX_REG" + n);
        }
        for (var i = 0; i < 8; i++)
        {
            var n = i.ToString(CultureInfo.InvariantCulture);
            Part("xreg" + n, Slot.Registers + i / 2, 64 - i % 2 * 64, 64, FieldFormat.Hexadecimal, Prerequisite.None,
                "OXM_OF_PKT_REG" + n);
        }
        for (var i = 0; i < 4; i++)
        {
            var n = i.ToString(CultureInfo.InvariantCulture);
            Add("xxreg" + n, Slot.Registers + i, 128, FieldFormat.Hexadecimal, Prerequisite.None, "NXM_NX_XXREG" + n);
        }
        Add("pkt_mark", Slot.PktMark, 32, FieldFormat.Hexadecimal, Prerequisite.None, "NXM_NX_PKT_MARK");
        ReadOnly("skb_priority", Slot.SkbPriority, 32, FieldFormat.Hexadecimal);
        ReadOnly("ct_state", Slot.CtState, 32, FieldFormat.CtState, "NXM_NX_CT_STATE");
        ReadOnly("ct_zone", Slot.CtZone, 16, FieldFormat.Decimal, "NXM_NX_CT_ZONE");
        Add("ct_mark", Slot.CtMark, 32, FieldFormat.Hexadecimal, Prerequisite.None, "NXM_NX_CT_MARK");
        Add("ct_label", Slot.CtLabel, 128, FieldFormat.Hexadecimal, Prerequisite.None, "NXM_NX_CT_LABEL");
        ReadOnly("ct_nw_proto", Slot.CtNwProto, 8, FieldFormat.Decimal, "NXM_NX_CT_NW_PROTO");
        ReadOnly("ct_nw_src", Slot.CtNwSrc, 32, FieldFormat.Ipv4, "NXM_NX_CT_NW_SRC");
        ReadOnly("ct_nw_dst", Slot.CtNwDst, 32, FieldFormat.Ipv4, "NXM_NX_CT_NW_DST");
        ReadOnly("ct_ipv6_src", Slot.CtIpv6Src, 128, FieldFormat.Ipv6, "NXM_NX_CT_IPV6_SRC");
        ReadOnly("ct_ipv6_dst", Slot.CtIpv6Dst, 128, FieldFormat.Ipv6, "NXM_NX_CT_IPV6_DST");
        ReadOnly("ct_tp_src", Slot.CtTpSrc, 16, FieldFormat.Decimal, "NXM_NX_CT_TP_SRC");
        ReadOnly("ct_tp_dst", Slot.CtTpDst, 16, FieldFormat.Decimal, "NXM_NX_CT_TP_DST");
        ReadOnly("conj_id", Slot.ConjId, 32, FieldFormat.Decimal, "NXM_NX_CONJ_ID");
        ReadOnly("recirc_id", Slot.RecircId, 32, FieldFormat.Hexadecimal, "NXM_NX_RECIRC_ID");
        ReadOnly("dp_hash", Slot.DpHash, 32, FieldFormat.Hexadecimal, "NXM_NX_DP_HASH");
        ReadOnly("actset_output", Slot.ActsetOutput, 16, FieldFormat.Port, "ONFOXM_ET_ACTSET_OUTPUT", "OXM_OF_ACTSET_OUTPUT");
        ReadOnly("packet_type", Slot.PacketType, 32, FieldFormat.PacketType, "OXM_OF_PACKET_TYPE");
    }

    private static void Add(string name, int slot, int width, FieldFormat format, Prerequisite needs, params string[] others) =>
        Put(new(name, slot, 0, width, format, needs, true), others);

    private static void Add(
        string name, int slot, int width, FieldFormat format, Prerequisite needs, bool writable, params string[] others) =>
        Put(new(name, slot, 0, width, format, needs, writable), others);

    private static void ReadOnly(string name, int slot, int width, FieldFormat format, params string[] others) =>
        Put(new(name, slot, 0, width, format, Prerequisite.None, false), others);

    private static void Part(
        string name, int slot, int shift, int width, FieldFormat format, Prerequisite needs, params string[] others) =>
        Put(new(name, slot, shift, width, format, needs, true), others);

    private static void Put(Field field, string[] others)
    {
        _byName.Add(field.Name, field);
        foreach (var other in others)
        {
            _byName.Add(other, field);
        }
    }
}
