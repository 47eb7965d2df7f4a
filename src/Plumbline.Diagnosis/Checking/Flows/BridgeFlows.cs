using System.Net;
using Plumbline.Node.Facts;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>One bridge's flows, found by table and by ingress port; ports by name are turned into numbers.</summary>
internal sealed class BridgeFlows
{
    private readonly Dictionary<int, List<Flow>> _tables = [];
    private readonly Dictionary<(int Table, int Port), List<Flow>> _ofPort = [];
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);

    public BridgeFlows(OvsBridge bridge, string text)
    {
        Bridge = bridge;
        foreach (var row in bridge.Ports.SelectMany(p => p.Interfaces))
        {
            if (row.OfPort is { } number)
            {
                _ports.TryAdd(row.Name, number);
            }
        }
        All = FlowDump.Parse(text).Flows;
        foreach (var flow in All)
        {
            var table = flow.Table.Number ?? 0;
            Add(_tables, table, flow);
            if (InPort(flow) is { } port)
            {
                Add(_ofPort, (table, port), flow);
            }
        }
        Cookie = CookieOfMost(All);
    }

    public OvsBridge Bridge { get; }

    public string Name => Bridge.Name;

    public IReadOnlyList<Flow> All { get; }

    /// <summary>The mark of the agent; null where no one mark is on most flows: nobody's bridge, or an agent that starts anew.</summary>
    public ulong? Cookie { get; }

    public IReadOnlyList<Flow> In(int table) => _tables.TryGetValue(table, out var flows) ? flows : [];

    /// <summary>Flows of a table about what comes in at one port.</summary>
    public IReadOnlyList<Flow> From(int table, int port) => _ofPort.TryGetValue((table, port), out var flows) ? flows : [];

    /// <summary>The number of a port of this bridge; null where it has none.</summary>
    public int? NumberOf(string port) => _ports.TryGetValue(port, out var number) && number > 0 ? number : null;

    public int? NumberOf(PortReference port) => port.Number ?? (port.Name is { } name ? NumberOf(name) : null);

    public string NameOf(int number) => _ports.FirstOrDefault(p => p.Value == number).Key ?? $"port {number}";

    /// <summary>The port that a flow is about; null where about any.</summary>
    public int? InPort(Flow flow)
    {
        foreach (var match in flow.Matches)
        {
            switch (match)
            {
                case Match.Value { Field.Name: "in_port" } value:
                    return (int)value.Wanted;
                case Match.NamedPort { Field.Name: "in_port" } named:
                    return NumberOf(named.Name);
            }
        }
        return null;
    }

    /// <summary>What a flow wants of a field, where it wants all bits of it.</summary>
    public static UInt128? Wants(Flow flow, string field)
    {
        foreach (var match in flow.Matches)
        {
            if (match is Match.Value value && value.Field.Name == field && value.Mask == value.Field.Mask)
            {
                return value.Wanted;
            }
        }
        return null;
    }

    /// <summary>The VLAN that a flow is about: <c>dl_vlan=N</c>, or the twelve bits of <c>vlan_tci</c> that learned flows match.</summary>
    public static int? Vlan(Flow flow)
    {
        const int Vid = 0xfff;
        foreach (var match in flow.Matches)
        {
            if (match is Match.Value { Field.Name: "dl_vlan" or "vlan_tci" or "vlan_vid" } value && (value.Mask & Vid) == Vid
                && (value.Field.Name != "vlan_tci" || value.Wanted != 0))
            {
                return (int)(value.Wanted & Vid);
            }
        }
        return null;
    }

    /// <summary>A flow matches what bears no VLAN tag.</summary>
    public static bool IsUntagged(Flow flow) => flow.Matches.Any(m =>
        m is Match.Value { Field.Name: "vlan_tci" or "vlan_vid", Wanted: var wanted } value && wanted == 0 && (value.Mask & 0x1000) != 0);

    public static MacAddress? Mac(Flow flow, string field) => Wants(flow, field) is { } value ? new((ulong)value) : null;

    public static bool HasProtocol(Flow flow, string protocol) => flow.Matches.Any(m => m is Match.Protocol && m.Text == protocol);

    /// <summary>An address that a flow wants, with its prefix length where it has one; null where it wants none.</summary>
    public static string? Address(Flow flow, string field)
    {
        foreach (var match in flow.Matches)
        {
            if (match is Match.Value value && value.Field.Name == field)
            {
                return match.Text[(match.Text.IndexOf('=', StringComparison.Ordinal) + 1)..];
            }
        }
        return null;
    }

    /// <summary>A flow's prefix holds an address or prefix that somebody may use.</summary>
    public static bool IsAddress(string? text, IPAddress address) =>
        text is not null && IPAddress.TryParse(text.Split('/')[0], out var read) && read.Equals(address);

    public static bool IsDefault(Flow flow) => flow.Matches.Count == 0;

    public static bool Drops(Flow flow) => flow.Actions.Count == 0 || flow.Actions.All(a => a is FlowAction.Drop);

    public static bool GoesTo(Flow flow, int table) => flow.Actions.Any(a => a switch
    {
        FlowAction.Resubmit { Table: { Number: { } number } } => number == table,
        FlowAction.GotoTable { Table.Number: { } number } => number == table,
        _ => false,
    });

    public static bool IsNormal(Flow flow) => flow.Actions.Any(a => a is FlowAction.Output { Port.Number: OfPort.Normal });

    public static bool SetsVlan(Flow flow, int vlan) => flow.Actions.Any(a => a switch
    {
        FlowAction.SetVlanVid set => set.Vid == vlan,
        FlowAction.SetField { Target.Field.Name: "vlan_vid" or "vlan_tci" or "dl_vlan" } set => (int)(set.Value & 0xfff) == vlan,
        _ => false,
    });

    public static bool SetsAnyVlan(Flow flow) => flow.Actions.Any(a =>
        a is FlowAction.SetVlanVid or FlowAction.SetField { Target.Field.Name: "vlan_vid" or "vlan_tci" or "dl_vlan" });

    public static bool StripsVlan(Flow flow) => flow.Actions.Any(a => a is FlowAction.StripVlan);

    public static UInt128? TunnelKey(Flow flow)
    {
        foreach (var action in flow.Actions)
        {
            if (action is FlowAction.SetField { Target.Field.Name: "tun_id" } set)
            {
                return set.Value;
            }
        }
        return null;
    }

    /// <summary>A tunnel key other than a network's, with which a flow sends at least one copy; null: all bear the network's.</summary>
    public static UInt128? OtherKey(Flow flow, UInt128 key)
    {
        UInt128? current = null;
        foreach (var action in flow.Actions)
        {
            if (action is FlowAction.SetField { Target.Field.Name: "tun_id" } set)
            {
                current = set.Value;
            }
            else if (action is FlowAction.Output && current is { } sent && sent != key)
            {
                return sent;
            }
        }
        return current is { } only && only != key ? only : null;
    }

    /// <summary>Numbers of the ports that a flow sends to, in order.</summary>
    public List<int> Outputs(Flow flow)
    {
        var ports = new List<int>();
        foreach (var action in flow.Actions)
        {
            if (action is FlowAction.Output output && NumberOf(output.Port) is { } number)
            {
                ports.Add(number);
            }
        }
        return ports;
    }

    /// <summary>Tables that packets can reach.</summary>
    public HashSet<int> Reachable()
    {
        var reached = new HashSet<int> { 0 };
        var next = new Queue<int>([0]);
        while (next.TryDequeue(out var table))
        {
            foreach (var action in In(table).SelectMany(f => f.Actions))
            {
                var to = action switch
                {
                    FlowAction.Resubmit { Table: { Number: { } number } } => number,
                    FlowAction.GotoTable { Table.Number: { } number } => number,
                    FlowAction.Ct { Parameters.Table: { } number } => number.Number ?? table,
                    FlowAction.Learn learn => learn.Template.Table.Number ?? table,
                    _ => table,
                };
                if (reached.Add(to))
                {
                    next.Enqueue(to);
                }
            }
        }
        return reached;
    }

    private static ulong? CookieOfMost(IReadOnlyList<Flow> flows)
    {
        var most = flows.GroupBy(f => f.Cookie).OrderByDescending(g => g.Count()).FirstOrDefault();
        return most is null || most.Key == 0 || most.Count() * 2 < flows.Count ? null : most.Key;
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
