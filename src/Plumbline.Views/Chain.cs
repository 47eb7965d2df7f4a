using System.Diagnostics;
using Plumbline.Diagnosis;
using Plumbline.Node.Topologies;

namespace Plumbline.Views;

/// <summary>A VIF's way, ready to be drawn: its devices in order, its bridge, and what lies beyond.</summary>
/// <param name="Vif">The VIF; null where the focus is an element that belongs to none.</param>
/// <param name="Hops">Instance, tap, qbr, qvb, qvo as far as they exist; or the focused element alone.</param>
/// <param name="Bridge">The OVS (or Linux) bridge; null where the chain does not reach one.</param>
/// <param name="Members">Ids of all that <see cref="Topology.ChainOf"/> counts to the chain; null: no limit.</param>
internal sealed record Chain(Vif? Vif, IReadOnlyList<Element> Hops, Element? Bridge, IReadOnlySet<string>? Members)
{
    /// <summary>The chains that a focus means.</summary>
    public static IReadOnlyList<Chain> Of(TopologyIndex index, Target focus) => focus switch
    {
        Target.OfVif one => [Of(index, one.Vif)],
        Target.OfInstance several => [.. several.Vifs.Select(vif => Of(index, vif))],
        Target.OfElement single => Of(index, single.Element),
        _ => throw new UnreachableException($"{focus}"),
    };

    private static IReadOnlyList<Chain> Of(TopologyIndex index, Element element)
    {
        if (element.Kind == ElementKind.Instance)
        {
            var vifs = index.Topology.Vifs.Where(vif => index.InstanceOf(vif)?.Id == element.Id).ToList();
            return vifs.Count > 0 ? [.. vifs.Select(vif => Of(index, vif))] : [new(null, [element], null, null)];
        }
        if (index.VifOf(element) is { } owner)
        {
            return [Of(index, owner)];
        }
        return element.Kind == ElementKind.OvsBridge
            ? [new(null, [], element, null)]
            : [new(null, [element], index.BridgeOf(element), null)];
    }

    private static Chain Of(TopologyIndex index, Vif vif)
    {
        var hops = new List<Element>(5);
        if (index.InstanceOf(vif) is { } instance)
        {
            hops.Add(instance);
        }
        hops.AddRange(index.DevicesOf(vif));
        var bridge = index.FindBridge(vif.OvsBridge) ?? hops.Select(index.BridgeOf).LastOrDefault(found => found is not null);
        var members = index.Topology.ChainOf(vif).Select(element => element.Id).ToHashSet();
        return new(vif, hops, bridge is not null && hops.Contains(bridge) ? null : bridge, members);
    }
}
