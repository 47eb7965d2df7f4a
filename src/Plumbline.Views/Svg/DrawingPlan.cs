using Plumbline.Node.Topologies;

namespace Plumbline.Views.Svg;

/// <summary>
/// What is drawn where, before any measure: bridges that stand by themselves with the instances at their left, and what hangs on
/// their right, as a tree. Every element but healthy loopbacks has one place.
/// </summary>
internal sealed partial class DrawingPlan
{
    private readonly TopologyIndex _index;
    private readonly bool _expands;
    private readonly bool _hasVlans;
    private readonly ILookup<string, Element> _spaces;
    private readonly HashSet<string> _placed = [];
    private readonly Dictionary<string, Element?> _homes;

    /// <summary>Plans a topology; with <paramref name="expands"/> everything is drawn whole, however much it is.</summary>
    public DrawingPlan(TopologyIndex index, bool expands = false)
    {
        _index = index;
        _expands = expands;
        _hasVlans = index.Topology.Vifs.Any(vif => vif is { Owner: VifOwner.Instance, LocalVlan: not null });
        _spaces = index.Topology.Elements.Where(element => element.Namespace is { Length: > 0 }).ToLookup(element => element.Namespace!);
        _homes = NamespaceHomes();
        var vifs = index.Topology.Vifs.Where(vif => vif.Owner == VifOwner.Instance).ToLookup(vif => BridgeOf(vif)?.Id ?? "");
        var bridges = index.Topology.Elements.Where(element => element.Kind is ElementKind.OvsBridge or ElementKind.LinuxBridge)
            .OrderByDescending(bridge => vifs[bridge.Id].Count())
            .ThenByDescending(bridge => index.PortsOf(bridge).Count(port => port.Kind == ElementKind.Patch)).ToList();
        // first all that are drawn with instances at their left: none of them may end up at another's right
        var main = bridges.Where(bridge => vifs[bridge.Id].Any()).ToList();
        foreach (var bridge in main)
        {
            _placed.Add(bridge.Id);
        }
        var left = main.Select(bridge => (Bridge: bridge, Groups: GroupsOf(vifs[bridge.Id]))).ToList();
        var total = index.Topology.Vifs.Count(vif => vif.Owner == VifOwner.Instance);
        var budget = MostOddChains;
        foreach (var (bridge, groups) in left)
        {
            Roots.Add(RootOf(bridge, groups, Collapses(groups, total), ref budget));
        }
        if (vifs[""].Any())
        {
            var groups = GroupsOf(vifs[""]);
            Roots.Add(RootOf(null, groups, Collapses(groups, total), ref budget));
        }
        var rest = bridges.Where(bridge => !_placed.Contains(bridge.Id)).Concat(index.Topology.Elements.Where(element =>
            element.Kind == ElementKind.HybridBridge)).ToList();
        var bare = Limit("bridges", "bridges that nothing hangs on", "bridge", rest.FindAll(bridge => !index.PortsOf(bridge).Any()));
        var shown = bare.ToHashSet();
        foreach (var bridge in rest)
        {
            if (_placed.Add(bridge.Id) && (shown.Contains(bridge) || index.PortsOf(bridge).Any()))
            {
                Roots.Add(new(bridge, [], AttachmentsOf(bridge), []));
            }
        }
        PlanNamespaces();
        Devices = Limit("devices", "in no bridge", "device", [.. index.Topology.Elements.Where(IsUnplaced)]);
    }

    /// <summary>Bridges that stand by themselves.</summary>
    public List<Root> Roots { get; } = [];

    /// <summary>Namespaces that no bridge leads to.</summary>
    public List<Attachment> Namespaces { get; } = [];

    /// <summary>Devices in no bridge, and instances without ports.</summary>
    public IReadOnlyList<Element> Devices { get; }

    private bool Collapses(List<LeftGroup> groups, int total) =>
        !_expands && (total > MostChainsInAll || groups.Sum(group => group.Vifs.Count) > MostChains);

    private Element? BridgeOf(Vif vif) => _index.FindBridge(vif.OvsBridge)
        ?? _index.DevicesOf(vif).Select(_index.BridgeOf).LastOrDefault(bridge => bridge is { Kind: not ElementKind.HybridBridge });

    private bool IsUnplaced(Element element) =>
        !_placed.Contains(element.Id) && element is not { Kind: ElementKind.Loopback, Troubles: [] };

    private List<LeftGroup> GroupsOf(IEnumerable<Vif> vifs)
    {
        var groups = new List<LeftGroup>();
        foreach (var group in vifs.GroupBy(vif => vif.Instance ?? vif.InstanceId ?? vif.PortId ?? vif.Device ?? ""))
        {
            var first = group.First();
            groups.Add(new(_index.InstanceOf(first), Words.NameOf(first), [.. group]));
            foreach (var vif in group)
            {
                _placed.UnionWith(_index.DevicesOf(vif).Select(device => device.Id));
            }
            if (first.Instance is { } instance)
            {
                _placed.Add(instance);
            }
        }
        return groups;
    }

    // a namespace is drawn at the bridge that most of its ports are on
    private Dictionary<string, Element?> NamespaceHomes()
    {
        var homes = new Dictionary<string, Element?>();
        foreach (var group in _index.Topology.Elements.Where(element => element.Namespace is { Length: > 0 })
            .GroupBy(element => element.Namespace!))
        {
            homes[group.Key] = group
                .Select(element => _index.BridgeOf(element) ?? (_index.PeerOf(element) is { } peer ? _index.BridgeOf(peer) : null))
                .OfType<Element>().GroupBy(bridge => bridge.Id).OrderByDescending(bridge => bridge.Count())
                .FirstOrDefault()?.First();
        }
        return homes;
    }

    private List<Attachment> AttachmentsOf(Element bridge)
    {
        var result = new List<Attachment>();
        var bridges = new Dictionary<string, Attachment>();
        var others = new Dictionary<string, Attachment>();
        foreach (var port in _index.PortsOf(bridge).Where(port => _placed.Add(port.Id)).ToList())
        {
            var peer = _index.PeerOf(port);
            if (peer is not null && _index.BridgeOf(peer) is { } next && (bridges.ContainsKey(next.Id) || _placed.Add(next.Id)))
            {
                _placed.Add(peer.Id);
                Of(bridges, next.Id, () => BridgeBox(next)).Links.Add(new(port, _index.Between(port, peer), peer, ""));
            }
            else if (peer?.Namespace is { Length: > 0 } far && IsHome(far, bridge))
            {
                _placed.Add(peer.Id);
                Of(others, $"namespace {far}", () => NamespaceBox(far))
                    .Links.Add(new(port, ConnectionKind.VethPair, peer, Words.PrefixesOf(peer.IPAddresses)));
            }
            else if (port.Namespace is { Length: > 0 } space && IsHome(space, bridge))
            {
                Of(others, $"namespace {space}", () => NamespaceBox(space))
                    .Links.Add(new(port, ConnectionKind.OvsBridgePort, null, Words.PrefixesOf(port.IPAddresses)));
            }
            else if (_index.Neighbours(port, ConnectionKind.Tunnel).FirstOrDefault() is { } remote)
            {
                var isNew = _placed.Add(remote.Id);
                Of(others, remote.Id + (isNew || others.ContainsKey(remote.Id) ? "" : " again"), () => RemoteBox(remote, port))
                    .Links.Add(new(port, ConnectionKind.Tunnel, null, ""));
            }
            else
            {
                result.Add(new() { Links = { new(port, null, null, LooseText(port, peer)) } });
            }
        }
        foreach (var space in others.Keys.Where(key => key.StartsWith("namespace ", StringComparison.Ordinal)).ToList())
        {
            AddUnlinked(others[space], space["namespace ".Length..]);
        }
        foreach (var (id, attachment) in bridges)
        {
            attachment.Children.AddRange(AttachmentsOf(_index.Find(id)!)); // ids of elements that the index gave
        }
        return Limit(bridge, [.. bridges.Values, .. result, .. others.Values]);

        static Attachment Of(Dictionary<string, Attachment> attachments, string key, Func<BoxText> box) =>
            attachments.TryGetValue(key, out var found) ? found : attachments[key] = new() { Box = box() };
    }

    private bool IsHome(string space, Element bridge) => _homes.GetValueOrDefault(space)?.Id == bridge.Id;

    private BoxText BridgeBox(Element bridge) => new(BoxClass(bridge), bridge.Name, BridgeFacts(bridge), bridge);

    /// <summary>CSS class of a bridge's box.</summary>
    public static string BoxClass(Element bridge) => bridge.Kind == ElementKind.OvsBridge ? "bridge" : "linux-bridge";

    /// <summary>What is written under a bridge's name.</summary>
    public IReadOnlyList<string> BridgeFacts(Element bridge)
    {
        var lines = new List<string>();
        if (bridge.Kind != ElementKind.OvsBridge)
        {
            lines.Add(Words.Of(bridge.Kind));
        }
        if (_index.FactsOf(bridge) is { } facts)
        {
            if (facts.FailMode is { } mode)
            {
                lines.Add($"fail_mode {mode}");
            }
            if (facts.DatapathType is { Length: > 0 } type and not "system")
            {
                lines.Add($"datapath {type}");
            }
        }
        lines.AddRange(bridge.IPAddresses.Where(address => !Words.IsLinkLocal(address)));
        return lines;
    }

    private static BoxText NamespaceBox(string space) => new("namespace", space, [], null);

    private static BoxText RemoteBox(Element remote, Element port) =>
        new("remote", remote.Name, port.Tunnel?.Local is { } local ? [$"from {local}"] : [], remote);

    // devices of a namespace that no link leads to, without its loopback
    private void AddUnlinked(Attachment attachment, string space)
    {
        foreach (var device in _spaces[space].Where(IsUnplaced).ToList())
        {
            _placed.Add(device.Id);
            attachment.Links.Add(new(null, null, device, Words.PrefixesOf(device.IPAddresses)));
        }
    }

    private void PlanNamespaces()
    {
        foreach (var space in _index.Topology.Elements.Where(element => element.Namespace is { Length: > 0 } && IsUnplaced(element))
            .Select(element => element.Namespace!).Distinct().ToList())
        {
            var attachment = new Attachment { Box = NamespaceBox(space) };
            AddUnlinked(attachment, space);
            Namespaces.Add(attachment);
        }
    }

    private static string LooseText(Element port, Element? peer)
    {
        var parts = new List<string>();
        if (KindOf(port) is { } kind)
        {
            parts.Add(kind);
        }
        if (peer is not null)
        {
            parts.Add($"pair of {peer.Name}{(peer.OvsBridge is { } bridge ? $" on {bridge}" : "")}");
        }
        if (port.Namespace is { Length: > 0 } space)
        {
            parts.Add($"in {space}");
        }
        if (Words.PrefixesOf(port.IPAddresses) is { Length: > 0 } addresses)
        {
            parts.Add(addresses);
        }
        if (port.Tunnel is { } tunnel)
        {
            parts.Add($"{tunnel.Type} to {tunnel.Remote?.ToString() ?? "whatever the flow says"}");
        }
        if (port.Note is { } note)
        {
            parts.Add(note);
        }
        return string.Join(", ", parts);

        static string? KindOf(Element port) => port.Kind == ElementKind.Tunnel ? null : Words.Of(port.Kind);
    }
}

/// <summary>A bridge that stands by itself.</summary>
/// <param name="Bridge">The bridge; null for VIFs without one.</param>
/// <param name="Left">Instances at its left.</param>
/// <param name="Right">What hangs on its right edge.</param>
/// <param name="Panels">Instances' ports that are drawn as tiles, by network.</param>
internal sealed record Root(Element? Bridge, List<LeftGroup> Left, List<Attachment> Right, List<TilePanel> Panels);

/// <summary>An instance with its VIFs on one bridge.</summary>
/// <param name="Instance">Its element; null where only the VIF is known.</param>
/// <param name="Title">Its name.</param>
/// <param name="Vifs">Its ports, in the topology's order.</param>
internal sealed record LeftGroup(Element? Instance, string Title, IReadOnlyList<Vif> Vifs);
