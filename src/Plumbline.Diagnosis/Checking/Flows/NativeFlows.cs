using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>The native firewall's flows on br-int, found by what they match.</summary>
internal sealed class NativeFlows
{
    public const int Transient = 60;
    public const int BaseEgress = 71;
    public const int BaseIngress = 81;
    public const int EgressRules = 72;
    public const int IngressRules = 82;

    private readonly Dictionary<string, List<Flow>> _byMatch = new(StringComparer.Ordinal);
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Table, int Port), List<Flow>> _rules = [];
    private readonly Dictionary<(int Table, int Vlan), List<Flow>> _members = [];

    public NativeFlows(BridgeFlows bridge)
    {
        Bridge = bridge;
        foreach (var flow in bridge.All)
        {
            var table = flow.Table.Number ?? 0;
            if (table < Transient)
            {
                continue;
            }
            Add(_byMatch, FlowIdentity.MatchOf(flow), flow);
            _kinds.Add(FlowIdentity.KindOf(flow));
            if (table is EgressRules or IngressRules)
            {
                if (BridgeFlows.Wants(flow, "reg5") is { } port)
                {
                    Add(_rules, (table, (int)port), flow);
                }
                else if (BridgeFlows.Wants(flow, "reg6") is { } vlan)
                {
                    Add(_members, (table, (int)vlan), flow);
                }
            }
        }
    }

    public BridgeFlows Bridge { get; }

    /// <summary>Flows of a rules table about one port.</summary>
    public IReadOnlyList<Flow> RulesOf(int table, int port) => _rules.TryGetValue((table, port), out var flows) ? flows : [];

    /// <summary>Flows of a rules table with the addresses of remote groups, in one network.</summary>
    public IReadOnlyList<Flow> MembersIn(int table, int vlan) => _members.TryGetValue((table, vlan), out var flows) ? flows : [];

    /// <summary>Whether any port of the bridge has such a flow: where none has, the agent is of a release that writes others.</summary>
    public bool HasKind(Flow wanted) => _kinds.Contains(FlowIdentity.KindOf(wanted));

    /// <summary>The flow that does what is wanted; else the one that stands in its place; else null.</summary>
    public Flow? Find(Flow wanted, out bool isSame)
    {
        isSame = false;
        if (!_byMatch.TryGetValue(FlowIdentity.MatchOf(wanted), out var found))
        {
            return null;
        }
        var does = FlowIdentity.ActionsOf(wanted);
        foreach (var flow in found)
        {
            if (FlowIdentity.ActionsOf(flow) == does)
            {
                isSame = true;
                return flow;
            }
        }
        return found[0];
    }

    private static void Add<TKey>(Dictionary<TKey, List<Flow>> index, TKey key, Flow flow)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var list))
        {
            index[key] = list = [];
        }
        list.Add(flow);
    }
}
