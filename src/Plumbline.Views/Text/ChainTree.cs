using Plumbline.Node.Topologies;

namespace Plumbline.Views.Text;

/// <summary>
/// One chain from top to bottom, a hop a line: the instance, its devices, the bridge, and each way on from there. The line to the
/// left of a hop tells how it is joined to the one above: single for a bridge's member, double for a veth or patch pair.
/// </summary>
internal sealed class ChainTree
{
    private readonly TopologyIndex _index;
    private readonly Chain _chain;
    private readonly Glyphs _glyphs;
    private readonly HashSet<string> _shown = [];

    /// <summary>Prepares to draw <paramref name="chain"/>.</summary>
    public ChainTree(TopologyIndex index, Chain chain, RenderOptions options)
    {
        _index = index;
        _chain = chain;
        _glyphs = Glyphs.For(options.Unicode);
    }

    /// <summary>Whose port it is, on which network, and who else is there.</summary>
    public IEnumerable<StyledText> Heading()
    {
        if (_chain.Vif is not { } vif)
        {
            yield break;
        }
        var title = new StyledText(Words.NameOf(vif), Shade.Heading);
        Fact(title, vif.PortId is { } port ? $"port {port}" : null);
        Fact(title, vif.Namespace is { Length: > 0 } space ? $"namespace {space}" : null);
        Fact(title, vif.InstanceId is { } id && id != vif.InstanceName ? $"instance {id}" : null);
        yield return title;

        var line = new StyledText(Words.AddressesOf(vif.IPAddresses), Shade.Address);
        Fact(line, vif.Address?.ToString());
        Fact(line, $"{Words.Of(vif.Plug)} plug");
        Fact(line, vif.State == ElementState.Unknown ? null : Words.Of(vif.State));
        yield return line;

        if (vif.LocalVlan is { } vlan)
        {
            var network = new StyledText($"VLAN {Words.Text(vlan)}", Shade.Network);
            if (vlan == Words.DeadVlan)
            {
                network.Add(" DEAD: Open vSwitch drops all that this port sends", Shade.Bad);
            }
            if (vif.Network is { } known)
            {
                if (vlan != Words.DeadVlan && Words.SegmentOf(known) is { } segment)
                {
                    network.Add(" = ", Shade.Faint).Add(segment, Shade.Network);
                }
                Fact(network, Words.NetworkOf(known));
            }
            yield return network;
            foreach (var neighbours in Neighbours(vif))
            {
                yield return neighbours;
            }
        }
        foreach (var trouble in vif.Troubles)
        {
            yield return new StyledText("! ", Shade.Bad).Add(trouble.Text, Shade.Bad);
        }
        yield return new();
    }

    /// <summary>The chain itself.</summary>
    public IReadOnlyList<TreeNode> Build()
    {
        var roots = new List<TreeNode>();
        Element? above = null;
        foreach (var hop in _chain.Hops)
        {
            roots.Add(Hop(hop, Gutter(above, hop)));
            above = hop;
        }
        if (_chain.Bridge is { } bridge)
        {
            var node = Hop(bridge, Gutter(above, bridge));
            AddWays(node, bridge);
            roots.Add(node);
        }
        else if (_chain.Vif is not null)
        {
            roots.Add(new(Alignment.All, [new StyledText("  ").Add("no bridge: the chain ends here", Shade.Bad)]));
        }
        return roots;
    }

    // at most so many neighbours are named, the others counted
    private IEnumerable<StyledText> Neighbours(Vif vif)
    {
        const int Named = 6;
        var others = _index.Topology.Vifs.Where(other => other != vif && other.LocalVlan == vif.LocalVlan
            && other.OvsBridge == vif.OvsBridge).OrderByDescending(other => other.Owner).ToList();
        if (others.Count == 0)
        {
            yield break;
        }
        var line = new StyledText("with ", Shade.Faint);
        for (var i = 0; i < Math.Min(Named, others.Count); i++)
        {
            line.Add(i > 0 ? ", " : "", Shade.Faint).Add(Words.NameOf(others[i]));
            if (Words.AddressesOf(others[i].IPAddresses) is { Length: > 0 } addresses)
            {
                line.Add(" ").Add(addresses, Shade.Address);
            }
        }
        if (others.Count > Named)
        {
            line.Add($" and {Words.Text(others.Count - Named)} more on this node", Shade.Faint);
        }
        yield return line;
    }

    private string Gutter(Element? above, Element hop) => above is null
        ? _glyphs.Start
        : _index.Between(above, hop) switch
        {
            ConnectionKind.VethPair or ConnectionKind.PatchPair => _glyphs.DownPair,
            null => "?",
            _ => _glyphs.Down,
        };

    private TreeNode Hop(Element hop, string gutter)
    {
        _shown.Add(hop.Id);
        var name = new StyledText(gutter + " ", gutter == "?" ? Shade.Bad : Shade.Faint).Add(Name(hop));
        var node = new TreeNode(Alignment.All, [name, .. Facts(hop)]);
        if (gutter == "?")
        {
            node.Beneath.Add(new("! not joined to what stands above", Shade.Bad));
        }
        AddTroubles(node, hop);
        return node;
    }

    private IEnumerable<StyledText> Facts(Element hop)
    {
        yield return new(Words.Of(hop.Kind), Shade.Faint);
        yield return State(hop);
        yield return new(hop.Mtu is { } mtu ? $"MTU {Words.Text(mtu)}" : "");
        yield return new(hop.Address?.ToString() ?? "", Shade.Faint);
        var rest = new StyledText();
        Fact(rest, hop.Vlan is { } vlan ? $"VLAN {Words.Text(vlan)}" : null, Shade.Network);
        Fact(rest, hop.OfPort is { } port ? $"ofport {Words.Text(port)}" : null);
        Fact(rest, hop.IfIndex is { } ifIndex ? $"ifindex {Words.Text(ifIndex)}" : null);
        Fact(rest, Words.PrefixesOf(hop.IPAddresses) is { Length: > 0 } addresses ? addresses : null, Shade.Address);
        Fact(rest, hop.Namespace is { Length: > 0 } space ? $"in {space}" : null);
        if (hop.Tunnel is { } tunnel)
        {
            Fact(rest, $"{tunnel.Type} {tunnel.Local?.ToString() ?? "any"} {_glyphs.Arrow} {tunnel.Remote?.ToString() ?? "by flow"}",
                Shade.Address);
            Fact(rest, tunnel.Key is { } key ? $"key {key}" : null);
        }
        if (_index.FactsOf(hop) is { } bridge)
        {
            Fact(rest, bridge.FailMode is { } mode ? $"fail_mode {mode}" : null);
            Fact(rest, bridge.DatapathType is { Length: > 0 } type ? $"datapath {type}" : null);
        }
        Fact(rest, hop.Note);
        yield return rest;
    }

    private void AddWays(TreeNode node, Element bridge)
    {
        foreach (var port in _index.PortsOf(bridge).Where(port => !_shown.Contains(port.Id) && IsMember(port)))
        {
            var peer = _index.PeerOf(port);
            var next = peer is null ? null : _index.BridgeOf(peer);
            if (next is { Kind: ElementKind.OvsBridge } && !_shown.Contains(next.Id))
            {
                var near = Branch(port);
                var far = Branch(peer!);
                var beyond = Branch(next);
                AddWays(beyond, next);
                far.Children.Add(beyond);
                near.Children.Add(far);
                node.Children.Add(near);
            }
            else if (port.Kind is ElementKind.Tunnel or ElementKind.Nic or ElementKind.Stacked or ElementKind.Patch)
            {
                node.Children.Add(Branch(port));
            }
        }
    }

    private TreeNode Branch(Element element)
    {
        _shown.Add(element.Id);
        var node = new TreeNode(Alignment.All, [Name(element), .. Facts(element)]);
        AddTroubles(node, element);
        return node;
    }

    private static StyledText Name(Element element) => new(element.Name, element.Kind switch
    {
        ElementKind.Instance => Shade.Instance,
        _ when TopologyIndex.IsBridge(element) => Shade.Bridge,
        _ => Shade.Plain,
    });

    private static StyledText State(Element element) => element switch
    {
        { State: ElementState.Missing } => new("MISSING", Shade.Bad),
        // the state of an OVS bridge is its local port's, which is down on healthy nodes
        { State: ElementState.Unknown } or { Kind: ElementKind.OvsBridge, IPAddresses: [] } => new(),
        { State: ElementState.Down } => new("DOWN", Shade.Bad),
        _ => new(Words.Of(element.State)),
    };

    private bool IsMember(Element element) => _chain.Members?.Contains(element.Id) ?? true;

    private void AddTroubles(TreeNode node, Element element)
    {
        // the VIF's own list, which names each part, stands in the heading
        if (_chain.Vif is null || !_chain.Hops.Contains(element))
        {
            node.Beneath.AddRange(element.Troubles.Select(trouble => new StyledText("! ", Shade.Bad).Add(trouble.Text, Shade.Bad)));
        }
    }

    private static void Fact(StyledText line, string? fact, Shade shade = Shade.Plain)
    {
        if (fact is { Length: > 0 })
        {
            line.Add(line.IsEmpty ? "" : "  ").Add(fact, shade);
        }
    }
}
