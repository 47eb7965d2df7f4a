using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources;

/// <summary>
/// The Open_vSwitch database read in two steps: first what tells the ports apart (name, VLAN), then the whole rows of those that a question
/// may meet. Of thousands of ports the server would else write out a megabyte, which is half of what a question costs.
/// </summary>
internal sealed class OvsOutline
{
    private static readonly string[] _portColumns = ["_uuid", "name", "tag", "vlan_mode", "interfaces"];

    private readonly OvsTables _tables;

    private OvsOutline(OvsTables tables, IReadOnlyList<OvsOutlinePort> ports, IReadOnlySet<string> named)
    {
        _tables = tables;
        Ports = ports;
        Named = named;
        Facts = tables.ToFacts(known: null);
    }

    /// <summary>Bridges without ports.</summary>
    public OvsFacts Facts { get; }

    /// <summary>All ports.</summary>
    public IReadOnlyList<OvsOutlinePort> Ports { get; }

    /// <summary>Interfaces whose external_ids have one of the words that were asked for: as iface-id, vm-uuid or the VM's name.</summary>
    public IReadOnlySet<string> Named { get; }

    /// <summary>The first step.</summary>
    /// <param name="session">An open session.</param>
    /// <param name="selects">Bridges and the small tables, as for the whole.</param>
    /// <param name="words">Words that may name a VM.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OvsdbException">The server refused: an old one lacks a column.</exception>
    public static async Task<OvsOutline> ReadAsync(
        OvsdbSession session, IReadOnlyList<Operation> selects, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var operations = new List<Operation>(selects)
        {
            new Operation.Select("Port", [], _portColumns),
            new Operation.Select("Interface", [new("type", "!=", "")], ["_uuid"]),
        };
        foreach (var word in words)
        {
            foreach (var key in new[] { "iface-id", "vm-uuid", "vm-id", "xs-vm-uuid", Topologies.Vif.InstanceNameKey })
            {
                operations.Add(new Operation.Select(
                    "Interface", [new("external_ids", "includes", OvsdbValue.StringMap([new(key, word)]))], ["name"]));
            }
        }
        var results = await session.TransactAsync(OvsdbSession.OpenVSwitch, operations, cancellationToken);
        var tables = new OvsTables
        {
            Root = results[0].Rows,
            Bridges = results[1].Rows,
            Controllers = results[2].Rows,
            Managers = results[3].Rows,
            Mirrors = results[4].Rows,
        };
        var at = selects.Count;
        var typed = new HashSet<Guid>();
        foreach (var row in results[at + 1].Rows)
        {
            typed.Add(row.Uuid);
        }
        var named = new HashSet<string>(StringComparer.Ordinal);
        for (var i = at + 2; i < results.Count; i++)
        {
            foreach (var row in results[i].Rows)
            {
                named.Add(row.GetString("name") ?? "");
            }
        }
        return new(tables, PortsOf(tables, results[at].Rows, typed), named);
    }

    /// <summary>The second step: the facts with the rows of these ports; null where one of them is gone.</summary>
    /// <exception cref="OvsdbException">The server refused.</exception>
    public async Task<OvsFacts?> ReadPortsAsync(
        OvsdbSession session, IReadOnlyList<OvsOutlinePort> ports, string[] portColumns, string[] interfaceColumns, CancellationToken cancellationToken)
    {
        var operations = new List<Operation>(2 * ports.Count);
        foreach (var port in ports)
        {
            operations.Add(new Operation.Select("Port", Condition.Uuid(port.Uuid), portColumns));
            foreach (var row in port.Interfaces)
            {
                operations.Add(new Operation.Select("Interface", Condition.Uuid(row), interfaceColumns));
            }
        }
        var (rows, interfaces) = (new List<Row>(ports.Count), new List<Row>(ports.Count));
        var results = await session.TransactAsync(OvsdbSession.OpenVSwitch, operations, cancellationToken);
        for (var i = 0; i < operations.Count; i++)
        {
            if (results[i].Rows is not [var row])
            {
                return null;
            }
            (((Operation.Select)operations[i]).Table == "Port" ? rows : interfaces).Add(row);
        }
        _tables.Ports = rows;
        _tables.Interfaces = interfaces;
        return _tables.ToFacts(known: null);
    }

    private static List<OvsOutlinePort> PortsOf(OvsTables tables, IReadOnlyList<Row> rows, HashSet<Guid> typed)
    {
        var byUuid = new Dictionary<Guid, Row>(rows.Count);
        foreach (var row in rows)
        {
            byUuid[row.Uuid] = row;
        }
        var mirrors = new HashSet<Guid>();
        foreach (var mirror in tables.Mirrors ?? [])
        {
            mirrors.Add(mirror.GetUuid("output_port") ?? default);
            mirrors.UnionWith(mirror.GetUuids("select_src_port"));
            mirrors.UnionWith(mirror.GetUuids("select_dst_port"));
        }
        var ports = new List<OvsOutlinePort>(rows.Count);
        foreach (var bridge in tables.Bridges ?? [])
        {
            foreach (var uuid in bridge.GetUuids("ports"))
            {
                if (byUuid.TryGetValue(uuid, out var row) && row.GetString("name") is { } name)
                {
                    var interfaces = row.GetUuids("interfaces");
                    var tag = row.GetInteger("tag");
                    ports.Add(new(bridge.GetString("name") ?? "", name, uuid, interfaces, tag is { } vlan ? (int)vlan : null)
                    {
                        IsPlain = tag is not null && row.GetString("vlan_mode") is null or "" && interfaces.Count == 1
                            && !typed.Contains(interfaces[0]) && !mirrors.Contains(uuid),
                    });
                }
            }
        }
        return ports;
    }
}
