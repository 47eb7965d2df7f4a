using System.Net;
using Plumbline.Iptables;
using Plumbline.OpenFlow.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>Frames as Open vSwitch sees them, and back.</summary>
internal static class FlowKeys
{
    public static FlowKey Of(TraceFrame frame, int inPort)
    {
        var key = new FlowKey { InPort = inPort };
        key.Set("dl_src", frame.Source.Value).Set("dl_dst", frame.Destination.Value);
        if (frame.Vlan is { } vlan)
        {
            key.Set("dl_vlan", (UInt128)vlan);
        }
        if (frame.Mark != 0)
        {
            key.Set("pkt_mark", frame.Mark);
        }
        if (frame.Arp != 0)
        {
            return key.Set("dl_type", 0x0806).Set("arp_op", frame.Arp)
                .Set("arp_spa", TraceFrame.NumberOf(frame.From)).Set("arp_tpa", TraceFrame.NumberOf(frame.To))
                .Set("arp_sha", frame.ToldMac?.Value ?? 0)
                .Set("arp_tha", frame.Arp == TraceFrame.ArpReply ? frame.Destination.Value : 0);
        }
        key.Set("nw_ttl", frame.HopLimit);
        if (frame.IsIPv6)
        {
            key.Set("dl_type", 0x86dd).Set("ipv6_src", TraceFrame.NumberOf(frame.From))
                .Set("ipv6_dst", TraceFrame.NumberOf(frame.To));
        }
        else
        {
            key.Set("dl_type", 0x0800).Set("nw_src", TraceFrame.NumberOf(frame.From)).Set("nw_dst", TraceFrame.NumberOf(frame.To));
        }
        key.Set("nw_proto", frame.Protocol);
        if (frame.Fragment is { } part)
        {
            key.Set("nw_frag", (UInt128)(part == FragmentPart.First ? 1 : 3));
        }
        if (frame.Fragment == FragmentPart.Later)
        {
            return key;     // nobody sees ports in it
        }
        if (frame.IsIcmp)
        {
            key.Set("tp_src", frame.IcmpType).Set("tp_dst", frame.IcmpCode);
            if (frame.NdTarget is { } target)
            {
                key.Set("nd_target", TraceFrame.NumberOf(target));
                key.Set(frame.IsNeighbourQuestion ? "nd_sll" : "nd_tll", frame.ToldMac?.Value ?? 0);
            }
        }
        else
        {
            key.Set("tp_src", frame.SourcePort).Set("tp_dst", frame.DestinationPort);
            if (frame.Protocol == 6)
            {
                key.Set("tcp_flags", (UInt128)(int)frame.TcpFlags);
            }
        }
        return key;
    }

    /// <summary>The frame with what the flows changed in it.</summary>
    public static TraceFrame Back(TraceFrame frame, FlowKey key)
    {
        var result = frame with
        {
            Source = new((ulong)key.Get("dl_src")),
            Destination = new((ulong)key.Get("dl_dst")),
            Vlan = key.HasVlan ? key.Vlan : null,
            Mark = (uint)key.Get("pkt_mark"),
        };
        if (frame.Arp != 0)
        {
            return result with
            {
                Arp = (ushort)key.Get("arp_op"),
                From = TraceFrame.AddressOf(IPFamily.IPv4, key.Get("arp_spa")),
                To = TraceFrame.AddressOf(IPFamily.IPv4, key.Get("arp_tpa")),
                ToldMac = new MacAddress((ulong)key.Get("arp_sha")),
            };
        }
        result = result with
        {
            From = Address(frame, key, "src"),
            To = Address(frame, key, "dst"),
            HopLimit = (byte)key.Get("nw_ttl"),
        };
        if (frame.Fragment == FragmentPart.Later)
        {
            return result;
        }
        return frame.IsIcmp
            ? result with { IcmpType = (byte)key.Get("tp_src"), IcmpCode = (byte)key.Get("tp_dst") }
            : result with { SourcePort = (ushort)key.Get("tp_src"), DestinationPort = (ushort)key.Get("tp_dst") };
    }

    private static IPAddress Address(TraceFrame frame, FlowKey key, string end) => frame.IsIPv6
        ? TraceFrame.AddressOf(IPFamily.IPv6, key.Get("ipv6_" + end))
        : TraceFrame.AddressOf(IPFamily.IPv4, key.Get("nw_" + end));
}
