using System.Globalization;

namespace Plumbline.Diagnosis.Checking.Flows;

internal static partial class L2PopulationChecks
{
    private const int FloodTable = 22;

    /// <summary>Tunnels in whose unicast entries something is missed, once an entry.</summary>
    private static List<int> Missed(List<Entry> told, int vlan) =>
        [.. told.Where(e => e.Table == UnicastTable && e.Vlan == vlan && e.Miss is not null).Select(e => e.Number)];

    /// <summary>
    /// What is missed has one cause where all of it is missed: the whole table, all that another node has, or a network of which this node never
    /// heard that the other is in it.
    /// </summary>
    private static void Tell(FlowContext context, BridgeFlows flows, List<Entry> told)
    {
        foreach (var table in (ReadOnlySpan<int>)[UnicastTable, ArpTable])
        {
            var all = told.Where(e => e.Table == table).ToList();
            var missed = all.Where(e => e.Miss is not null && !IsFloodToldOf(flows, e)).ToList();
            if (missed.Count == 0 || context.Check.Found.Has(context.Node, "flow-missing", $"{flows.Name} table={table}"))
            {
                continue;
            }
            var what = table == UnicastTable ? "tells by which tunnel" : "of the ARP responder tells of";
            if (missed.Count > 1 && missed.Count == all.Count)
            {
                Add(context, flows, missed, $"{flows.Name} table={table}", $"{flows.Name}: no flow in table {table} {what} any address of the other nodes{(table == UnicastTable ? " is reached" : "")}");
                continue;
            }
            foreach (var peer in missed.GroupBy(e => e.Host, StringComparer.Ordinal))
            {
                var count = peer.Count();
                if (count > 1 && all.Count(e => e.Host == peer.Key) == count)
                {
                    Add(context, flows, [.. peer], $"{flows.Name} {peer.Key}", $"{flows.Name}: no flow in table {table} {what} any address on {peer.Key}{(table == UnicastTable ? " is reached" : "")}");
                    continue;
                }
                foreach (var entry in peer)
                {
                    entry.Miss!();
                }
            }
        }
    }

    /// <summary>The network's flood does not go there either, which is told.</summary>
    private static bool IsFloodToldOf(BridgeFlows flows, Entry entry) =>
        !flows.In(FloodTable).Any(f => BridgeFlows.Vlan(f) == entry.Vlan && flows.Outputs(f).Contains(entry.Number));

    private static void Add(FlowContext context, BridgeFlows flows, List<Entry> missed, string about, string what) =>
        context.Add("l2pop-missing", about, what,
            [string.Create(CultureInfo.InvariantCulture, $"{missed.Count} entries are missed: ovs-ofctl dump-flows {flows.Name} table={missed[0].Table}")],
            "until addresses are learned, what is sent to them is flooded, or lost where the flood does not reach them",
            [.. context.Node.Topology.Vifs.Where(v => missed.Exists(e => e.Vlan == v.LocalVlan)).Select(CheckNode.NameOf).Distinct()]);

    /// <summary>Something that this node was to be told.</summary>
    /// <param name="Table">20 or 21.</param>
    /// <param name="Vlan">The network's local VLAN.</param>
    /// <param name="Number">The tunnel's port.</param>
    /// <param name="Host">The other node.</param>
    private sealed record Entry(int Table, int Vlan, int Number, string Host)
    {
        /// <summary>Tells that it is not there; null where it is.</summary>
        public Action? Miss { get; set; }
    }
}
