using System.Globalization;
using Plumbline.Node.Topologies;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>
/// A guest that sends with another's address, under the native firewall: what none of its port's flows of table 71 allows meets the port's last one there
/// (priority 10), which no other packet meets. What security groups refuse is dropped in other tables. A guest that starts asks for addresses
/// that it does not have yet, so the drops must be recent and go on after that, or be many.
/// </summary>
internal static class NativeSpoofChecks
{
    private const int BaseEgress = 71;
    private const int LastPriority = 10;
    private const int RecentSeconds = 45;
    private const int StartSeconds = 30;
    private const ulong Few = 3;
    private const ulong Many = 20;

    public static void Run(FlowContext context, BridgeFlows flows)
    {
        foreach (var vif in context.Node.Topology.Vifs)
        {
            if (vif is not { Owner: VifOwner.Instance, LocalVlan: > 0 and < FlowContext.DeadVlan } || CheckNode.OvsPortOf(vif) is not { } name
                || flows.NumberOf(name) is not { } port || context.Check.Found.Has(context.Node, "flow-missing", $"{flows.Name} {name}")
                || context.Check.Found.Has(context.Node, "flow-changed", $"{flows.Name} {name}"))
            {
                continue;
            }
            var last = flows.From(BaseEgress, port).FirstOrDefault(f => f.Priority == LastPriority && IsOfAll(f));
            if (last is not { Packets: >= Few and { } dropped, IdleAge: <= RecentSeconds and { } idle }
                || dropped < Many && (last.Duration?.TotalSeconds ?? 0) - idle < StartSeconds)
            {
                continue;
            }
            var who = CheckNode.NameOf(vif);
            context.Add("spoofed-traffic", name, $"{who} sends with addresses that its port does not have, and is dropped",
                [string.Create(CultureInfo.InvariantCulture, $"{dropped} packets met the last flow of its port in table {BaseEgress}, the last one {idle} s ago"), FlowContext.Show(last)],
                $"what {who} sends with them reaches nobody", [who],
                "set the guest's addresses to the port's, or allow them: openstack port set --allowed-address ip-address=…,mac-address=… PORT");
        }
    }

    /// <summary>It asks for the port alone, so it is the drop of what is left.</summary>
    private static bool IsOfAll(Flow flow) => flow.Matches.Count <= 2;
}
