using System.Net.Sockets;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.OpenFlow;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>
/// The ports of br-int that the native firewall writes flows for. What they may send from is the API's; without it what most of a port's flows
/// say, so that one that is gone is missed all the same.
/// </summary>
internal static class NativePorts
{
    public static List<NativePort> Find(FlowContext context, BridgeFlows flows)
    {
        var ports = new List<NativePort>();
        foreach (var vif in context.Node.Topology.Vifs)
        {
            if (vif is not { LocalVlan: > 0 and < FlowContext.DeadVlan } || vif.OvsBridge != flows.Name
                || CheckNode.OvsPortOf(vif) is not { } name || flows.NumberOf(name) is not { } number
                || context.Check.Wanted(vif.PortId) is { IsUp: false } || vif.PortId is null)
            {
                continue;
            }
            // flows are made with the VLAN that the agent noted: a tag that was changed since is told as such
            var vlan = context.Node.VlanGiven(name) ?? vif.LocalVlan.Value;
            var intended = context.Intended(vif.PortId);
            if (intended is null && (context.Check.Cloud?.Firewall is not null || vif.Owner != VifOwner.Instance))
            {
                continue;
            }
            if ((intended is not null ? FromIntent(intended, number, vlan) : FromFlows(vif, flows, number, vlan)) is { } wanted)
            {
                ports.Add(new(vif, name, wanted, intended));
            }
        }
        return ports;
    }

    private static NativeFirewallPort FromIntent(IntendedPort intended, int number, int vlan)
    {
        var port = intended.Port;
        var ipv4 = new List<(MacAddress, string)>();
        var ipv6 = new List<(MacAddress, string)>();
        foreach (var address in port.FixedAddresses)
        {
            (address.AddressFamily == AddressFamily.InterNetworkV6 ? ipv6 : ipv4).Add((port.Address, address.ToString()));
        }
        foreach (var pair in port.AllowedAddressPairs)
        {
            if (NativeFirewallFlows.Address(pair.Address) is { } text)
            {
                (text.Contains(':') ? ipv6 : ipv4).Add((pair.Mac ?? port.Address, text));
            }
        }
        return new()
        {
            OfPort = number,
            LocalVlan = vlan,
            Mac = port.Address,
            IPv4 = ipv4,
            IPv6 = ipv6,
            IsFiltered = port is { PortSecurityEnabled: true, IsTrusted: false },
        };
    }

    private static NativeFirewallPort? FromFlows(Vif vif, BridgeFlows flows, int number, int vlan)
    {
        // attached-mac is only what somebody wrote there: what the agent made flows of counts more
        var used = flows.From(NativeFlows.BaseEgress, number).Select(f => BridgeFlows.Mac(f, "dl_src")).OfType<MacAddress>()
            .GroupBy(m => m).MaxBy(g => g.Count())?.Key;
        if ((used ?? vif.Address) is not { } mac)
        {
            return null;
        }
        var ipv4 = new HashSet<(MacAddress, string)>();
        var ipv6 = new HashSet<(MacAddress, string)>();
        foreach (var flow in flows.From(NativeFlows.BaseEgress, number))
        {
            var from = BridgeFlows.Mac(flow, "dl_src") ?? mac;
            if ((BridgeFlows.Address(flow, "nw_src") ?? BridgeFlows.Address(flow, "arp_spa")) is { } v4 && v4 != "0.0.0.0")
            {
                ipv4.Add((from, v4));
            }
            if ((BridgeFlows.Address(flow, "ipv6_src") ?? BridgeFlows.Address(flow, "nd_target")) is { } v6)
            {
                ipv6.Add((from, v6));
            }
        }
        var isFiltered = ipv4.Count + ipv6.Count > 0 || flows.From(NativeFlows.Transient, number).Any(f => BridgeFlows.GoesTo(f, NativeFlows.BaseEgress));
        // a port of which nothing at all is left cannot be told from one without port security that lost its flows
        return new() { OfPort = number, LocalVlan = vlan, Mac = mac, IPv4 = [.. ipv4], IPv6 = [.. ipv6], IsFiltered = isFiltered };
    }
}
