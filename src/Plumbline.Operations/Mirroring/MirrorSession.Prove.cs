using Plumbline.Ovsdb;

namespace Plumbline.Operations.Mirroring;

public sealed partial class MirrorSession
{
    /// <summary>
    /// Asks ovs-vswitchd what it would do with a packet from each source port: only its own answer proves that copies are made. But
    /// where OVS ignores a mirror, its output is a port like others, and a flood to it looks like a copy; so first a packet from our
    /// port must be refused, as from a mirror's output. All this while the device is down: nothing floods out of it. The output direction cannot be asked so simply; it is the same row and the same ports.
    /// </summary>
    private static async Task ProveAsync(
        UnixControl control, IReadOnlyList<ActiveMirror> mirrors, CancellationToken cancellationToken)
    {
        var show = await control.RunAsync("dpif/show", [], cancellationToken);
        foreach (var mirror in mirrors)
        {
            var bridge = mirror.Point.Bridge;
            var monitor = MirrorProof.FindPort(show, bridge, mirror.MonitorPort)
                ?? throw MirrorProblems.NotInDatapath(mirror.MonitorPort, bridge);
            var own = await control.RunAsync("ofproto/trace", [bridge, MirrorProof.FlowFrom(monitor.OfPort, null)], cancellationToken);
            if (!MirrorProof.IsReserved(own))
            {
                throw MirrorProblems.NotReserved(bridge, mirror.MonitorPort);
            }
            var proved = false;
            foreach (var port in mirror.Point.Ports)
            {
                foreach (var name in port.Interfaces)
                {
                    if (MirrorProof.FindPort(show, bridge, name) is not { } source)
                    {
                        continue;
                    }
                    var flow = MirrorProof.FlowFrom(source.OfPort, port.TaggedVlan);
                    var trace = await control.RunAsync("ofproto/trace", [bridge, flow], cancellationToken);
                    if (!MirrorProof.CopiesTo(trace, monitor.DatapathPort, mirror.MonitorPort))
                    {
                        throw MirrorProblems.NotEffective(bridge, name, LastLine(trace));
                    }
                    proved = true;
                }
            }
            if (!proved)
            {
                throw MirrorProblems.SourceNotInDatapath(string.Join(", ", mirror.Point.Ports.Select(p => p.Name)), bridge);
            }
        }
    }

    private static string LastLine(string text) => text.TrimEnd() is var trimmed
        && trimmed.LastIndexOf('\n') is var line and >= 0 ? trimmed[(line + 1)..] : text.Trim();
}
