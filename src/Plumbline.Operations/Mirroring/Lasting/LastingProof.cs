using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>
/// Asks ovs-vswitchd itself whether a lasting mirror has effect: its output must be refused as a sender (a mirror's output is), and a packet
/// from each source must be put out there. Sends nothing but the ARP that a tunnel needs.
/// </summary>
internal static class LastingProof
{
    /// <summary>A tunnel's far end has to be found by ARP first.</summary>
    private static readonly TimeSpan _neighbourPatience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan _answerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Asks. The direction to the VM alone cannot be asked so; then only the output is.</summary>
    /// <exception cref="OvsdbException">ovs-vswitchd does not answer.</exception>
    public static async Task<IReadOnlyList<ProofLine>> AskAsync(
        NodeAccess access, LastingMirror mirror, LastingMatch match, CancellationToken cancellationToken)
    {
        if (match.Bridge is null || match.Output is null)
        {
            return [new("output", false, $"{mirror.Output.PortName} is no port of {mirror.Bridge}")];
        }
        await using var control = await UnixControl.ConnectAsync(
            access.OvsRunDirectory, "ovs-vswitchd", _answerTimeout, cancellationToken);
        var show = await control.RunAsync("dpif/show", [], cancellationToken);
        var name = match.Output.Interfaces.Select(i => i.Name).FirstOrDefault() ?? match.Output.Name;
        if (MirrorProof.FindPort(show, match.Bridge.Name, name) is not { } output)
        {
            return [new("output", false, $"{name} did not get into the datapath of {match.Bridge.Name}: see ovs-vswitchd's log")];
        }
        var lines = new List<ProofLine>();
        var own = await control.RunAsync(
            "ofproto/trace", [match.Bridge.Name, MirrorProof.FlowFrom(output.OfPort, null)], cancellationToken);
        lines.Add(MirrorProof.IsReserved(own)
            ? new("output", true, $"OVS took the mirror: {name} is reserved for it")
            : new("output", false, $"OVS did not take the mirror: {name} is a port like any other (32 mirrors at most; see ovs-vswitchd's log)"));
        if (mirror.Direction != MirrorDirection.In)
        {
            foreach (var port in match.Ports)
            {
                await AskPortAsync(control, show, mirror, match, port, (output.DatapathPort, name), lines, cancellationToken);
            }
        }
        return lines;
    }

    private static async Task AskPortAsync(
        UnixControl control, string show, LastingMirror mirror, LastingMatch match, OvsPort port, (string Number, string Name) output,
        List<ProofLine> lines, CancellationToken cancellationToken)
    {
        var bridge = match.Bridge!.Name; // asked before
        foreach (var of in port.Interfaces)
        {
            if (MirrorProof.FindPort(show, bridge, of.Name) is not { } source)
            {
                continue;
            }
            var tagged = mirror.Vlans.FirstOrDefault(v => v > 0 && port.Tag is null);
            var flow = MirrorProof.FlowFrom(source.OfPort, tagged > 0 ? tagged
                : port.Tag is null && port.Trunks.Count > 0 && !port.Trunks.Contains(0) ? port.Trunks[0] : null);
            var deadline = Environment.TickCount64 + (long)_neighbourPatience.TotalMilliseconds;
            while (true)
            {
                var trace = await control.RunAsync("ofproto/trace", [bridge, flow], cancellationToken);
                var copies = mirror.Output is MirrorOutput.Tunnel tunnel
                    ? MirrorProof.TunnelsTo(trace, tunnel.Remote.ToString(), output.Number)
                    : MirrorProof.CopiesTo(trace, output.Number, output.Name);
                var missing = MirrorProof.WhyNotTunnelled(trace);
                if (copies || missing is null || mirror.Output is not MirrorOutput.Tunnel || Environment.TickCount64 >= deadline)
                {
                    lines.Add(new(port.Name, copies, copies ? $"a packet that comes in by {of.Name} is copied"
                        : $"a packet that comes in by {of.Name} is not copied{(missing is null ? "" : $": {missing}")}"));
                    break;
                }
                await Task.Delay(200, cancellationToken);
            }
        }
    }
}
