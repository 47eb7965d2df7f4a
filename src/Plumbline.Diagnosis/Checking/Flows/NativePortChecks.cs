using System.Globalization;
using System.Net.Sockets;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>
/// A port under the native firewall (firewall_driver = openvswitch): what it sends goes from table 60 to 71, where its addresses are checked, and
/// what is for it from 60 to 81. The security groups' own flows (72, 82) are not judged.
/// </summary>
internal static class NativePortChecks
{
    private const int Transient = 60;
    private const int BaseEgress = 71;
    private const int BaseIngress = 81;

    public static void Run(FlowContext context, BridgeFlows flows)
    {
        var hasEgress = flows.In(Transient).Any(f => flows.InPort(f) is not null && BridgeFlows.GoesTo(f, BaseEgress));
        var hasIngress = flows.In(Transient).Any(f => BridgeFlows.Mac(f, "dl_dst") is not null && BridgeFlows.GoesTo(f, BaseIngress));
        if (!hasEgress && !hasIngress)
        {
            return; // a release whose tables are others
        }
        foreach (var vif in context.Node.Topology.Vifs)
        {
            if (vif is { Owner: VifOwner.Instance, LocalVlan: > 0 and < FlowContext.DeadVlan } && vif.OvsBridge == flows.Name
                && CheckNode.OvsPortOf(vif) is { } name && flows.NumberOf(name) is { } port
                && context.Check.Wanted(vif.PortId) is { IsUp: true }
                && context.Intended(vif.PortId) is { Port: { PortSecurityEnabled: true, IsTrusted: false } } intended)
            {
                var missing = new List<string>();
                var number = port.ToString(CultureInfo.InvariantCulture);
                MacAddress mac = intended.Port.Address;
                if (hasEgress && !flows.From(Transient, port).Any(f => BridgeFlows.GoesTo(f, BaseEgress)))
                {
                    missing.Add($"table={Transient} in_port={number} to table {BaseEgress}");
                }
                if (hasIngress && !flows.In(Transient).Any(f => BridgeFlows.Mac(f, "dl_dst") == mac && BridgeFlows.GoesTo(f, BaseIngress)))
                {
                    missing.Add($"table={Transient} dl_dst={mac} to table {BaseIngress}");
                }
                foreach (var address in intended.Port.FixedAddresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork))
                {
                    var found = flows.From(BaseEgress, port);
                    if (!found.Any(f => BridgeFlows.IsAddress(BridgeFlows.Address(f, "nw_src"), address)))
                    {
                        missing.Add($"table={BaseEgress} ip,in_port={number},nw_src={address}");
                    }
                    if (!found.Any(f => BridgeFlows.IsAddress(BridgeFlows.Address(f, "arp_spa"), address)))
                    {
                        missing.Add($"table={BaseEgress} arp,in_port={number},arp_spa={address}");
                    }
                }
                if (missing.Count > 0)
                {
                    var who = CheckNode.NameOf(vif);
                    context.Add("flow-missing", $"{flows.Name} {name}", $"{flows.Name}: flows of the firewall for {who}'s port {name} are missing",
                        missing.Select(m => $"missing: {m}"), $"what {who} sends or gets is dropped", [who]);
                }
            }
        }
    }
}
