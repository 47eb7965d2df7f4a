using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Groups;

namespace Plumbline.OpenFlow.Simulation.Compiled;

/// <summary>A bridge, ready for packets.</summary>
internal sealed class CompiledBridge
{
    private readonly CompiledTable?[] _tables = new CompiledTable?[256];
    private readonly Dictionary<int, PortFacts> _ports = [];
    private readonly Dictionary<string, PortFacts> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Bundle> _bundleOf = [];
    private readonly Dictionary<ulong, int> _fdb = [];
    private readonly Dictionary<uint, FlowGroup> _groups = [];

    public CompiledBridge(BridgeFacts facts)
    {
        Facts = facts;
        foreach (var port in facts.Ports ?? [])
        {
            AddPort(port);
        }
        foreach (var entry in facts.Fdb ?? [])
        {
            _fdb[(ulong)entry.Vlan << 48 | entry.Address.Value] = entry.Port;
        }
        foreach (var group in facts.Groups ?? [])
        {
            _groups[group.Id] = group;
        }
        foreach (var table in facts.Flows.Select(Compile).OfType<(int Table, CompiledRule Rule)>().GroupBy(r => r.Table))
        {
            _tables[table.Key] = new CompiledTable(table.Select(r => r.Rule));
        }
    }

    public BridgeFacts Facts { get; }

    public string Name => Facts.Name;

    /// <summary>By the lowest number of their members.</summary>
    public List<Bundle> Bundles { get; } = [];

    public CompiledTable? Table(int number) => _tables[number];

    public PortFacts? Port(int number) => _ports.GetValueOrDefault(number);

    public PortFacts? Port(string name) => _byName.GetValueOrDefault(name);

    public IEnumerable<PortFacts> Ports => _ports.Values;

    public Bundle? BundleOf(int port) => _bundleOf.GetValueOrDefault(port);

    public FlowGroup? Group(uint id) => _groups.GetValueOrDefault(id);

    public int? Learned(int vlan, ulong address) =>
        _fdb.TryGetValue((ulong)vlan << 48 | address, out var port) ? port : null;

    /// <summary>The port's number; null where only a name was printed that no port has.</summary>
    public int? NumberOf(PortReference port) => port.Number ?? (port.Name is { } name ? Port(name)?.Number : null);

    /// <summary>The table's number; null where only a name was printed that was not told.</summary>
    public int? NumberOf(TableReference table) =>
        table.Number ?? (table.Name is { } name && Facts.TableNames is { } names && names.TryGetValue(name, out var number)
            ? number : null);

    private void AddPort(PortFacts port)
    {
        _ports[port.Number] = port;
        _byName[port.Name] = port;
        var bundle = port.Bond is { } bond ? Bundles.Find(b => b.First.Bond == bond) : null;
        if (bundle is null)
        {
            bundle = new(port);
            Bundles.Add(bundle);
        }
        else
        {
            bundle.Members.Add(port);
        }
        _bundleOf[port.Number] = bundle;
    }

    /// <summary>An entry that was set by hand: no packet changes it.</summary>
    public bool IsStatic(int vlan, ulong address)
    {
        foreach (var entry in Facts.Fdb ?? [])
        {
            if (entry.Age is null && entry.Vlan == vlan && entry.Address.Value == address)
            {
                return true;
            }
        }
        return false;
    }

    public (int Table, CompiledRule Rule)? Compile(Flow flow)
    {
        if (NumberOf(flow.Table) is not { } table)
        {
            return null;
        }
        var conditions = new SortedDictionary<int, Condition>();
        string? unknown = null;
        var possible = true;
        foreach (var match in flow.Matches)
        {
            switch (match)
            {
                case Match.Protocol protocol:
                    if (protocol.DlType is { } type)
                    {
                        possible &= Add(conditions, new(Slot.DlType, type, 0xffff));
                    }
                    if (protocol.NwProto is { } proto)
                    {
                        possible &= Add(conditions, new(Slot.NwProto, proto, 0xff));
                    }
                    break;
                case Match.Value value:
                    possible &= Add(conditions, ConditionOf(value));
                    break;
                case Match.NamedPort port when Port(port.Name) is { } named:
                    possible &= Add(conditions, new(port.Field.Slot, (UInt128)named.Number, port.Field.Mask));
                    break;
                default:
                    unknown = match.Text;
                    break;
            }
        }
        return possible
            ? (table, new()
            {
                Flow = flow,
                Priority = flow.Priority,
                Conditions = [.. conditions.Values],
                Unknown = unknown,
                Conjunctions = [.. flow.Actions.OfType<FlowAction.Conjunction>()],
            })
            : null;
    }

    /// <summary>VLAN fields ask for a tag too, and nw_tos for its six bits only.</summary>
    private static Condition ConditionOf(Match.Value match)
    {
        var (value, mask) = (match.Wanted << match.Field.Shift, match.Mask << match.Field.Shift);
        return match.Field.Name switch
        {
            "dl_vlan" or "dl_vlan_pcp" or "vlan_pcp" => new(match.Field.Slot, value | FlowKey.Cfi, mask | FlowKey.Cfi),
            "nw_tos" => new(match.Field.Slot, value & 0xfc, mask & 0xfc),
            _ => new(match.Field.Slot, value & mask, mask),
        };
    }

    private static bool Add(SortedDictionary<int, Condition> conditions, Condition added)
    {
        if (conditions.TryGetValue(added.Slot, out var present))
        {
            var both = present.Mask & added.Mask;
            if ((present.Value & both) != (added.Value & both))
            {
                return false;       // asks for two values of one bit: no packet can have both
            }
            added = new(added.Slot, present.Value | added.Value, present.Mask | added.Mask);
        }
        conditions[added.Slot] = added;
        return true;
    }
}
