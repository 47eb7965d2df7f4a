using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    /// <summary>
    /// What a question about IPv4 packets of a few VMs needs of a node with thousands: all of the switches and namespaces, but ports, flows
    /// and devices only of the VMs that <paramref name="words"/> may mean, of those that share an address with them, and of what is no VM's.
    /// The rest stands in <see cref="NodeSnapshot.Omitted"/>. Where that cannot be told apart, all is read.
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
        var asked = OvsOutline.ReadAsync(session, new(_selects), words, cancellationToken);
        var opening = Task.Run(() => DomainShelf.Open(access.LibvirtDirectories), cancellationToken);
        var spaces = FindNamespaces(access);
        var named = StartNamed(spaces, scope, cancellationToken);
        using var own = Open(spaces.OwnFile);
        using var netlink = RouteNetlink.Open(own);
        var links = new NarrowLinks(netlink, spaces.OwnFile is null);
        var outline = await asked;
        var switching = await ReadSwitchingAsync(access, outline.Bridges, started, isWhole, cancellationToken);
        if (await opening is not { } domains || switching.Value is not { } switches || ListedPorts(outline.Bridges, switches) is not { } listed
            || await ReadPortsAsync(session, outline, domains, new(switches, listed), listed, [.. spaces.Named.Select(n => n.Name)], words, cancellationToken)
                is not { } ids
            || outline.ToFacts(listed) is not { } ovs)
        {
            return null;
        }
        var omitted = new List<OmittedPort>();
        var tags = await outline.ReadNeighboursAsync(session, cancellationToken);
        var names = outline.Names;
        foreach (var (bridge, ports) in listed)
        {
            omitted.AddRange(ports.Others(bridge, names, tags));
        }
        domains.Want(ValuesOf(ovs));
        AddLinks(links, ovs, ids);
        var reports = new List<SourceReport> { new() { Source = "links", Where = spaces.OwnFile ?? "this process's network namespace", Outcome = SourceOutcome.Read } };
        var facts = ReadOwnSome(own, netlink, links, spaces, scope);
        var all = await ReadFrameRulesAsync(spaces, [facts, .. named.Finish(reports, cancellationToken)], scope, isNarrow: true, cancellationToken);
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
            Switching = switches with { Bridges = [.. switches.Bridges.Select(b => Narrow(b, omitted, listed[b.Bridge]))] },
            Processes = services?.Processes,
            Files = services?.Files,
            OperatingSystem = services?.OperatingSystem,
            Omitted = new() { Ports = omitted, Absent = links.Absent, FlowsTellAddresses = switches.Bridges.Any(SpoofFlows.AreIn) },
        };
    }

    /// <summary>What the switch tells of each bridge's ports and flows; null where it does not.</summary>
    private static Dictionary<string, SwitchPorts>? ListedPorts(OvsFacts ovs, SwitchingFacts switches)
    {
        var listed = new Dictionary<string, SwitchPorts>(StringComparer.Ordinal);
        foreach (var bridge in switches.Bridges)
        {
            if (bridge.Flows is null || bridge.Ports is null)
            {
                return null;
            }
            listed[bridge.Bridge] = new(bridge.Ports);
        }
        return ovs.Bridges.All(b => listed.ContainsKey(b.Name)) ? listed : null;
    }

    /// <summary>
    /// The rows of the ports that the words may mean, and of whoever else would answer for them. Null where a word is not understood, or
    /// the rows do not fit together.
    /// </summary>
    private static async Task<HashSet<string>?> ReadPortsAsync(
        OvsdbSession session, OvsOutline outline, DomainShelf domains, SpoofFlows spoof, Dictionary<string, SwitchPorts> listed,
        IReadOnlyList<string> namespaces, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var choice = new PortChoice(outline, domains, spoof, namespaces);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            if (choice.Find(word) is not { } meant)
            {
                return null;
            }
            ids.UnionWith(meant);
        }
        for (var known = -1; known != ids.Count;)
        {
            known = ids.Count;
            if (!await outline.ReadPortsAsync(session, ids, listed, cancellationToken))
            {
                return null;
            }
            var addresses = outline.AttachedAddresses.ToList();
            foreach (var name in await OvsOutline.FindTwinsAsync(session, addresses, cancellationToken))
            {
                if (SwitchPorts.IdOf(name) is { } id)
                {
                    ids.Add(id);
                }
            }
            if (!choice.AddTwins(ids, addresses))
            {
                return null;
            }
        }
        return ids;
    }

    /// <summary>By what libvirt's files may name these ports.</summary>
    private static HashSet<string> ValuesOf(OvsFacts ovs)
    {
        var values = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in InterfacesOf(ovs))
        {
            values.Add(row.Name);
            values.UnionWith(row.ExternalIds.Values);
            if (row.Name.StartsWith("qvo", StringComparison.Ordinal))
            {
                values.Add("tap" + row.Name[3..]);
            }
        }
        return values;
    }

    /// <summary>The devices of these ports and VMs; patches and tunnels have none.</summary>
    private static void AddLinks(NarrowLinks links, OvsFacts ovs, HashSet<string> ids)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var others = new List<string>();
        foreach (var row in InterfacesOf(ovs))
        {
            if (row.Type is "" or "internal" or "system" or "tap")
            {
                names.Add(row.Name);
            }
            else
            {
                others.Add(row.Name);
            }
        }
        foreach (var id in ids)
        {
            names.UnionWith([$"tap{id}", $"qbr{id}", $"qvb{id}", $"qvo{id}"]);
        }
        links.Exclude(others);
        links.Add(names);
    }

    private static IEnumerable<OvsInterface> InterfacesOf(OvsFacts ovs) => ovs.Bridges.SelectMany(b => b.Ports).SelectMany(p => p.Interfaces);

    /// <summary>Without what only other ports' packets meet.</summary>
    private static BridgeSwitching Narrow(BridgeSwitching bridge, List<OmittedPort> omitted, SwitchPorts listed)
    {
        var numbers = new HashSet<int>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var port in omitted)
        {
            if (port.Bridge == bridge.Bridge)
            {
                numbers.Add(port.Number);
                names.Add(port.Name);
            }
        }
        return bridge with { Flows = OmittedFlows.LeaveOut(bridge.Flows!, numbers), Ports = listed.Without(names) };
    }

    private static NamespaceFacts ReadOwnSome(
        NetworkNamespace opened, RouteNetlink netlink, NarrowLinks narrow, FoundNamespaces found, SnapshotScope scope)
    {
        var links = narrow.Links;
        var services = scope.HasFlag(SnapshotScope.Services);
        var sysctls = ReadSysctls(opened, services ? DevicesThatRoute(links, narrow.Addresses) : null);
        return new()
        {
            Name = "",
            Inode = opened.Inode,
            Links = links,
            Addresses = narrow.Addresses,
            Routes = narrow.Routes,
            Neighbours = netlink.ListIPv4Neighbours(),
            Fdb = narrow.ReadFdb(),
            Numbers = ReadNumbers(netlink, links, opened.Inode, found),
            Sysctls = sysctls,
            RoutingRules = services ? RoutingRuleText.Of(netlink.ListRules()) : null,
            BridgeVlans = services && links.Any(l => l.Data is LinkData.Bridge { VlanFiltering: true }) ? VlansOf(netlink.ListPortVlans(), links) : null,
            Conntrack = ConntrackOf(sysctls),
        };
    }
}
