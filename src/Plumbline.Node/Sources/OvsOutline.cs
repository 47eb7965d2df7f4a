using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources;

/// <summary>
/// The Open_vSwitch database read for a question: of thousands of ports the rows of those that it may meet. First what stands out (patches,
/// tunnels, trunks, internal ports), then the VMs' ports by name. All of it would be megabytes of JSON, more work than the answer.
/// </summary>
internal sealed class OvsOutline
{
    /// <summary>More tagged internal ports than these (a network node's) are not asked for by name.</summary>
    private const int MostByName = 64;

    private static readonly string[] _idKeys = ["iface-id", "vm-uuid", "vm-id", "xs-vm-uuid", Topologies.Vif.InstanceNameKey];

    private readonly OvsTables _tables;
    private readonly Columns _columns;
    private readonly Dictionary<Guid, Row> _ports = [];
    private readonly Dictionary<Guid, Row> _interfaces = [];

    private OvsOutline(OvsTables tables, Columns columns, HashSet<string> named) => (_tables, _columns, Named) = (tables, columns, named);

    /// <summary>Interfaces whose external_ids have one of the words that were asked for: as iface-id, vm-uuid or the VM's name.</summary>
    public IReadOnlySet<string> Named { get; }

    /// <summary>Bridges without ports.</summary>
    public OvsFacts Bridges => _tables.ToFacts(known: null);

    /// <summary>Names of the interfaces whose rows were read.</summary>
    public IReadOnlySet<string> Names => _interfaces.Values.Select(r => r.GetString("name")).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>The first step: the small tables, what is not a VM's, and what the words name.</summary>
    /// <exception cref="OvsdbException">The server refused: an old one lacks a column.</exception>
    public static async Task<OvsOutline> ReadAsync(
        OvsdbSession session, Columns columns, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var operations = new List<Operation>
        {
            columns.Select("Open_vSwitch"),
            columns.Select("Bridge"),
            columns.Select("Controller"),
            columns.Select("Manager"),
            columns.Select("Mirror"),
            columns.Select("Interface", new("type", "!=", "")),
            columns.Select("Port", new("tag", "==", OvsdbValue.Empty)),
            columns.Select("Port", new("vlan_mode", "!=", OvsdbValue.Empty)),
        };
        var first = operations.Count;
        foreach (var word in words)
        {
            foreach (var key in _idKeys)
            {
                operations.Add(new Operation.Select("Interface", [Has(key, word)], ["name"]));
            }
        }
        var results = await session.TransactAsync(OvsdbSession.OpenVSwitch, operations, cancellationToken);
        var named = new HashSet<string>(StringComparer.Ordinal);
        for (var i = first; i < results.Count; i++)
        {
            named.UnionWith(results[i].Rows.Select(r => r.GetString("name") ?? ""));
        }
        var outline = new OvsOutline(
            new()
            {
                Root = results[0].Rows,
                Bridges = results[1].Rows,
                Controllers = results[2].Rows,
                Managers = results[3].Rows,
                Mirrors = results[4].Rows,
            },
            columns,
            named);
        Take(outline._interfaces, results[5].Rows);
        Take(outline._ports, results[6].Rows);
        Take(outline._ports, results[7].Rows);
        return outline;
    }

    /// <summary>
    /// The next step: the rows of these VMs' ports, of those that a mirror names, and all that belong to the rows read so far.
    /// False where they do not fit together: something changed, or is joined in a way that only the whole tells.
    /// </summary>
    /// <param name="session">The same session.</param>
    /// <param name="ids">The beginnings of the ports' UUIDs that the names of their devices have.</param>
    /// <param name="listed">The switch's listing of each bridge's ports.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OvsdbException">The server refused.</exception>
    public async Task<bool> ReadPortsAsync(
        OvsdbSession session, IEnumerable<string> ids, IReadOnlyDictionary<string, SwitchPorts> listed, CancellationToken cancellationToken)
    {
        var operations = new List<Operation>();
        // a NIC or a member of a bond in one VLAN
        var read = Names;
        foreach (var name in listed.Values.SelectMany(p => p.Names))
        {
            if (SwitchPorts.IdOf(name) is null && !read.Contains(name))
            {
                operations.Add(_columns.Select("Interface", new("name", "==", name)));
            }
        }
        if (operations.Count > MostByName)
        {
            return false;
        }
        foreach (var id in ids)
        {
            foreach (var name in new[] { "qvo" + id, "tap" + id })
            {
                operations.Add(_columns.Select("Port", new("name", "==", name)));
                operations.Add(_columns.Select("Interface", new("name", "==", name)));
            }
        }
        foreach (var mirror in _tables.Mirrors ?? [])
        {
            foreach (var port in mirror.GetUuids("select_src_port").Concat(mirror.GetUuids("select_dst_port")).Append(mirror.GetUuid("output_port") ?? default))
            {
                operations.Add(_columns.Select("Port", new("_uuid", "==", port)));
            }
        }
        await TakeAsync(session, operations, cancellationToken);
        operations.Clear();
        var joined = new HashSet<Guid>(_ports.Values.SelectMany(p => p.GetUuids("interfaces")));
        foreach (var row in _interfaces.Values)
        {
            if (!joined.Contains(row.Uuid))
            {
                operations.Add(_columns.Select("Port", new("interfaces", "includes", row.Uuid)));
            }
        }
        if (operations.Count > MostByName)
        {
            var before = _ports.Keys.ToHashSet();
            await TakeAsync(session, [_columns.Select("Port")], cancellationToken);
            foreach (var (uuid, row) in _ports.ToList())
            {
                if (!before.Contains(uuid) && !row.GetUuids("interfaces").Any(_interfaces.ContainsKey))
                {
                    _ports.Remove(uuid);
                }
            }
        }
        else
        {
            await TakeAsync(session, operations, cancellationToken);
        }
        operations.Clear();
        foreach (var port in _ports.Values.SelectMany(p => p.GetUuids("interfaces")))
        {
            if (!_interfaces.ContainsKey(port))
            {
                operations.Add(_columns.Select("Interface", new("_uuid", "==", port)));
            }
        }
        await TakeAsync(session, operations, cancellationToken);
        var of = new HashSet<Guid>(_ports.Values.SelectMany(p => p.GetUuids("interfaces")));
        return of.SetEquals(_interfaces.Keys);
    }

    /// <summary>Interfaces that say that their VM's MAC address is one that another's, read already, has too.</summary>
    /// <exception cref="OvsdbException">The server refused.</exception>
    public static async Task<IReadOnlySet<string>> FindTwinsAsync(OvsdbSession session, IEnumerable<string> addresses, CancellationToken cancellationToken)
    {
        var operations = addresses.Select(a => (Operation)new Operation.Select("Interface", [Has("attached-mac", a)], ["name"])).ToList();
        var results = operations.Count == 0 ? [] : await session.TransactAsync(OvsdbSession.OpenVSwitch, operations, cancellationToken);
        return results.SelectMany(r => r.Rows).Select(r => r.GetString("name") ?? "").ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The MAC addresses that the interfaces' external_ids have (attached-mac).</summary>
    public IEnumerable<string> AttachedAddresses =>
        _interfaces.Values.Select(r => r.GetStringMap("external_ids").GetValueOrDefault("attached-mac")).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>Names of all access ports that are in a VLAN of one that was read, and their VLANs.</summary>
    /// <exception cref="OvsdbException">The server refused.</exception>
    public async Task<IReadOnlyDictionary<string, int>> ReadNeighboursAsync(OvsdbSession session, CancellationToken cancellationToken)
    {
        var tags = _ports.Values.Select(p => p.GetInteger("tag")).OfType<long>().ToHashSet();
        string[] columns = ["name", "tag"];
        List<Operation> operations = tags.Count > MostByName ? [new Operation.Select("Port", [], columns)]
            : [.. tags.Select(t => new Operation.Select("Port", [new("tag", "==", t)], columns))];
        var results = operations.Count == 0 ? [] : await session.TransactAsync(OvsdbSession.OpenVSwitch, operations, cancellationToken);
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in results.SelectMany(r => r.Rows))
        {
            if (row.GetInteger("tag") is { } tag && tags.Contains(tag))
            {
                found[row.GetString("name") ?? ""] = (int)tag;
            }
        }
        return found;
    }

    /// <summary>The facts, with the ports read; null where the switch does not list one, so that it is not known which bridge has it.</summary>
    /// <param name="listed">The switch's listing of each bridge's ports.</param>
    public OvsFacts? ToFacts(IReadOnlyDictionary<string, SwitchPorts> listed)
    {
        var bridgeOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (bridge, ports) in listed)
        {
            foreach (var name in ports.Names)
            {
                bridgeOf.TryAdd(name, bridge);
            }
        }
        var members = new Dictionary<string, List<Guid>>(StringComparer.Ordinal);
        foreach (var (uuid, port) in _ports)
        {
            string? home = null;
            foreach (var row in port.GetUuids("interfaces"))
            {
                home ??= bridgeOf.GetValueOrDefault(_interfaces[row].GetString("name") ?? "");
            }
            if (home is null)
            {
                return null;
            }
            if (!members.TryGetValue(home, out var list))
            {
                members[home] = list = [];
            }
            list.Add(uuid);
        }
        _tables.Ports = [.. _ports.Values];
        _tables.Interfaces = [.. _interfaces.Values];
        _tables.PortsOfBridges = members;
        return _tables.ToFacts(known: null);
    }

    private static Condition Has(string key, string value) => new("external_ids", "includes", OvsdbValue.StringMap([new(key, value)]));

    private async Task TakeAsync(OvsdbSession session, List<Operation> operations, CancellationToken cancellationToken)
    {
        var results = operations.Count == 0 ? [] : await session.TransactAsync(OvsdbSession.OpenVSwitch, operations, cancellationToken);
        for (var i = 0; i < results.Count; i++)
        {
            Take(((Operation.Select)operations[i]).Table == "Port" ? _ports : _interfaces, results[i].Rows);
        }
    }

    private static void Take(Dictionary<Guid, Row> rows, IReadOnlyList<Row> read)
    {
        foreach (var row in read)
        {
            rows[row.Uuid] = row;
        }
    }

    /// <summary>Which columns a table is asked for.</summary>
    internal sealed class Columns((string Table, string[] Names)[] tables)
    {
        /// <summary>A select of rows that meet a condition; null: all.</summary>
        public Operation.Select Select(string table, Condition? condition = null)
        {
            var names = Array.Find(tables, t => t.Table == table).Names;
            // of thousands of ports the switch tells which bridge has them: what the bridge's row lists is read only with all
            return new(table, condition is null ? [] : [condition],
                names.Length == 0 ? null : table == "Bridge" ? Array.FindAll(names, n => n != "ports") : names);
        }
    }
}
