using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Simulation.Compiled;
using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>
/// What packets have taught a node's bridges since the facts were told: addresses that NORMAL learned, and flows of <c>learn</c> actions.
/// Give the same one to each run of packets that come one after another (an ARP question, its answer, the packet itself), and the later
/// ones find what the earlier ones left, as on a switch. Not for several threads.
/// </summary>
public sealed class SwitchMemory
{
    private readonly Dictionary<(string Bridge, ulong Key), int> _addresses = [];
    private readonly Dictionary<(string Bridge, int Table), List<CompiledRule>> _flows = [];
    private readonly HashSet<Flow> _made = new(ReferenceEqualityComparer.Instance);
    private readonly List<MovedAddress> _moved = [];

    /// <summary>Addresses that a packet showed to be elsewhere than the recorded table had them.</summary>
    public IReadOnlyList<MovedAddress> Moved => _moved;

    /// <summary>The flow was learned here, so nobody has counters of it.</summary>
    public bool IsLearned(Flow flow) => _made.Contains(flow);

    internal int? AddressOf(CompiledBridge bridge, int vlan, ulong address) =>
        _addresses.TryGetValue((bridge.Name, (ulong)vlan << 48 | address), out var port) ? port : null;

    internal void Learn(CompiledBridge bridge, int vlan, ulong address, int port)
    {
        if (new MacAddress(address).IsMulticast || bridge.IsStatic(vlan, address))
        {
            return;
        }
        var known = AddressOf(bridge, vlan, address) ?? bridge.Learned(vlan, address);
        if (known == port)
        {
            return;
        }
        if (known is { } old && !_addresses.ContainsKey((bridge.Name, (ulong)vlan << 48 | address)))
        {
            _moved.Add(new(bridge.Name, vlan, new(address), old, port));
        }
        _addresses[(bridge.Name, (ulong)vlan << 48 | address)] = port;
    }

    internal void Learn(CompiledBridge bridge, LearnedFlow learned)
    {
        foreach (var flow in FlowDump.Parse(learned.Text).Flows)
        {
            if (bridge.Compile(flow) is not var (table, rule))
            {
                continue;
            }
            if (!_flows.TryGetValue((bridge.Name, table), out var list))
            {
                _flows[(bridge.Name, table)] = list = [];
            }
            list.RemoveAll(r => r.IsSameMatch(rule));
            list.Add(rule);
            _made.Add(rule.Flow);
        }
    }

    /// <summary>The learned flow that wins over what the recorded tables have; else that.</summary>
    internal CompiledRule? Choose(CompiledBridge bridge, int table, FlowKey key, CompiledRule? recorded)
    {
        if (!_flows.TryGetValue((bridge.Name, table), out var list))
        {
            return recorded;
        }
        foreach (var rule in list)
        {
            if ((recorded is null || rule.Priority >= recorded.Priority) && rule.Matches(key) && !IsAgain(rule, recorded))
            {
                recorded = rule;
            }
        }
        return recorded;
    }

    /// <summary>It only says once more what stands there.</summary>
    private static bool IsAgain(CompiledRule rule, CompiledRule? recorded) => recorded is not null && rule.IsSameMatch(recorded)
        && OutputOf(rule.Flow) == OutputOf(recorded.Flow);

    private static int? OutputOf(Flow flow)
    {
        foreach (var action in flow.Actions)
        {
            if (action is FlowAction.Output output)
            {
                return output.Port.Number;
            }
        }
        return null;
    }
}
