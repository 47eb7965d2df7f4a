using Plumbline.Node.Topologies;

namespace Plumbline.Views.Text;

internal sealed partial class NodeTree
{
    /// <summary>A VIF: owner, addresses, MAC, chain; beneath it what is wrong.</summary>
    private TreeNode VifRow(Vif vif)
    {
        _shownVifs.Add(vif);
        var instance = _index.InstanceOf(vif);
        if (instance is not null)
        {
            _shown.Add(instance.Id);
        }
        var owner = new StyledText(Words.NameOf(vif), vif.Owner == VifOwner.Instance ? Shade.Instance : Shade.Plain);
        if (instance?.State is ElementState.Down)
        {
            owner.Add(" (not running)", Shade.Warning);
        }
        var node = new TreeNode(Alignment.All, [
            owner, new(Words.AddressesOf(vif.IPAddresses), Shade.Address), new(vif.Address?.ToString() ?? "", Shade.Faint),
            Chain(vif)]);
        AddTroubles(node, [.. vif.Troubles.Select(trouble => trouble.Text), .. instance?.Troubles.Select(trouble => $"{instance.Name}: {trouble}") ?? []]);
        return node;
    }

    private StyledText Chain(Vif vif)
    {
        var line = new StyledText();
        Element? last = null;
        foreach (var device in _index.DevicesOf(vif))
        {
            _shown.Add(device.Id);
            if (last is not null)
            {
                line.Add(Joint(last, device), Shade.Faint);
            }
            line.Add(Name(device));
            last = device;
        }
        if (vif.Plug == VifPlug.VhostUser)
        {
            line.Add(" (vhost-user)", Shade.Faint);
        }
        // a veth pair may stand where an internal port mostly does (ovs_use_veth)
        if (last is not null && vif.Namespace is { Length: > 0 } && _index.BridgeOf(last) is null && _index.PeerOf(last) is { } peer
            && _shown.Add(peer.Id))
        {
            line.Add(_glyphs.Pair, Shade.Faint).Add(Name(peer));
        }
        return vif.Namespace is { Length: > 0 } space ? line.Add(" in ", Shade.Faint).Add(space) : line;
    }

    private string Joint(Element one, Element other) => _index.Between(one, other) switch
    {
        ConnectionKind.VethPair or ConnectionKind.PatchPair => _glyphs.Pair,
        null => " (not joined to) ",
        _ => _glyphs.Wire,
    };

    /// <summary>A port or device that is no VIF: name, what it is, where it leads, addresses, whose.</summary>
    private TreeNode Port(Element element)
    {
        _shown.Add(element.Id);
        var leads = new StyledText();
        if (_index.PeerOf(element) is { } peer)
        {
            leads.Add(_glyphs.Pair.TrimStart(), Shade.Faint).Add(Name(peer));
            // a peer of its own bridge or namespace is drawn there as well
            _shown.Add(peer.Id);
            if (_index.BridgeOf(peer) is { } bridge)
            {
                leads.Add(_glyphs.Wire, Shade.Faint).Add(bridge.Name, Shade.Bridge);
                if (bridge.Kind == ElementKind.HybridBridge)
                {
                    AddHybridRest(bridge, leads);
                }
            }
            else if (peer.Namespace != element.Namespace)
            {
                leads.Add(" in ", Shade.Faint).Add(peer.Namespace is { Length: > 0 } space ? space : "the node");
            }
            AddAddresses(leads, peer);
        }
        var below = string.Join(", ", _index.Below(element).Select(lower => lower.Name));
        if (below.Length > 0)
        {
            leads.Add("on ", Shade.Faint).Add(below);
        }
        var facts = new StyledText(Words.PrefixesOf(element.IPAddresses), Shade.Address);
        if (element.Note is { } note)
        {
            facts.Add(facts.IsEmpty ? "" : "  ").Add(note, Shade.Faint);
        }
        var node = new TreeNode(Alignment.Siblings, [Name(element), new(Words.Of(element.Kind), Shade.Faint), leads, facts]);
        AddTroubles(node, element.Troubles);
        return node;
    }

    // what stands behind a qvo that no VIF owns: its bridge and whatever is still in it
    private void AddHybridRest(Element bridge, StyledText leads)
    {
        _shown.Add(bridge.Id);
        foreach (var member in _index.PortsOf(bridge).Where(member => _shown.Add(member.Id)))
        {
            leads.Add(_glyphs.Wire, Shade.Faint).Add(Name(member));
        }
    }

    /// <summary>A port that was drawn under its bridge already, as seen from its namespace.</summary>
    private static TreeNode Again(Element element)
    {
        var where = new StyledText();
        if (element.OvsBridge is { } bridge)
        {
            where.Add("on ", Shade.Faint).Add(bridge, Shade.Bridge);
        }
        if (element.Vlan is { } vlan)
        {
            where.Add($" VLAN {Words.Text(vlan)}", Shade.Network);
        }
        return new(Alignment.Siblings, [
            Name(element), new(Words.Of(element.Kind), Shade.Faint), where,
            new(Words.PrefixesOf(element.IPAddresses), Shade.Address)]);
    }

    private static void AddAddresses(StyledText line, Element element)
    {
        if (Words.PrefixesOf(element.IPAddresses) is { Length: > 0 } addresses)
        {
            line.Add("  ").Add(addresses, Shade.Address);
        }
    }

    private static StyledText Name(Element element, Shade shade = Shade.Plain) =>
        Words.AddState(new(element.Name, shade), element);
}
