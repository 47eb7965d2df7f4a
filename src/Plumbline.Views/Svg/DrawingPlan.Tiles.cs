using Plumbline.Node.Topologies;

namespace Plumbline.Views.Svg;

internal sealed partial class DrawingPlan
{
    /// <summary>So many chains of one bridge are drawn whole; of more, those with troubles alone.</summary>
    public const int MostChains = 24;

    /// <summary>So many chains are drawn whole in a drawing with several bridges.</summary>
    private const int MostChainsInAll = 96;

    /// <summary>So many chains with troubles are drawn whole where others are tiles.</summary>
    private const int MostOddChains = 12;

    /// <summary>So many boxes of a kind are drawn whole.</summary>
    private const int MostBoxes = 48;

    /// <summary>Tiles that belong to no network.</summary>
    public List<TilePanel> Panels { get; } = [];

    /// <summary>Makes tiles of a bridge's chains where there are many; those with troubles stay, as far as there is room.</summary>
    private Root RootOf(Element? bridge, List<LeftGroup> groups, bool collapses, ref int budget)
    {
        if (!collapses)
        {
            return new(bridge, groups, bridge is null ? [] : AttachmentsOf(bridge), []);
        }
        var whole = new List<LeftGroup>();
        var odd = new SortedDictionary<int, List<Tile>>();
        var well = new SortedDictionary<int, List<Tile>>();
        foreach (var group in groups)
        {
            if (budget >= group.Vifs.Count && group.Vifs.Any(IsOdd))
            {
                budget -= group.Vifs.Count;
                whole.Add(group);
                continue;
            }
            foreach (var vif in group.Vifs)
            {
                var tile = TileOf(vif);
                var tiles = tile.IsBad ? odd : well;
                var key = vif.LocalVlan ?? -1;
                if (!tiles.TryGetValue(key, out var list))
                {
                    tiles[key] = list = [];
                }
                list.Add(tile);
            }
        }
        var panels = new List<TilePanel>();
        var networks = new Dictionary<int, Network>();
        foreach (var network in _index.Topology.Networks)
        {
            networks.TryAdd(network.LocalVlan ?? -1, network);
        }
        foreach (var vlan in odd.Keys.Union(well.Keys).Order())
        {
            List<Tile> tiles = [.. odd.GetValueOrDefault(vlan) ?? [], .. well.GetValueOrDefault(vlan) ?? []];
            var title = vlan >= 0 && networks.TryGetValue(vlan, out var network)
                ? string.Join(" · ", new[] { Words.SegmentOf(network), network.Id }.OfType<string>()) : "";
            panels.Add(new($"network:{bridge?.Name}/{Words.Text(vlan)}", title, "port", vlan < 0 ? null : vlan, tiles));
        }
        return new(bridge, whole, bridge is null ? [] : AttachmentsOf(bridge), panels);
    }

    /// <summary>A chain that an operator wants to see first: down, in trouble, without its VLAN or without a bridge.</summary>
    private bool IsOdd(Vif vif) => vif.Troubles.Count > 0 || BadgeOf(vif) is not null;

    /// <summary>It has no VLAN on a node whose other instances have one.</summary>
    public bool LacksVlan(Vif vif) => _hasVlans && vif is { OvsBridge: not null, LocalVlan: null };

    private string? BadgeOf(Vif vif)
    {
        if (_index.InstanceOf(vif) is { } instance && SvgWords.BadgeOf(instance) is not null)
        {
            return "NOT RUNNING";
        }
        foreach (var device in _index.DevicesOf(vif))
        {
            if (SvgWords.BadgeOf(device) is { } badge)
            {
                return $"{badge}: {device.Name}";
            }
        }
        return vif switch
        {
            { LocalVlan: Words.DeadVlan } => "VLAN 4095 DEAD",
            _ when LacksVlan(vif) => "NO VLAN",
            { State: ElementState.Missing } => "MISSING",
            { State: ElementState.Down } => "DOWN",
            { Troubles.Count: > 0 } => "TROUBLE",
            _ => null,
        };
    }

    private Tile TileOf(Vif vif)
    {
        var name = Words.NameOf(vif);
        var devices = _index.DevicesOf(vif);
        var badge = BadgeOf(vif);
        var second = badge ?? (vif.IPAddresses.Count > 0 ? SvgWords.AddressesOf(vif.IPAddresses)
            : devices.Count > 0 ? devices[0].Name : vif.Address?.ToString() ?? "");
        var key = vif.PortId ?? vif.OvsEnd ?? vif.Device ?? name;
        List<string> lines = [$"{name}: instance"];
        if (vif.InstanceId is { } instance)
        {
            lines.Add($"instance {instance}");
        }
        AddFacts(lines, vif);
        return new($"vif:{key}", name, second, badge is not null || vif.Troubles.Count > 0, string.Join('\n', lines));
    }

    /// <summary>Adds all that is known of an instance's port, a line each.</summary>
    public void AddFacts(List<string> lines, Vif vif)
    {
        Add("port ", vif.PortId);
        Add("MAC ", vif.Address?.ToString());
        Add("", vif.IPAddresses.Count > 0 ? Words.AddressesOf(vif.IPAddresses) : null);
        lines.Add(string.Join(" - ", _index.DevicesOf(vif).Select(device => device.Name).Append(vif.OvsBridge ?? "no OVS bridge")));
        Add("VLAN ", vif.LocalVlan is { } vlan ? Words.Text(vlan) : null);
        Add("", vif.Network is { } network ? Words.NetworkOf(network) : null);
        lines.AddRange(vif.Troubles.Select(trouble => $"! {trouble}"));

        void Add(string label, string? value)
        {
            if (value is { Length: > 0 })
            {
                lines.Add(label + value);
            }
        }
    }

    private static Tile TileOf(Element element)
    {
        var badge = SvgWords.BadgeOf(element);
        var addresses = SvgWords.AddressesOf(element.IPAddresses);
        return new(element.Id, element.Name, badge ?? (addresses.Length > 0 ? addresses : Words.Of(element.Kind)), badge is not null,
            SvgWords.Tooltip(element));
    }

    private static Tile TileOf(Attachment attachment)
    {
        var bad = attachment.Links.Find(link => link.Port is { } port && SvgWords.BadgeOf(port) is not null);
        var first = attachment.Links[0];
        var tooltip = string.Join('\n', attachment.Links.SelectMany(link => new[] { link.Port, link.Peer }).OfType<Element>()
            .Select(SvgWords.Tooltip));
        var port = first.Port ?? first.Peer;
        var (id, name) = attachment.Box switch
        {
            { Element: { } box } => (box.Id, box.Name),
            { } space => ($"namespace:{space.Title}", space.Title),
            _ => (port?.Id ?? "", port?.Name ?? ""),
        };
        var second = bad is { Port: { } culprit } ? $"{SvgWords.BadgeOf(culprit)}: {culprit.Name}"
            : first.Text.Length > 0 ? first.Text : port?.Name ?? "";
        return new(id, name, second, bad is not null, attachment.Box is null ? tooltip : $"{name}\n{tooltip}");
    }

    /// <summary>Leaves as many boxes as are readable, those in trouble first; the rest become tiles.</summary>
    private List<Attachment> Limit(Element bridge, List<Attachment> all)
    {
        if (_expands || all.Count <= MostBoxes)
        {
            return all;
        }
        var kept = new HashSet<Attachment>(all.Where(attachment => attachment.Children.Count > 0).Take(MostOddChains));
        foreach (var attachment in all.Where(attachment => attachment.Links.Exists(link =>
            link.Port is { } port && SvgWords.BadgeOf(port) is not null)).Concat(all).Take(MostBoxes))
        {
            if (kept.Count < MostOddChains * 2)
            {
                kept.Add(attachment);
            }
        }
        foreach (var (noun, tiles) in all.Where(attachment => !kept.Contains(attachment)).GroupBy(attachment => attachment.Box switch
        {
            { Class: "namespace" } => "namespace",
            { Class: "remote" } => "tunnel",
            { } => "bridge",
            null => "port",
        }).Select(group => (group.Key, group.Select(TileOf).OrderBy(tile => !tile.IsBad).ToList())))
        {
            Panels.Add(new($"more:{bridge.Name}/{noun}", $"more at {bridge.Name}", noun, null, tiles));
        }
        return all.FindAll(kept.Contains);
    }

    /// <summary>The same for bridges and devices that nothing hangs on.</summary>
    private List<Element> Limit(string key, string title, string noun, List<Element> all)
    {
        if (_expands || all.Count <= MostBoxes)
        {
            return all;
        }
        var kept = all.Where(element => SvgWords.BadgeOf(element) is not null || element.Kind is ElementKind.Nic or ElementKind.Stacked)
            .Take(MostOddChains).ToHashSet();
        Panels.Add(new(key, title, noun, null,
            [.. all.Where(element => !kept.Contains(element)).Select(TileOf).OrderBy(tile => !tile.IsBad)]));
        return all.FindAll(kept.Contains);
    }
}
