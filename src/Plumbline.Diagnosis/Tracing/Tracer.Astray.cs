namespace Plumbline.Diagnosis.Tracing;

public sealed partial class Tracer
{
    /// <summary>A copy that left in a tunnel to an address that no node has: where it ends says more than a flood's side ways.</summary>
    private (TraceDrop Drop, WalkEnd End)? Astray(List<WalkEnd> found, TracePhase phase)
    {
        if (found.Find(e => e is { Kind: WalkEndKind.Left, Frame.Cargo: not null } && _fabric.OwnerOf(e.Frame.To) is null) is not { Frame.Cargo: { } cargo } end)
        {
            return null;
        }
        return (new()
        {
            Cause = TraceCause.Tunnel,
            Node = end.Trail?.Hop.Node,
            Place = cargo.Port,
            What = $"{cargo.Port} leads to {end.Frame.To}, which no node that was given has",
            Phase = phase,
        }, end);
    }

    /// <summary>
    /// A router that has no way to the receiver's network sends the packet to its default gateway, out of the nodes: that is why, and not what
    /// became of a flood's other copies behind the router.
    /// </summary>
    private (TraceDrop Drop, WalkEnd End)? RoutedAway(List<WalkEnd> found, TracePhase phase, TraceEnds ends)
    {
        var wanted = phase == TracePhase.Forward ? ends.ReceiverNetwork : phase == TracePhase.Return ? ends.OriginNic?.NetworkId : null;
        if (wanted is null)
        {
            return null;
        }
        foreach (var end in found)
        {
            if (end is { Kind: WalkEndKind.Left, Frame.Cargo: null } && end.Trail?.Hops.LastOrDefault(h => h.Kind == HopKind.Router) is { Namespace: { } name } hop
                && _fabric.Nodes.Find(n => n.Name == hop.Node)?.Space(name) is { } router
                && RouteChoice.Find(router, end.Frame.To, end.Frame.From) is { Device: { } device } choice
                && router.Node.Port(device.Name)?.Port.OtherConfig.GetValueOrDefault("net_uuid") is { } network && network != wanted)
            {
                return (new()
                {
                    Cause = TraceCause.Route,
                    Node = hop.Node,
                    Namespace = name,
                    Place = name,
                    What = $"{name} has no way to the network of {end.Frame.To}, and sends it out of the nodes ({choice})",
                    Phase = phase,
                }, end);
            }
        }
        return null;
    }
}
