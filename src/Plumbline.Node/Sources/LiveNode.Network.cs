using System.Globalization;
using System.Net.Sockets;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

public static partial class LiveNode
{
    /// <summary>More at once only wait for the kernel's one lock on links.</summary>
    private const int MostAtOnce = 4;

    private static readonly string[] _bridgeSysctls =
    [
        "net.bridge.bridge-nf-call-arptables",
        "net.bridge.bridge-nf-call-ip6tables",
        "net.bridge.bridge-nf-call-iptables",
    ];

    /// <summary>The kernel answers while we ask, so nothing is awaited: the caller reads the node's own namespace, the pool the named.</summary>
    private static SourceResult<IReadOnlyList<NamespaceFacts>> ReadNetwork(
        FoundNamespaces found, SnapshotScope scope, CancellationToken cancellationToken)
    {
        var reports = new List<SourceReport>();
        var named = StartNamed(found, scope, cancellationToken);
        var own = ReadOwn(found, scope, reports);
        return new([own, .. named.Finish(reports, cancellationToken)], reports);
    }

    private static NamedReading StartNamed(FoundNamespaces found, SnapshotScope scope, CancellationToken cancellationToken)
    {
        var facts = new NamespaceFacts[found.Named.Count];
        var failures = new LinuxException?[found.Named.Count];
        var next = -1;
        void ReadNext()
        {
            for (int i; !cancellationToken.IsCancellationRequested && (i = Interlocked.Increment(ref next)) < facts.Length;)
            {
                facts[i] = ReadNamed(found, found.Named[i], scope, out failures[i]);
            }
        }

        var workers = new Task[Math.Min(Math.Min(MostAtOnce, Environment.ProcessorCount), facts.Length)];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = Task.Run(ReadNext, CancellationToken.None);
        }
        return new(found, facts, failures, workers);
    }

    /// <summary>The named namespaces, while the pool reads them.</summary>
    private sealed record NamedReading(FoundNamespaces Found, NamespaceFacts[] Facts, LinuxException?[] Failures, Task[] Workers)
    {
        public NamespaceFacts[] Finish(List<SourceReport> reports, CancellationToken cancellationToken)
        {
            Task.WaitAll(Workers, CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            AddNamespaceReports(Found, Failures, reports);
            return Facts;
        }
    }

    private static NamespaceFacts ReadOwn(FoundNamespaces found, SnapshotScope scope, List<SourceReport> reports)
    {
        var where = found.OwnFile ?? "this process's network namespace";
        try
        {
            using var opened = Open(found.OwnFile);
            var facts = Read("", opened, found, scope);
            reports.Add(new() { Source = "links", Where = where, Outcome = SourceOutcome.Read });
            return facts;
        }
        catch (LinuxException exception)
        {
            reports.Add(new()
            {
                Source = "links",
                Where = where,
                Outcome = OutcomeOf(exception),
                Detail = exception.Problem.What,
                Consequence = "no devices, no Linux bridges, no addresses: " + (exception.Problem.Fix ?? "run as root"),
            });
            return new() { Name = "", Inode = found.OwnInode };
        }
    }

    private static NamespaceFacts ReadNamed(
        FoundNamespaces found, NamedNamespace named, SnapshotScope scope, out LinuxException? failure)
    {
        failure = null;
        try
        {
            using var opened = NetworkNamespace.Open(named.Path);
            return Read(named.Name, opened, found, scope);
        }
        catch (LinuxException exception)
        {
            failure = exception;
            return new() { Name = named.Name, Inode = named.Inode };
        }
    }

    private static NamespaceFacts Read(string name, NetworkNamespace opened, FoundNamespaces found, SnapshotScope scope)
    {
        using var netlink = RouteNetlink.Open(opened);
        var links = netlink.ListLinks();
        var forwarding = scope.HasFlag(SnapshotScope.Forwarding);
        var services = scope.HasFlag(SnapshotScope.Services);
        var addresses = netlink.ListAddresses();
        var sysctls = name.Length == 0 || services ? ReadSysctls(opened, services ? DevicesThatRoute(links, addresses) : null) : OvsFacts.Empty;
        return new()
        {
            Name = name,
            Inode = opened.Inode,
            Links = links,
            Addresses = addresses,
            Routes = forwarding ? netlink.ListRoutes() : [],
            Neighbours = forwarding ? netlink.ListNeighbours() : [],
            Fdb = forwarding ? netlink.ListFdb() : [],
            Numbers = ReadNumbers(netlink, links, opened.Inode, found),
            Sysctls = sysctls,
            RoutingRules = services ? RoutingRuleText.Of(netlink.ListRules()) : null,
            BridgeVlans = services && links.Any(l => l.Data is LinkData.Bridge { VlanFiltering: true }) ? VlansOf(netlink.ListPortVlans(), links) : null,
            Conntrack = ConntrackOf(sysctls),
            Offloads = services ? ReadOffloads(opened, links) : null,
            // routers and servers; the node's own are many, and nobody asks for them
            Sockets = services && name.Length > 0 ? ListeningSockets.Read(opened) : null,
        };
    }

    /// <summary>
    /// Which namespaces the numbers in <paramref name="links"/> mean. The kernel tells a namespace's number, not a number's
    /// namespace, so those known are asked about, until every number that occurs has been met.
    /// </summary>
    private static List<NamespaceNumber> ReadNumbers(
        RouteNetlink netlink, IReadOnlyList<Link> links, ulong self, FoundNamespaces found)
    {
        var wanted = new HashSet<int>();
        foreach (var link in links)
        {
            if (link.LinkNamespaceId is { } id)
            {
                wanted.Add(id);
            }
        }
        var numbers = new List<NamespaceNumber>(wanted.Count);
        void Ask(string? file, ulong? inode)
        {
            if (inode == self)
            {
                return;
            }
            try
            {
                using var other = Open(file);
                if (netlink.GetNamespaceId(other) is { } id && wanted.Remove(id))
                {
                    numbers.Add(new(id, other.Inode));
                }
            }
            catch (LinuxException)
            {
                return;     // gone, or not for us: links into it stay unresolved
            }
        }

        if (wanted.Count > 0)
        {
            Ask(found.OwnFile, found.OwnInode);
        }
        for (var i = 0; i < found.Named.Count && wanted.Count > 0; i++)
        {
            Ask(found.Named[i].Path, found.Named[i].Inode);
        }
        numbers.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        return numbers;
    }

    /// <summary>Packets are routed in and out by devices with an address; what thousands of bridged ones would say matters to nobody.</summary>
    private static List<string> DevicesThatRoute(IReadOnlyList<Link> links, IReadOnlyList<LinkAddress> addresses)
    {
        var routed = new HashSet<int>();
        foreach (var address in addresses)
        {
            if (address.Address.AddressFamily == AddressFamily.InterNetwork)
            {
                routed.Add(address.IfIndex);
            }
        }
        var names = new List<string>(routed.Count);
        foreach (var link in links)
        {
            if (routed.Contains(link.IfIndex))
            {
                names.Add(link.Name);
            }
        }
        return names;
    }

    private static List<BridgeVlan> VlansOf(IReadOnlyList<PortVlan> vlans, IReadOnlyList<Link> links)
    {
        var names = links.ToDictionary(l => l.IfIndex, l => l.Name);
        var result = new List<BridgeVlan>(vlans.Count);
        foreach (var vlan in vlans)
        {
            if (names.TryGetValue(vlan.IfIndex, out var name))
            {
                result.Add(new(name, vlan.Vlan, vlan.IsNative, vlan.IsUntagged));
            }
        }
        return result;
    }

    /// <summary>The bridges' few; with <paramref name="devices"/> also those that say how packets are routed.</summary>
    private static IReadOnlyDictionary<string, string> ReadSysctls(NetworkNamespace opened, IReadOnlyList<string>? devices) => opened.Run(() =>
    {
        var values = new Dictionary<string, string>(_bridgeSysctls.Length, StringComparer.Ordinal);
        foreach (var name in _bridgeSysctls)
        {
            if (Sysctl.Read(null, name) is { } value)
            {
                values[name] = value;
            }
        }
        if (devices is not null)
        {
            ReadServiceSysctls(values, devices);
        }
        return values;
    });

    /// <summary>How full the table of tracked connections is; null where the kernel does not track.</summary>
    private static ConntrackFacts? ConntrackOf(IReadOnlyDictionary<string, string> sysctls)
    {
        long? Number(string name) =>
            sysctls.TryGetValue(name, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;
        var count = Number("net.netfilter.nf_conntrack_count");
        return count is null ? null : new() { Count = count, Maximum = Number("net.netfilter.nf_conntrack_max") };
    }

    private static void AddNamespaceReports(FoundNamespaces found, LinuxException?[] failures, List<SourceReport> reports)
    {
        if (found.Failure is { } failure)
        {
            reports.Add(failure);
            return;
        }
        var refused = 0;
        LinuxException? first = null;
        var details = new List<string>();
        for (var i = 0; i < failures.Length; i++)
        {
            if (failures[i] is not { } exception)
            {
                continue;
            }
            first ??= exception;
            refused++;
            details.Add($"{found.Named[i].Name}: {exception.Problem.What}");
        }
        details.AddRange(found.Oddities);
        if (first is not null && refused == failures.Length)
        {
            reports.Add(NamespaceFailure(found.Folder, first) with
            {
                Detail = string.Create(CultureInfo.InvariantCulture, $"{first.Problem.What} ({refused} namespaces)"),
            });
        }
        else
        {
            reports.Add(new()
            {
                Source = "namespaces",
                Where = found.Folder,
                Outcome = details.Count > 0 ? SourceOutcome.Partial : SourceOutcome.Read,
                Detail = details.Count > 0 ? string.Join("; ", details) : null,
                Consequence = refused > 0 ? "what is in these is not known" : null,
            });
        }
    }
}
