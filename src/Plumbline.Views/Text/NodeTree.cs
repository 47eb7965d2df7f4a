using Plumbline.Diagnosis.Mirrors;
using Plumbline.Node.Topologies;

namespace Plumbline.Views.Text;

/// <summary>
/// The whole node as trees: every OVS bridge with its networks and ports, Linux bridges, namespaces, and last what is in none of
/// these, so that nothing of the topology is left out (but healthy loopbacks).
/// </summary>
internal sealed partial class NodeTree
{
    private readonly TopologyIndex _index;
    private readonly Glyphs _glyphs;
    private readonly HashSet<string> _shown = [];
    private readonly HashSet<Vif> _shownVifs = new(ReferenceEqualityComparer.Instance);
    private readonly List<TreeNode> _roots = [];
    private readonly IReadOnlyList<MirrorReport> _mirrors;

    /// <summary>Prepares to draw what <paramref name="index"/> looks through.</summary>
    public NodeTree(TopologyIndex index, RenderOptions options)
    {
        _index = index;
        _glyphs = Glyphs.For(options.Unicode);
        _mirrors = index.ListMirrors();
    }

    /// <summary>How many troubles were drawn.</summary>
    public int TroubleCount { get; private set; }

    private Topology Topology => _index.Topology;

    /// <summary>Draws it; once.</summary>
    public IReadOnlyList<TreeNode> Build()
    {
        var vifs = Topology.Vifs.ToLookup(vif => vif.OvsBridge ?? "");
        // the bridge with most ports of instances and routers is where the drawing begins; of those without, the best joined
        var order = Comparer<Element>.Create((one, other) => (vifs[other.Name].Count(), Patches(other))
            .CompareTo((vifs[one.Name].Count(), Patches(one))));
        foreach (var bridge in Topology.Elements.Where(element => element.Kind == ElementKind.OvsBridge).Order(order).ToList())
        {
            if (!_shown.Contains(bridge.Id))
            {
                _roots.Add(OvsBridge(bridge, null));
            }
        }
        AddLinuxBridges();
        AddNamespaces();
        AddPortsWithoutBridge();
        AddRest();
        return _roots;
    }

    private int Patches(Element bridge) => _index.PortsOf(bridge).Count(port => port.Kind == ElementKind.Patch);

    private void AddLinuxBridges()
    {
        foreach (var bridge in Topology.Elements.Where(element =>
            element.Kind is ElementKind.LinuxBridge or ElementKind.HybridBridge && !_shown.Contains(element.Id)))
        {
            _roots.Add(LinuxBridge(bridge));
        }
    }

    private void AddNamespaces()
    {
        var root = new TreeNode(new("namespaces", Shade.Heading));
        foreach (var group in Topology.Elements.Where(element => element.Namespace is { Length: > 0 })
            .GroupBy(element => element.Namespace!))
        {
            var devices = group.Where(element => element.Kind != ElementKind.Loopback || IsWrong(element)).ToList();
            _shown.UnionWith(group.Except(devices).Select(loopback => loopback.Id));
            if (devices.Count <= 1 && devices.TrueForAll(device => _shown.Contains(device.Id)))
            {
                // the one port of a DHCP server: drawn under its bridge, with the namespace's name
                continue;
            }
            // of several, those drawn already are named once more: a namespace is where networks meet
            var title = new StyledText(group.Key, Shade.Bridge);
            var node = new TreeNode(Words.OwnerOf(Topology.Snapshot, group.Key) is { } owner ? title.Add($"  {owner}", Shade.Faint) : title);
            node.Children.AddRange(devices.Select(device => _shown.Contains(device.Id) ? Again(device) : Port(device)));
            root.Children.Add(node);
        }
        AddUnlessEmpty(root);
    }

    private void AddPortsWithoutBridge()
    {
        var root = new TreeNode(new("ports without a bridge", Shade.Heading));
        root.Children.AddRange(Topology.Vifs.Where(vif => !_shownVifs.Contains(vif)).Select(VifRow));
        AddUnlessEmpty(root);
    }

    private void AddRest()
    {
        var instances = new TreeNode(new("instances without a port here", Shade.Heading));
        var devices = new TreeNode(new("other devices", Shade.Heading));
        foreach (var element in Topology.Elements.Where(element => !_shown.Contains(element.Id)).ToList())
        {
            if (_shown.Contains(element.Id) || element.Kind == ElementKind.Loopback && !IsWrong(element))
            {
                continue;
            }
            (element.Kind == ElementKind.Instance ? instances : devices).Children.Add(Port(element));
        }
        AddUnlessEmpty(instances);
        AddUnlessEmpty(devices);
    }

    private void AddUnlessEmpty(TreeNode root)
    {
        if (root.Children.Count > 0)
        {
            _roots.Add(root);
        }
    }

    /// <summary>Something is wrong with it as its facts say.</summary>
    private static bool IsWrong(Element element) =>
        element.State == ElementState.Missing || element.Troubles.Count > 0;

    private void AddTroubles(TreeNode node, IReadOnlyList<Trouble> troubles) =>
        AddTroubles(node, [.. troubles.Select(trouble => trouble.Text)]);

    private void AddTroubles(TreeNode node, IReadOnlyList<string> troubles)
    {
        foreach (var trouble in troubles)
        {
            node.Beneath.Add(new StyledText("! ", Shade.Bad).Add(trouble, Shade.Bad));
            TroubleCount++;
        }
    }
}
