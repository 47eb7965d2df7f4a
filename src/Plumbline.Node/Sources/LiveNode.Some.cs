using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    /// <summary>
    /// What a question about a few VMs needs of a node with thousands: all of the switches, namespaces and other devices, but ports and
    /// devices only of the VMs that <paramref name="words"/> may mean and of those in their VLANs. The rest stands in
    /// <see cref="NodeSnapshot.Omitted"/>, by name. Where that cannot be told apart, all is read.
    /// </summary>
    /// <param name="access">The node.</param>
    /// <param name="scope">As for all; <see cref="SnapshotScope.SwitchFlows"/> is needed.</param>
    /// <param name="words">What the question calls its ends: names, UUIDs, devices, IPv4 addresses.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<NodeSnapshot> ReadSomeAsync(
        NodeAccess access, SnapshotScope scope, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        try
        {
            return await TryReadSomeAsync(access, scope, words, cancellationToken) ?? await ReadAsync(access, scope, cancellationToken);
        }
        catch (Exception exception) when (exception is OvsdbException or LinuxException)
        {
            return await ReadAsync(access, scope, cancellationToken);   // says what is wrong
        }
    }

    private static async Task<NodeSnapshot?> TryReadSomeAsync(
        NodeAccess access, SnapshotScope scope, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var takenAt = DateTimeOffset.UtcNow;
        var isWhole = scope.HasFlag(SnapshotScope.Switching);
        var started = StartBridges(access, isWhole, cancellationToken);
        await using var session = await OvsdbSession.ConnectAsync(access.OvsdbEndpoint, access.OvsdbOptions, cancellationToken);
        var selects = Array.FindAll(Selects(allColumns: false), s => ((Operation.Select)s).Table is not ("Port" or "Interface"));
        var asked = OvsOutline.ReadAsync(session, selects, words, cancellationToken);
        var opening = Task.Run(() => DomainShelf.Open(access.LibvirtDirectories), cancellationToken);
        var spaces = FindNamespaces(access);
        var named = StartNamed(spaces, scope, cancellationToken);
        using var own = Open(spaces.OwnFile);
        using var netlink = RouteNetlink.Open(own);
        var links = new OwnLinks(netlink);
        var outline = await asked;
        var switching = await ReadSwitchingAsync(access, outline.Facts, started, isWhole, cancellationToken);
        if (await opening is not { } domains || switching.Value is not { } switches
            || Choose(outline, new(outline, domains, switches, [.. spaces.Named.Select(n => n.Name)]), words) is not { } chosen
            || links.Omit(chosen.Omitted) is not { } omitted)
        {
            return null;
        }
        var ports = new List<OvsOutlinePort>();
        foreach (var port in outline.Ports)
        {
            if (port.Id is not { } id || !omitted.Ids.Contains(id))
            {
                ports.Add(port);
            }
        }
        var ovs = await outline.ReadPortsAsync(session, ports, ColumnsOf("Port"), ColumnsOf("Interface"), cancellationToken);
        if (ovs is null || !AreNumbersTold(switches, outline.Ports))
        {
            return null;
        }
        domains.Want(ValuesOf(ovs));
        var reports = new List<SourceReport> { new() { Source = "links", Where = spaces.OwnFile ?? "this process's network namespace", Outcome = SourceOutcome.Read } };
        var facts = ReadOwnSome(own, netlink, links, omitted.Indexes, spaces, scope);
        NamespaceFacts[] all = [facts, .. named.Finish(reports, cancellationToken)];
        var services = scope.HasFlag(SnapshotScope.Services) ? ReadServices(access, spaces) : null;
        return new()
        {
            Host = access.Name ?? Environment.MachineName,
            TakenAt = takenAt,
            Kernel = ReadKernelRelease(),
            TakenBy = typeof(LiveNode).Assembly.GetName().Version?.ToString(3),
            Sources = [.. reports, OvsdbReport(access, access.OvsdbEndpoint.ToString()!), .. switching.Reports],
            Namespaces = all,
            Ovs = ovs,
            Domains = domains.Wanted(),
            Switching = switches,
            Processes = services?.Processes,
            Files = services?.Files,
            OperatingSystem = services?.OperatingSystem,
            Omitted = new() { Ports = PortsOf(outline, omitted.Ids), Devices = omitted.Names, Indexes = omitted.Indexes },
        };
    }

    private static string[] ColumnsOf(string table) => Array.Find(_selects, s => s.Table == table).Columns;

    /// <summary>Other VMs' plain ports in other VLANs; null where a word is not understood.</summary>
    private static ChosenPorts? Choose(OvsOutline outline, PortChoice choice, IReadOnlyList<string> words)
    {
        var meant = new HashSet<string>(StringComparer.Ordinal);
        HashSet<int>? shared = null;
        var all = new HashSet<int>();
        foreach (var word in words)
        {
            if (choice.Find(word) is not { } ids)
            {
                return null;
            }
            meant.UnionWith(ids);
            var tags = new HashSet<int>();
            foreach (var port in outline.Ports)
            {
                if (port is { Id: { } id, Tag: { } tag } && ids.Contains(id))
                {
                    tags.Add(tag);
                }
            }
            all.UnionWith(tags);
            if (tags.Count > 0)
            {
                (shared ??= [.. tags]).IntersectWith(tags);
            }
        }
        // VMs with several ports: a packet between them takes a network that both are in, if there is one
        var vlans = shared is { Count: > 0 } ? shared : all;
        var omitted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var port in outline.Ports)
        {
            if (port is { IsPlain: true, Id: { } id, Tag: { } tag } && !vlans.Contains(tag) && !meant.Contains(id))
            {
                omitted.Add(id);
            }
        }
        foreach (var port in outline.Ports)
        {
            if (port.Id is { } id && (!port.IsPlain || port.Tag is { } tag && vlans.Contains(tag)))
            {
                omitted.Remove(id);     // it has another port besides
            }
        }
        return new(omitted);
    }

    /// <summary>By what libvirt's files may name these ports.</summary>
    private static HashSet<string> ValuesOf(OvsFacts ovs)
    {
        var values = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var bridge in ovs.Bridges)
        {
            foreach (var port in bridge.Ports)
            {
                foreach (var row in port.Interfaces)
                {
                    values.Add(row.Name);
                    values.UnionWith(row.ExternalIds.Values);
                    if (row.Name.StartsWith("qvo", StringComparison.Ordinal))
                    {
                        values.Add("tap" + row.Name[3..]);
                    }
                }
            }
        }
        return values;
    }

    /// <summary>What the switch was asked tells the number of each port, which else the database would.</summary>
    private static bool AreNumbersTold(SwitchingFacts switches, IReadOnlyList<OvsOutlinePort> ports)
    {
        var bridges = new HashSet<string>(StringComparer.Ordinal);
        foreach (var port in ports)
        {
            bridges.Add(port.Bridge);
        }
        foreach (var bridge in switches.Bridges)
        {
            if (bridges.Contains(bridge.Bridge) && (bridge.Ports is null || bridge.Flows is null))
            {
                return false;
            }
        }
        return true;
    }

    private static List<OmittedPort> PortsOf(OvsOutline outline, HashSet<string> ids)
    {
        var ports = new List<OmittedPort>(ids.Count);
        foreach (var port in outline.Ports)
        {
            if (port is { Id: { } id, Tag: { } tag } && ids.Contains(id))
            {
                ports.Add(new(port.Bridge, port.Name, tag));
            }
        }
        return ports;
    }

    private static NamespaceFacts ReadOwnSome(
        NetworkNamespace opened, RouteNetlink netlink, OwnLinks outline, HashSet<int> omitted, FoundNamespaces found, SnapshotScope scope)
    {
        var (links, wanted) = outline.Read(omitted);
        var addresses = outline.Addresses.FindAll(a => wanted.Contains(a.IfIndex));
        var services = scope.HasFlag(SnapshotScope.Services);
        var sysctls = ReadSysctls(opened, services ? DevicesThatRoute(links, addresses) : null);
        return new()
        {
            Name = "",
            Inode = opened.Inode,
            Links = links,
            Addresses = addresses,
            Routes = netlink.ListIPv4Routes(),
            Neighbours = netlink.ListNeighbours(),
            Fdb = netlink.ListFdb(wanted),
            Numbers = ReadNumbers(netlink, links, opened.Inode, found),
            Sysctls = sysctls,
            RoutingRules = services ? RoutingRuleText.Of(netlink.ListRules()) : null,
            BridgeVlans = services && links.Any(l => l.Data is LinkData.Bridge { VlanFiltering: true }) ? VlansOf(netlink.ListPortVlans(), links) : null,
            Conntrack = ConntrackOf(sysctls),
        };
    }

    private sealed record ChosenPorts(HashSet<string> Omitted);
}
