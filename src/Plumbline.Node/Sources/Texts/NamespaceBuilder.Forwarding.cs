using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Sources.Texts;

internal sealed partial class NamespaceBuilder
{
    private readonly Dictionary<(IPAddress, int, IPAddress?, string?, uint?, uint, int), RouteDraft> _routes = [];
    private readonly Dictionary<(string Device, IPAddress Address), Neighbour> _neighbours = [];
    private readonly Dictionary<(string Device, MacAddress Address, int? Vlan, IPAddress? Remote, string? Bridge), FdbEntry> _fdb = [];
    private readonly HashSet<BridgeVlan> _vlansSeen = [];
    private readonly HashSet<SocketFacts> _socketsSeen = [];
    private readonly SortedDictionary<string, DeviceOffloads> _offloads = new(StringComparer.Ordinal);
    private List<RoutingRule>? _rules;
    private List<BridgeVlan>? _vlans;
    private List<FrameRulesText>? _frameRules;
    private List<SocketFacts>? _sockets;

    /// <summary>Tracked connections.</summary>
    public ConntrackFacts? Conntrack { get; set; }

    /// <summary>Routes were told.</summary>
    public bool HasRoutes => _routes.Count > 0;

    /// <summary>Anything at all was told.</summary>
    public bool TellsAnything => _links.Count > 0 || _addresses.Count > 0 || _routes.Count > 0 || _neighbours.Count > 0 || _fdb.Count > 0
        || Sysctls.Count > 0 || Conntrack is not null || _rules is not null || _vlans is not null || _frameRules is not null || _sockets is not null
        || _offloads.Count > 0;

    /// <summary>Adds a route; the same one told again changes nothing.</summary>
    public void Add(RouteDraft draft)
    {
        var route = draft.Facts;
        _routes.TryAdd(
            (route.Destination, route.PrefixLength, route.Gateway, draft.Device, route.Metric, route.Table, route.Type), draft);
    }

    /// <summary>Adds a neighbour.</summary>
    public void Add(string device, Neighbour neighbour) => _neighbours.TryAdd((device, neighbour.Address), neighbour);

    /// <summary>Adds a forwarding entry of the port <paramref name="device"/> of <paramref name="bridge"/>.</summary>
    public void Add(string device, string? bridge, FdbEntry entry) =>
        _fdb.TryAdd((device, entry.Address, entry.Vlan, entry.Remote, bridge), entry);

    /// <summary>Adds a rule; the same one told again changes nothing.</summary>
    public void Add(RoutingRule rule)
    {
        _rules ??= [];
        if (!_rules.Exists(known => known.Text == rule.Text && known.IsIPv6 == rule.IsIPv6))
        {
            _rules.Add(rule);
        }
    }

    /// <summary>Adds rules of ebtables or arptables.</summary>
    public void Add(FrameRulesText rules) => (_frameRules ??= []).Add(rules);

    /// <summary>Adds a VLAN of a bridge's port.</summary>
    public void Add(BridgeVlan vlan)
    {
        _vlans ??= [];
        if (_vlansSeen.Add(vlan))
        {
            _vlans.Add(vlan);
        }
    }

    /// <summary>Sockets were asked for, whether there are any or not.</summary>
    public void TellSockets() => _sockets ??= [];

    /// <summary>Adds what a device does in the kernel's stead.</summary>
    public void Add(DeviceOffloads offloads) => _offloads.TryAdd(offloads.Device, offloads);

    /// <summary>Adds a socket.</summary>
    public void Add(SocketFacts socket)
    {
        _sockets ??= [];
        if (_socketsSeen.Add(socket))
        {
            _sockets.Add(socket);
        }
    }

    /// <summary>The link of that name as told so far.</summary>
    public LinkDraft? Known(string device) => _links.GetValueOrDefault(device);

    /// <summary>The links told so far.</summary>
    public IReadOnlyCollection<LinkDraft> Links => _links.Values;

    private IEnumerable<string> DevicesOfForwarding() =>
        _routes.Values.SelectMany(draft => draft.Devices)
            .Concat(_neighbours.Keys.Select(key => key.Device))
            .Concat(_fdb.Keys.Select(key => key.Device))
            .Concat(_fdb.Keys.Where(key => key.Bridge is not null).Select(key => key.Bridge!));

    private List<Route> BuildRoutes(Dictionary<string, int> indexes)
    {
        var routes = new List<Route>(_routes.Count);
        foreach (var draft in _routes.Values)
        {
            var hops = new List<NextHop>(draft.Hops.Count);
            foreach (var (device, gateway, weight) in draft.Hops)
            {
                hops.Add(new(Index(indexes, device) ?? 0, gateway, weight));
            }
            routes.Add(draft.Facts with { IfIndex = Index(indexes, draft.Device), NextHops = hops });
        }
        return routes;
    }

    private List<Neighbour> BuildNeighbours(Dictionary<string, int> indexes)
    {
        var neighbours = new List<Neighbour>(_neighbours.Count);
        foreach (var ((device, _), neighbour) in _neighbours)
        {
            neighbours.Add(neighbour with { IfIndex = indexes[device] });
        }
        return neighbours;
    }

    private List<FdbEntry> BuildFdb(Dictionary<string, int> indexes)
    {
        var entries = new List<FdbEntry>(_fdb.Count);
        foreach (var (key, entry) in _fdb)
        {
            entries.Add(entry with { IfIndex = indexes[key.Device], MasterIndex = Index(indexes, key.Bridge) });
        }
        return entries;
    }
}
