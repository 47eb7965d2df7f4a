using Plumbline.Diagnosis.Mirrors;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Views.Text;

internal sealed partial class NodeTree
{
    // as many tunnels of one sort are said once, in a heading
    private const int ManyTunnels = 4;

    private static readonly Comparer<Vif> _byOwner = Comparer<Vif>.Create((one, other) => one.Owner.CompareTo(other.Owner));

    /// <summary>An OVS bridge with all that hangs on it; <paramref name="way"/> is the pair by which it was reached.</summary>
    private TreeNode OvsBridge(Element bridge, StyledText? way)
    {
        _shown.Add(bridge.Id);
        var facts = _index.FactsOf(bridge);
        var line = way ?? new StyledText();
        line.Add(bridge.Name, Shade.Bridge);
        foreach (var fact in BridgeFacts(bridge, facts))
        {
            line.Add("  ").Add(fact);
        }
        var node = new TreeNode(line);
        AddTroubles(node, bridge.Troubles);

        var ports = _index.PortsOf(bridge).Where(port => !_shown.Contains(port.Id)).ToList();
        AddNetworks(node, bridge, ports);
        AddTunnels(node, ports);
        var rest = ports.FindAll(port => !_shown.Contains(port.Id));
        node.Children.AddRange(rest.FindAll(port => Beyond(port) is null).ConvertAll(Port));
        // the longest come last, so that the short ones are read with their bridge
        foreach (var port in rest)
        {
            // the second of two pairs may have been drawn from its other end by now
            if (!_shown.Contains(port.Id) && _index.PeerOf(port) is { } peer && Beyond(port) is { } next)
            {
                node.Children.Add(Way(port, peer, next));
            }
        }
        node.Children.AddRange(_mirrors.Where(mirror => mirror.Bridge == bridge.Name).Select(Mirror));
        return node;
    }

    // the OVS bridge at the other end of a pair
    private Element? Beyond(Element port) =>
        _index.PeerOf(port) is { } peer && _index.BridgeOf(peer) is { Kind: ElementKind.OvsBridge } next ? next : null;

    private TreeNode Way(Element port, Element peer, Element next)
    {
        _shown.Add(port.Id);
        _shown.Add(peer.Id);
        var way = Name(port).Add(_glyphs.Pair, Shade.Faint).Add(Name(peer)).Add(_glyphs.Wire, Shade.Faint);
        var isNew = !_shown.Contains(next.Id);
        var node = isNew ? OvsBridge(next, way) : new TreeNode(way.Add(next.Name, Shade.Bridge).Add("  (above)", Shade.Faint));
        AddTroubles(node, [.. Led(port), .. Led(peer)]);
        return node;

        static IEnumerable<string> Led(Element end) => end.Troubles.Select(trouble => $"{end.Name}: {trouble}");
    }

    private static IEnumerable<StyledText> BridgeFacts(Element bridge, OvsBridge? facts)
    {
        if (Words.PrefixesOf(bridge.IPAddresses) is { Length: > 0 } addresses)
        {
            yield return new(addresses, Shade.Address);
            // the local port of a bridge without addresses is down on every healthy node
            if (bridge.State is ElementState.Down)
            {
                yield return new("(DOWN)", Shade.Bad);
            }
        }
        if (bridge.State == ElementState.Missing)
        {
            yield return new("(MISSING)", Shade.Bad);
        }
        if (facts?.FailMode is { } failMode)
        {
            yield return new($"fail_mode {failMode}", Shade.Faint);
        }
        if (facts?.DatapathType is { Length: > 0 } datapath and not "system")
        {
            yield return new($"datapath {datapath}", Shade.Faint);
        }
        // one that is not connected is among the bridge's troubles
        foreach (var controller in facts?.Controllers.Where(controller => controller.IsConnected != false) ?? [])
        {
            yield return new(controller.IsConnected == true ? "controller connected" : $"controller {controller.Target}", Shade.Faint);
        }
    }

    /// <summary>VIFs and tagged ports in groups of one VLAN; without any VLAN no groups are made.</summary>
    private void AddNetworks(TreeNode node, Element bridge, List<Element> ports)
    {
        var vifs = Topology.Vifs.Where(vif => vif.OvsBridge == bridge.Name && !_shownVifs.Contains(vif)).ToList();
        foreach (var device in vifs.SelectMany(_index.DevicesOf))
        {
            _shown.Add(device.Id);
        }
        var tagged = ports.Where(port => port.Vlan is not null && !_shown.Contains(port.Id)
            && port.Kind is not (ElementKind.Patch or ElementKind.Tunnel)).ToList();
        // no VLAN comes last
        var numbers = new List<int>();
        vifs.ForEach(vif => AddNew(vif.LocalVlan ?? int.MaxValue));
        tagged.ForEach(port => AddNew(port.Vlan ?? int.MaxValue));
        numbers.Sort();
        foreach (var number in numbers)
        {
            int? vlan = number == int.MaxValue ? null : number;
            var parent = node;
            if (vlan is not null || numbers.Count > 1)
            {
                parent = new TreeNode(VlanLine(vlan, vifs));
                node.Children.Add(parent);
            }
            parent.Children.AddRange(vifs.Where(vif => vif.LocalVlan == vlan)
                .Order(_byOwner).Select(VifRow));
            parent.Children.AddRange(tagged.Where(port => port.Vlan == vlan).Select(Port));
        }

        void AddNew(int number)
        {
            if (!numbers.Contains(number))
            {
                numbers.Add(number);
            }
        }
    }

    private StyledText VlanLine(int? vlan, List<Vif> vifs)
    {
        if (vlan is null)
        {
            return new("no VLAN", Shade.Network);
        }
        var line = new StyledText($"VLAN {Words.Text(vlan.Value)}", Shade.Network);
        if (vlan == Words.DeadVlan)
        {
            return line.Add("  DEAD: Open vSwitch drops all that these ports send", Shade.Bad);
        }
        var network = vifs.Find(vif => vif.LocalVlan == vlan && vif.Network is not null)?.Network
            ?? Topology.Networks.FirstOrDefault(network => network.LocalVlan == vlan);
        if (network is not null && Words.SegmentOf(network) is { } segment)
        {
            line.Add(" = ", Shade.Faint).Add(segment, Shade.Network);
        }
        return network is not null && Words.NetworkOf(network) is { } named ? line.Add($"  {named}", Shade.Faint) : line;
    }

    private void AddTunnels(TreeNode node, List<Element> ports)
    {
        foreach (var group in ports.Where(port => port is { Kind: ElementKind.Tunnel, Tunnel: not null } && !_shown.Contains(port.Id))
            .GroupBy(port => $"{port.Tunnel!.Type} {port.Tunnel.Local} {port.Tunnel.Key}"))
        {
            var parent = node;
            var (type, local, _, key) = group.First().Tunnel!;
            if (group.Count() >= ManyTunnels)
            {
                parent = new TreeNode(new StyledText($"{Words.Count(group.Count(), type + " tunnel")}", Shade.Network)
                    .Add($"  from {local?.ToString() ?? "any address"}{KeyOf(key)}", Shade.Faint));
                node.Children.Add(parent);
            }
            parent.Children.AddRange(group.Select(tunnel => Tunnel(tunnel, parent == node)));
        }
    }

    private TreeNode Tunnel(Element port, bool isComplete)
    {
        _shown.Add(port.Id);
        foreach (var remote in _index.Neighbours(port, ConnectionKind.Tunnel))
        {
            _shown.Add(remote.Id);
        }
        var (type, local, to, key) = port.Tunnel!;
        var far = new StyledText(_glyphs.Arrow + " ", Shade.Faint)
            .Add(to?.ToString() ?? "whatever the flow says", Shade.Address);
        var node = new TreeNode(Alignment.Siblings, isComplete
            ? [Name(port), new(type, Shade.Network), far, new($"from {local?.ToString() ?? "any address"}{KeyOf(key)}", Shade.Faint)]
            : [Name(port), far]);
        AddTroubles(node, port.Troubles);
        return node;
    }

    private static string KeyOf(string? key) => key switch
    {
        null => "",
        "flow" => ", key by flow",
        _ => $", key {key}",
    };

    private TreeNode LinuxBridge(Element bridge)
    {
        _shown.Add(bridge.Id);
        var line = Name(bridge, Shade.Bridge).Add($"  {Words.Of(bridge.Kind)}", Shade.Faint);
        if (Words.PrefixesOf(bridge.IPAddresses) is { Length: > 0 } addresses)
        {
            line.Add("  ").Add(addresses, Shade.Address);
        }
        if (bridge.Note is { } note)
        {
            line.Add("  ").Add(note, Shade.Faint);
        }
        var node = new TreeNode(line);
        AddTroubles(node, bridge.Troubles);
        foreach (var member in _index.PortsOf(bridge).Where(member => !_shown.Contains(member.Id)).ToList())
        {
            if (_shown.Contains(member.Id))
            {
                continue;
            }
            node.Children.Add(_index.VifOf(member) is { } vif && !_shownVifs.Contains(vif)
                ? VifRow(vif)
                : Port(member));
        }
        return node;
    }

    // what is odd but works is a matter of plumb mirror list
    private TreeNode Mirror(MirrorReport mirror)
    {
        var node = new TreeNode(new StyledText("mirror ", Shade.Warning).Add(mirror.Name).Add("  ").Add(mirror.Selects)
            .Add($" {_glyphs.Arrow} ", Shade.Faint).Add(mirror.Output));
        AddTroubles(node, mirror.Faults);
        return node;
    }
}
