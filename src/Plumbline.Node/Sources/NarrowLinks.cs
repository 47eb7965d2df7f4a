using Plumbline.Linux.Devices;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources;

/// <summary>
/// Of a node's own namespace the devices that have to do with some that are named: their masters and members, what they stand on, and all
/// that have IPv4 addresses or routes. They are asked for one by one: a list of thousands would take the kernel longer than all else.
/// </summary>
internal sealed class NarrowLinks
{
    /// <summary>More bridges and ports than these are not asked for their forwarding entries one by one.</summary>
    private const int MostPorts = 64;

    private readonly RouteNetlink _netlink;
    private readonly bool _isHere;
    private readonly SortedDictionary<int, Link> _links = [];
    private readonly HashSet<string> _absent = new(StringComparer.Ordinal);
    private readonly Queue<Link> _fresh = [];

    /// <summary>Reads addresses and routes, and the devices that have them.</summary>
    /// <param name="netlink">Where.</param>
    /// <param name="isHere">That is the namespace that this process is in.</param>
    /// <exception cref="Linux.LinuxException">The kernel refused.</exception>
    public NarrowLinks(RouteNetlink netlink, bool isHere)
    {
        (_netlink, _isHere) = (netlink, isHere);
        Addresses = netlink.ListIPv4Addresses();
        Routes = netlink.ListIPv4Routes();
        foreach (var address in Addresses)
        {
            Add(address.IfIndex);
        }
        foreach (var route in Routes)
        {
            Add(route.IfIndex ?? 0);
            foreach (var hop in route.NextHops)
            {
                Add(hop.IfIndex);
            }
        }
        // a VLAN's device takes its packets before any bridge that has the device below does
        foreach (var link in netlink.ListVlanLinks())
        {
            Add(link);
        }
        Close();
    }

    /// <summary>All IPv4 addresses.</summary>
    public IReadOnlyList<LinkAddress> Addresses { get; }

    /// <summary>All IPv4 routes.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Names that were asked for, and no device has.</summary>
    public IReadOnlySet<string> Absent => _absent;

    /// <summary>The devices so far, by number.</summary>
    public IReadOnlyList<Link> Links => [.. _links.Values];

    /// <summary>Reads these too, and what they have to do with.</summary>
    /// <exception cref="Linux.LinuxException">The kernel refused.</exception>
    public void Add(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (_netlink.FindLink(name) is { } link)
            {
                Add(link);
            }
            else
            {
                _absent.Add(name);
            }
        }
        Close();
    }

    /// <summary>These are no devices of the kernel's, and are not asked for.</summary>
    public void Exclude(IEnumerable<string> names) => _absent.UnionWith(names);

    /// <summary>Forwarding entries of these devices and bridges.</summary>
    /// <exception cref="Linux.LinuxException">The kernel refused.</exception>
    public IReadOnlyList<FdbEntry> ReadFdb()
    {
        var asked = _links.Values.Where(l => l.Kind is "bridge" or "vxlan" || l.MasterIndex is { } master && _links.TryGetValue(master, out var over) && over.Kind == "bridge")
            .Select(l => l.IfIndex).ToList();
        var read = asked.Count > MostPorts ? _netlink.ListFdb() : [.. asked.SelectMany(_netlink.ListFdb)];
        return [.. read.Where(e => _links.ContainsKey(e.IfIndex))];
    }

    private void Add(int index)
    {
        if (index > 0 && !_links.ContainsKey(index) && _netlink.FindLink(index) is { } link)
        {
            Add(link);
        }
    }

    private void Add(Link link)
    {
        if (_links.TryAdd(link.IfIndex, link))
        {
            _fresh.Enqueue(link);
        }
    }

    private void Close()
    {
        while (_fresh.TryDequeue(out var link))
        {
            Add(link.MasterIndex ?? 0);
            Add(link.LinkNamespaceId is null ? link.LinkIndex ?? 0 : 0);
            // Open vSwitch's kernel datapath is master of all its ports, which the database tells
            if (link.Kind is "bridge" or "bond" or "team" or "vrf")
            {
                foreach (var member in MembersOf(link))
                {
                    Add(member);
                }
            }
        }
    }

    /// <summary>sysfs names a bridge's ports at once; netlink turns over all devices for them. Where the two do not agree, netlink tells.</summary>
    private IReadOnlyList<Link> MembersOf(Link master)
    {
        if (_isHere && master.Kind == "bridge" && BridgePorts.NamesOf(master.Name, master.IfIndex) is { Count: > 0 } names)
        {
            var members = names.Select(_netlink.FindLink).OfType<Link>().Where(l => l.MasterIndex == master.IfIndex).ToList();
            if (members.Count == names.Count)
            {
                return members;
            }
        }
        return _netlink.ListMembers(master.IfIndex);
    }
}
