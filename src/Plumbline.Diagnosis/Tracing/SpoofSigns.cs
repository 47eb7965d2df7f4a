using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Diagnosis.Checking.Flows;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// Signs that a guest no longer sends with its port's addresses: the last packets that came from it were dropped as spoofed, and since then none
/// with its own came. What is inside a guest nobody can see; what its port's flows counted, and when they did last, can be.
/// </summary>
internal static class SpoofSigns
{
    private const int ArpTable = 24;
    private const int MacTable = 25;
    private const ulong Few = 3;
    private const int Later = 2;

    /// <summary>What drops a guest's packets; null: no sign of that.</summary>
    public static TraceDrop? Of(GuestNic nic, IPAddress address)
    {
        if ((nic.Vif.OvsEnd ?? nic.Vif.Device) is not { } id || nic.Node.Port(id[(id.LastIndexOf('/') + 1)..]) is not { Number: > 0 } port
            || !nic.Node.SwitchFacts.Flows.TryGetValue(port.Bridge.Name, out var dump))
        {
            return null;
        }
        var from = string.Create(CultureInfo.InvariantCulture, $"in_port={port.Number}");
        Flow? arp = null;
        List<Flow> own = [], macs = [];
        foreach (var flow in dump.Flows)
        {
            if ((flow.Table.Number ?? 0) is not (0 or ArpTable or MacTable) || !flow.Matches.Any(m => m.Text == from))
            {
                continue;
            }
            if (flow.Table.Number == MacTable)
            {
                macs.Add(flow);
            }
            else if (BridgeFlows.HasProtocol(flow, "arp"))
            {
                if (flow.Table.Number == ArpTable)
                {
                    own.Add(flow);
                }
                else
                {
                    arp = flow;
                }
            }
        }
        // bridges and veths send neighbour discovery of their own there, but ARP is the guest's
        var what = IsNewer(own, macs) ? "the last ARP packets of this guest had another MAC address than its port's"
            // one that holds a foreign address beside its own still sends with that: its other packets pass after them
            : arp is not null && address.AddressFamily == AddressFamily.InterNetwork && IsNewer([arp], own) && IsNewer([arp], macs) && Sum([arp], arp) >= (Sum(own, arp) ?? ulong.MaxValue - Few) + Few
                ? $"the last ARP packets of this guest had another sender than {address}" : null;
        return what is null ? null : new()
        {
            Cause = TraceCause.Flow,
            Node = nic.Node.Name,
            Place = port.Bridge.Name,
            What = $"{what}: they are dropped as spoofed, so it does not answer as {address}",
            Phase = TracePhase.Forward,
        };
    }

    /// <summary>What came last is newer than what passed the next table last, so it did not pass.</summary>
    private static bool IsNewer(List<Flow> came, List<Flow> passed) => came.Count > 0 && passed.Count > 0 && Sum([.. came, .. passed], came[0]) is not null && came.Exists(f => f.Packets > 0)
        && came.Where(f => f.Packets > 0).Min(f => f.IdleAge) is { } lastCame && passed.Min(f => f.IdleAge) is { } lastWent && lastWent >= lastCame + Later;

    private static ulong? Sum(List<Flow> flows, Flow like)
    {
        ulong sum = 0;
        foreach (var flow in flows)
        {
            if (flow is not { Packets: { } packets, Duration: { } age } || like.Duration is not { } other || Math.Abs((age - other).TotalSeconds) > Later)
            {
                return null;
            }
            sum += packets;
        }
        return sum;
    }
}
