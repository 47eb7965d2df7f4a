using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources;

/// <summary>
/// Rows of the Open_vSwitch database as some source gave them, and how they become <see cref="OvsFacts"/>. A column that a row does
/// not have leaves what was known before, so that rows with a few columns can add to what <c>ovs-vsctl show</c> told.
/// </summary>
internal sealed partial class OvsTables
{
    /// <summary>Table Open_vSwitch: one row.</summary>
    public IReadOnlyList<Row> Root { get; set; } = [];

    /// <summary>Table Bridge; null where the source did not give this table. So with all that follow.</summary>
    public IReadOnlyList<Row>? Bridges { get; set; }

    /// <summary>Table Port.</summary>
    public IReadOnlyList<Row>? Ports { get; set; }

    /// <summary>Table Interface.</summary>
    public IReadOnlyList<Row>? Interfaces { get; set; }

    /// <summary>Table Mirror.</summary>
    public IReadOnlyList<Row>? Mirrors { get; set; }

    /// <summary>Table Controller.</summary>
    public IReadOnlyList<Row>? Controllers { get; set; }

    /// <summary>Table Manager.</summary>
    public IReadOnlyList<Row>? Managers { get; set; }

    /// <summary>By bridge the ports whose rows are here, where the rows of Bridge do not tell (column ports not read).</summary>
    public IReadOnlyDictionary<string, List<Guid>>? PortsOfBridges { get; set; }

    /// <summary>The schema's version, where the source told it beside the rows.</summary>
    public string? SchemaVersion { get; set; }

    /// <summary>Any table was given.</summary>
    public bool Any => Root.Count > 0
        || (Bridges ?? Ports ?? Interfaces ?? Mirrors ?? Controllers ?? Managers) is not null;

    /// <summary>
    /// The facts in these tables. What hangs on what is known from table Bridge; without it <paramref name="known"/> says so (pasted
    /// <c>ovs-vsctl show</c>), and the rows only add to it, by name.
    /// </summary>
    public OvsFacts ToFacts(OvsFacts? known)
    {
        var portsByUuid = ByUuid(Ports);
        var interfacesByUuid = ByUuid(Interfaces);
        var facts = ReadRoot(known ?? new OvsFacts());
        if (Managers is not null)
        {
            facts = facts with { Managers = Targets(Managers) };
        }
        return Bridges is null
            ? facts with { Bridges = AddByName(facts.Bridges) }
            : facts with { Bridges = ReadBridges(known, portsByUuid, interfacesByUuid) };
    }

    private OvsFacts ReadRoot(OvsFacts start)
    {
        if (Root is not [var row, ..])
        {
            return start with { SchemaVersion = SchemaVersion ?? start.SchemaVersion };
        }
        var columns = row.Columns;
        return start with
        {
            Uuid = columns.ContainsKey("_uuid") ? row.Uuid : start.Uuid,
            Version = row.GetString("ovs_version") ?? start.Version,
            SchemaVersion = row.GetString("db_version") ?? SchemaVersion ?? start.SchemaVersion,
            ExternalIds = columns.ContainsKey("external_ids") ? row.GetStringMap("external_ids") : start.ExternalIds,
            OtherConfig = columns.ContainsKey("other_config") ? row.GetStringMap("other_config") : start.OtherConfig,
        };
    }

    private List<OvsBridge> ReadBridges(
        OvsFacts? known, Dictionary<Guid, Row> portsByUuid, Dictionary<Guid, Row> interfacesByUuid)
    {
        var mirrorsByUuid = ByUuid(Mirrors);
        var controllersByUuid = ByUuid(Controllers);
        var bridges = new List<OvsBridge>(Bridges!.Count);
        foreach (var row in Bridges)
        {
            if (row.GetString("name") is not { } name)
            {
                continue;
            }
            var before = Find(known?.Bridges, name);
            var bridge = Read(row, before ?? new OvsBridge { Name = name });
            IReadOnlyList<Guid>? ports = row.Columns.ContainsKey("ports") ? row.GetUuids("ports") : PortsOfBridges?.GetValueOrDefault(name);
            if (Ports is not null && ports is not null)
            {
                bridge = bridge with { Ports = ReadPorts(ports, before, portsByUuid, interfacesByUuid) };
            }
            if (Mirrors is not null && row.Columns.ContainsKey("mirrors"))
            {
                bridge = bridge with { Mirrors = ReadMirrors(row, mirrorsByUuid) };
            }
            if (Controllers is not null && row.Columns.ContainsKey("controller"))
            {
                bridge = bridge with { Controllers = ReadControllers(row, controllersByUuid) };
            }
            bridges.Add(bridge);
        }
        bridges.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return bridges;
    }

    private List<OvsPort> ReadPorts(
        IReadOnlyList<Guid> uuids, OvsBridge? before, Dictionary<Guid, Row> portsByUuid, Dictionary<Guid, Row> interfacesByUuid)
    {
        var ports = new List<OvsPort>(uuids.Count);
        foreach (var uuid in uuids)
        {
            if (!portsByUuid.TryGetValue(uuid, out var row) || row.GetString("name") is not { } name)
            {
                continue;
            }
            var old = FindPort(before, name);
            var port = Read(row, old ?? new OvsPort { Name = name });
            if (Interfaces is not null && row.Columns.ContainsKey("interfaces"))
            {
                port = port with { Interfaces = ReadInterfaces(row, old, interfacesByUuid) };
            }
            ports.Add(port);
        }
        ports.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return ports;
    }

    private static List<OvsInterface> ReadInterfaces(Row port, OvsPort? before, Dictionary<Guid, Row> interfacesByUuid)
    {
        var uuids = port.GetUuids("interfaces");
        var interfaces = new List<OvsInterface>(uuids.Count);
        foreach (var uuid in uuids)
        {
            if (interfacesByUuid.TryGetValue(uuid, out var row) && row.GetString("name") is { } name)
            {
                interfaces.Add(Read(row, FindInterface(before, name) ?? new OvsInterface { Name = name }));
            }
        }
        interfaces.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return interfaces;
    }

    private static List<OvsMirror> ReadMirrors(Row bridge, Dictionary<Guid, Row> mirrorsByUuid)
    {
        var mirrors = new List<OvsMirror>();
        foreach (var uuid in bridge.GetUuids("mirrors"))
        {
            if (mirrorsByUuid.TryGetValue(uuid, out var row))
            {
                mirrors.Add(ReadMirror(row));
            }
        }
        mirrors.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return mirrors;
    }

    private static List<OvsController> ReadControllers(Row bridge, Dictionary<Guid, Row> controllersByUuid)
    {
        var controllers = new List<OvsController>();
        foreach (var uuid in bridge.GetUuids("controller"))
        {
            if (controllersByUuid.TryGetValue(uuid, out var row))
            {
                controllers.Add(new(row.GetString("target") ?? "", row.GetBoolean("is_connected")));
            }
        }
        controllers.Sort(static (a, b) => string.CompareOrdinal(a.Target, b.Target));
        return controllers;
    }

    /// <summary>Rows with their columns laid over what is known of ports and interfaces of the same name.</summary>
    private List<OvsBridge> AddByName(IReadOnlyList<OvsBridge> bridges)
    {
        var ports = ByName(Ports);
        var interfaces = ByName(Interfaces);
        var result = new List<OvsBridge>(bridges.Count);
        foreach (var bridge in bridges)
        {
            result.Add(bridge with
            {
                Ports = [.. bridge.Ports.Select(port =>
                    (ports.TryGetValue(port.Name, out var row) ? Read(row, port) : port) with
                    {
                        Interfaces = [.. port.Interfaces.Select(i => interfaces.TryGetValue(i.Name, out var r) ? Read(r, i) : i)],
                    })],
            });
        }
        return result;
    }

    private static List<string> Targets(IReadOnlyList<Row> rows)
    {
        var targets = new List<string>(rows.Count);
        foreach (var row in rows)
        {
            if (row.GetString("target") is { } target)
            {
                targets.Add(target);
            }
        }
        targets.Sort(StringComparer.Ordinal);
        return targets;
    }

    private static Dictionary<Guid, Row> ByUuid(IReadOnlyList<Row>? rows)
    {
        var result = new Dictionary<Guid, Row>(rows?.Count ?? 0);
        foreach (var row in rows ?? [])
        {
            result[row.Uuid] = row;
        }
        return result;
    }

    private static Dictionary<string, Row> ByName(IReadOnlyList<Row>? rows)
    {
        var result = new Dictionary<string, Row>(rows?.Count ?? 0, StringComparer.Ordinal);
        foreach (var row in rows ?? [])
        {
            if (row.GetString("name") is { } name)
            {
                result[name] = row;
            }
        }
        return result;
    }

    private static OvsBridge? Find(IReadOnlyList<OvsBridge>? bridges, string name)
    {
        foreach (var bridge in bridges ?? [])
        {
            if (bridge.Name == name)
            {
                return bridge;
            }
        }
        return null;
    }

    private static OvsPort? FindPort(OvsBridge? bridge, string name)
    {
        foreach (var port in bridge?.Ports ?? [])
        {
            if (port.Name == name)
            {
                return port;
            }
        }
        return null;
    }

    private static OvsInterface? FindInterface(OvsPort? port, string name)
    {
        foreach (var candidate in port?.Interfaces ?? [])
        {
            if (candidate.Name == name)
            {
                return candidate;
            }
        }
        return null;
    }
}
