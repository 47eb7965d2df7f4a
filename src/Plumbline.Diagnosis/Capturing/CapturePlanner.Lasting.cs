using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Capturing;

public static partial class CapturePlanner
{
    /// <summary>
    /// The mirrors that show a target, whatever the kernel shows: who wants copies elsewhere is not served by a device here. A VM's port is
    /// its OVS end (of the hybrid plug: qvo); a bridge, all its real ports; a patch port, its neighbours.
    /// </summary>
    /// <param name="topology">The node.</param>
    /// <param name="target">What to copy.</param>
    /// <param name="force">Go on where hardware offload hides packets from mirrors.</param>
    /// <exception cref="DiagnosisException">It is on no OVS bridge, or a mirror would be unsafe there.</exception>
    public static IReadOnlyList<CapturePoint.OfMirror> PlanMirrors(Topology topology, Target target, bool force)
    {
        var context = new Context(topology, new() { Force = force });
        return target switch
        {
            Target.OfVif vif => [MirrorOfVif(context, vif.Vif, "asked for")],
            Target.OfInstance instance => instance.Vifs.Count > 0
                ? [.. instance.Vifs.Select(v => MirrorOfVif(context, v, "asked for"))]
                : throw CaptureProblems.NoVif(instance.Name),
            Target.OfElement element => [MirrorOfElement(context, element.Element)],
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static CapturePoint.OfMirror MirrorOfElement(Context context, Element element)
    {
        switch (element.Kind)
        {
            case ElementKind.OvsBridge:
                return MirrorOfBridge(
                    context, context.BridgeOf(element) ?? throw CaptureProblems.NoOvs(element.Name), element.Name, "asked for", []);
            case ElementKind.Patch:
                return MirrorOfNeighbours(context, element);
            case ElementKind.Monitor:
                throw CaptureProblems.IsMonitor(element.Name);
            case ElementKind.RemoteEnd:
                throw CaptureProblems.IsRemote(element.Name);
        }
        if (context.PortOf(element) is { } port)
        {
            RefuseDown(element);
            return MirrorPoint(context, context.BridgeOf(element)!, [port], element.Name, Describe(element), "asked for", []);
        }
        return context.VifOf(element) is { } vif
            ? MirrorOfVif(context, vif, "asked for")
            : throw CaptureProblems.NotOnOvs(element.Name, element.Name, []);
    }
}
