using System.Globalization;
using Plumbline.Neutron.OpenFlow;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>
/// Ports under the native firewall (firewall_driver = openvswitch): the flows that bring what a port sends and gets to its rules, check its
/// sender's addresses and keep its connections (tables 60, 71, 73, 81 and the fixed part of 72 and 82). One finding a port.
/// </summary>
internal static class NativePortChecks
{
    private static readonly int[] _tables = [NativeFlows.BaseEgress, NativeFlows.EgressRules, 73, 81, NativeFlows.IngressRules];

    public static void Run(FlowContext context, BridgeFlows flows)
    {
        var native = new NativeFlows(flows);
        if (flows.In(NativeFlows.BaseEgress).Count == 0 && flows.In(81).Count == 0 && flows.Cookie is null)
        {
            return; // nobody's flows
        }
        var ports = NativePorts.Find(context, flows);
        var lost = CheckTables(context, native, ports);
        foreach (var port in ports)
        {
            Check(context, native, port, lost);
        }
        CheckCommon(context, native, lost, [.. ports.Where(p => p.Wanted.IsFiltered).Select(p => p.Who).Distinct()]);
        NativeRuleChecks.Run(context, native, ports, lost);
    }

    /// <summary>Tables in which no port's flows are left.</summary>
    private static HashSet<int> CheckTables(FlowContext context, NativeFlows native, List<NativePort> ports)
    {
        var lost = new HashSet<int>();
        var filtered = ports.Where(p => p.Wanted.IsFiltered).ToList();
        if (filtered.Count < 2)
        {
            return lost;
        }
        foreach (var table in _tables)
        {
            if (native.Bridge.In(table).All(f => BridgeFlows.Wants(f, "reg5") is null && BridgeFlows.Wants(f, "in_port") is null))
            {
                lost.Add(table);
                context.Add("flow-missing", string.Create(CultureInfo.InvariantCulture, $"{native.Bridge.Name} table={table}"),
                    string.Create(CultureInfo.InvariantCulture, $"{native.Bridge.Name}: table {table} has no flow of any port"),
                    [string.Create(CultureInfo.InvariantCulture, $"ovs-ofctl dump-flows {native.Bridge.Name} table={table}")],
                    "what comes there is dropped: " + (table is 81 or NativeFlows.IngressRules ? "nothing reaches the VMs" : "nothing leaves the VMs"),
                    [.. filtered.Select(p => p.Who).Distinct()]);
            }
        }
        return lost;
    }

    private static void Check(FlowContext context, NativeFlows native, NativePort port, HashSet<int> lost)
    {
        var missing = new List<Flow>();
        var wrong = new List<(Flow Wanted, Flow Found)>();
        foreach (var wanted in FlowDump.Parse(string.Join('\n', NativeFirewallFlows.OfPort(port.Wanted))).Flows)
        {
            if (lost.Contains(wanted.Table.Number ?? 0))
            {
                continue;
            }
            var found = native.Find(wanted, out var isSame);
            if (found is null && (native.HasKind(wanted) || !IsOfSomeReleases(wanted)))
            {
                missing.Add(wanted);
            }
            else if (found is not null && !isSame)
            {
                wrong.Add((wanted, found));
            }
        }
        if (missing.Count + wrong.Count == 0)
        {
            return;
        }
        context.Add(wrong.Count > 0 ? "flow-changed" : "flow-missing", $"{native.Bridge.Name} {port.Name}",
            wrong.Count > 0 ? $"{native.Bridge.Name}: flows of the firewall for {port.Label}'s port {port.Name} are not as the agent writes them"
                : $"{native.Bridge.Name}: flows of the firewall for {port.Label}'s port {port.Name} are missing",
            [
                .. missing.Select(f => "missing: " + FlowContext.Show(f)),
                .. wrong.Select(w => $"{FlowContext.Show(w.Found)}, and not actions={w.Wanted.ActionsText}"),
            ],
            Consequence([.. missing, .. wrong.Select(w => w.Wanted)], port), [port.Who]);
    }

    /// <summary>
    /// What releases write differently: DHCP, and neighbour discovery by sender; those before Victoria let routers' advertisements in by the groups' rules.
    /// </summary>
    private static bool IsOfSomeReleases(Flow flow) => flow.Table.Number == NativeFlows.BaseEgress
        ? flow.Matches.Any(m => m is Match.Protocol { Text: "udp" or "udp6" or "icmp6" })
        : flow.Table.Number == NativeFlows.BaseIngress && flow.MatchText.Contains("icmp_type=134", StringComparison.Ordinal);

    private static void CheckCommon(FlowContext context, NativeFlows native, HashSet<int> lost, List<string> users)
    {
        foreach (var wanted in FlowDump.Parse(string.Join('\n', NativeFirewallFlows.OfBridge)).Flows)
        {
            var table = wanted.Table.Number ?? 0;
            if (users.Count == 0 || lost.Contains(table) || native.Find(wanted, out var isSame) is { } found && (isSame || !BridgeFlows.Drops(found)))
            {
                continue;
            }
            if (native.Bridge.In(table).Any(f => !BridgeFlows.Drops(f)))
            {
                continue; // explicitly_egress_direct, logging and the like have others
            }
            context.Add("flow-missing", string.Create(CultureInfo.InvariantCulture, $"{native.Bridge.Name} table={table}"),
                string.Create(CultureInfo.InvariantCulture, $"{native.Bridge.Name}: no flow in table {table} passes accepted packets on"),
                ["missing: " + FlowContext.Show(wanted)], "what the VMs send is dropped after their rules accepted it", users);
        }
    }

    private static string Consequence(List<Flow> flows, NativePort port)
    {
        if (flows.TrueForAll(f => f.Table.Number == NativeFlows.Transient && BridgeFlows.Mac(f, "dl_dst") is null))
        {
            return port.Wanted.IsFiltered
                ? $"what {port.Label} sends goes by the firewall: its rules are not asked, and answers to it are dropped as of no connection"
                : $"what {port.Label} sends to VMs of this node goes by their rules";
        }
        if (flows.TrueForAll(f => BridgeFlows.Mac(f, "dl_dst") is not null))
        {
            return $"what is for {port.Label} goes by its rules, and its answers are dropped as of no connection";
        }
        if (!port.Wanted.IsFiltered)
        {
            return $"what {port.Label} sends is dropped";
        }
        if (flows.TrueForAll(f => BridgeFlows.HasProtocol(f, "arp")))
        {
            return flows.TrueForAll(f => f.Table.Number == 81) ? $"no ARP reaches {port.Label}: nobody on IPv4 learns its address"
                : $"ARP of {port.Label} is dropped: nobody on IPv4 learns its address, and it learns nobody's";
        }
        if (flows.TrueForAll(f => f.Table.Number is 81 or NativeFlows.IngressRules || BridgeFlows.Mac(f, "dl_dst") is not null))
        {
            return $"what is for {port.Label} is dropped, at least in part";
        }
        return flows.TrueForAll(f => f.Table.Number is NativeFlows.Transient or NativeFlows.BaseEgress or NativeFlows.EgressRules or 73)
            ? $"what {port.Label} sends is dropped, at least in part" : $"what {port.Label} sends or gets is dropped, at least in part";
    }
}
