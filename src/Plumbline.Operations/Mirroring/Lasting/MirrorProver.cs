using System.Globalization;
using System.Text;
using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Linux;
using Plumbline.Linux.Capture;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>
/// Says whether a lasting mirror's copies really come out: asks ovs-vswitchd, sends a few probe frames into the bridge as if they came from
/// (or went to) a copied port, and looks for them at the output: on the device, or, of a tunnel, encapsulated on the node's NIC. A probe from
/// a VM is dropped by its own packet-out, after the mirror has seen it: it reaches nobody. A probe to a VM does reach the VM's port: 60 bytes
/// of an EtherType for experiments, for an address that it has not.
/// </summary>
public static class MirrorProver
{
    /// <summary>Frames for each direction.</summary>
    private const int Probes = 3;

    private static readonly TimeSpan _probePatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _piece = TimeSpan.FromMilliseconds(20);

    /// <summary>OVS counts copies every 5 s (other_config:stats-update-interval).</summary>
    private static readonly TimeSpan _counterPatience = TimeSpan.FromSeconds(7);

    /// <summary>Proves.</summary>
    /// <param name="access">The node.</param>
    /// <param name="name">The mirror.</param>
    /// <param name="watch">Send nothing: watch real traffic for so long; null: send probes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationsException">There is no such mirror.</exception>
    public static async Task<MirrorEvidence> ProveAsync(NodeAccess access, string name, TimeSpan? watch, CancellationToken cancellationToken)
    {
        var store = new LastingStore(access);
        var mirror = store.Find(name)
            ?? throw LastingMirrorProblems.Unknown(name, [.. store.Read().Mirrors.Select(m => m.Name)]);
        var snapshot = await LiveNode.ReadAsync(access, SnapshotScope.Topology | SnapshotScope.Forwarding, cancellationToken);
        if (snapshot.Ovs is null)
        {
            return new(name, [new("row", false, "Open vSwitch's database does not answer")]);
        }
        var match = LastingMatch.Of(mirror, snapshot.Ovs);
        if (match.Row is null || match.Waits is not null)
        {
            return new(name, [new("row", false, match.Waits is null ? store.ReadTrouble(name) ?? "there is no Mirror row" : $"it waits {match.Waits}")]);
        }
        var lines = new List<ProofLine>(await LastingProof.AskAsync(access, mirror, match, cancellationToken));
        using var home = access.NamespaceFile is { } path ? NetworkNamespace.Open(path) : NetworkNamespace.OpenCurrent();
        var devices = DevicesOf(mirror, snapshot, home);
        var captures = new List<PacketCapture>();
        try
        {
            foreach (var device in devices)
            {
                captures.Add(Open(home, device, mirror.Output));
            }
            if (captures.Count == 0)
            {
                lines.Add(new("device", null, mirror.Output is MirrorOutput.Tunnel tunnel
                    ? $"the node has no route to {tunnel.Remote}" : $"{mirror.Output.PortName} has no device here that could be listened to"));
            }
            if (watch is { } time)
            {
                lines.Add(await WatchAsync(captures, devices, time, cancellationToken));
            }
            else
            {
                await ProbeAsync(access, mirror, match, captures, devices, lines, cancellationToken);
            }
        }
        finally
        {
            captures.ForEach(c => c.Dispose());
        }
        if (captures.Count == 0)
        {
            lines.Add(await WaitForCountersAsync(access, mirror, match.Row.SentPackets ?? 0, cancellationToken));
        }
        return new(name, lines);
    }

    private static IReadOnlyList<string> DevicesOf(LastingMirror mirror, NodeSnapshot snapshot, NetworkNamespace home)
    {
        if (mirror.Output is MirrorOutput.Tunnel tunnel)
        {
            return LastingPlanner.FindUnderlay(snapshot, tunnel.Remote);
        }
        using var netlink = RouteNetlink.Open(home);
        return netlink.FindLink(mirror.Output.PortName) is null ? [] : [mirror.Output.PortName];
    }

    private static PacketCapture Open(NetworkNamespace home, string device, MirrorOutput output) => PacketCapture.Open(new()
    {
        Device = device,
        Namespace = home,
        Filter = output is MirrorOutput.Tunnel tunnel ? $"({FilterOf(tunnel)}) or (vlan and {FilterOf(tunnel)})" : null,
        RingBytes = 8 << 20,
        RetireMilliseconds = 8,
        AwaitUp = true,
    });

    /// <summary>
    /// This mirror's copies alone: another one to the same analyser differs in key or session. GRE stands behind 20 bytes of IPv4: flags,
    /// protocol, key or sequence number; ERSPAN's session is the low 10 bits of its second word. tcpdump cannot look into IPv6 so.
    /// </summary>
    internal static string FilterOf(MirrorOutput.Tunnel tunnel)
    {
        if (tunnel.Remote.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork)
        {
            return $"ip6 proto 47 and dst host {tunnel.Remote}";
        }
        var start = $"ip proto 47 and dst host {tunnel.Remote} and ip[22:2] = ";
        return tunnel switch
        {
            { ErspanVersion: { } version } => $"{start}{(version == 1 ? "0x88be" : "0x22eb")} and ip[30:2] & 0x3ff = {tunnel.Key}",
            { Key: { } key } => $"{start}0x6558 and ip[20:2] & 0x2000 != 0 and ip[24:4] = {key}",
            _ => $"{start}0x6558 and ip[20:2] & 0x2000 = 0",
        };
    }

    private static async Task ProbeAsync(
        NodeAccess access, LastingMirror mirror, LastingMatch match, List<PacketCapture> captures, IReadOnlyList<string> devices,
        List<ProofLine> lines, CancellationToken cancellationToken)
    {
        foreach (var isOut in new[] { true, false })
        {
            if (mirror.Direction == (isOut ? MirrorDirection.In : MirrorDirection.Out))
            {
                continue;
            }
            var of = match.Ports.SelectMany(p => p.Interfaces).FirstOrDefault(i => i.OfPort > 0);
            if (of is null)
            {
                lines.Add(new("probe", false, "no copied port is open in OVS"));
                return;
            }
            var words = isOut ? $"from {of.Name}" : $"to {of.Name}";
            var marker = ProbeFrame.Marker(isOut ? "out" : "in");
            if (await SendAsync(access, mirror, marker, isOut, of.OfPort!.Value, cancellationToken) is { } refusal)
            {
                lines.Add(new("probe", null, $"no probe {words} could be sent: {refusal}"));
                continue;
            }
            if (captures.Count == 0)
            {
                lines.Add(new("probe", null, $"{Probes} probes {words} were sent"));
                continue;
            }
            var seen = await CountAsync(captures, Encoding.ASCII.GetBytes(marker), _probePatience, Probes, cancellationToken);
            var where = mirror.Output is MirrorOutput.Tunnel tunnel ? $"{string.Join(", ", devices)}, encapsulated for {tunnel.Remote}" : devices[0];
            lines.Add(new(MirrorEvidence.Seen, seen > 0, $"{seen} of {Probes} probes {words} came out at {where}"));
        }
    }

    /// <summary>Null where they were sent; else why not.</summary>
    private static async Task<string?> SendAsync(
        NodeAccess access, LastingMirror mirror, string marker, bool isOut, int ofPort, CancellationToken cancellationToken)
    {
        var frame = Convert.ToHexString(ProbeFrame.Make(marker));
        var text = isOut
            ? string.Create(CultureInfo.InvariantCulture, $"in_port={ofPort} packet={frame} actions=drop")
            : string.Create(CultureInfo.InvariantCulture, $"in_port=CONTROLLER packet={frame} actions=output:{ofPort}");
        for (var i = 0; i < Probes; i++)
        {
            try
            {
                var run = await CommandRunner.RunAsync(null, "ovs-ofctl",
                    ["-O", "OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15", "packet-out",
                        $"unix:{access.OvsRunDirectory}/{mirror.Bridge}.mgmt", text], null, null, cancellationToken);
                if (run.ExitCode != 0)
                {
                    return run.Errors.Trim();
                }
            }
            catch (LinuxException exception)
            {
                return exception.Problem.What;
            }
        }
        return null;
    }

    private static async Task<int> CountAsync(
        List<PacketCapture> captures, byte[] marker, TimeSpan patience, int enough, CancellationToken cancellationToken)
    {
        var seen = 0;
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (seen < enough && Environment.TickCount64 < deadline)
        {
            foreach (var capture in captures)
            {
                capture.Read(TimeSpan.Zero, (in _, data) => seen += data.IndexOf(marker) >= 0 ? 1 : 0);
            }
            await Task.Delay(_piece, cancellationToken);
        }
        return seen;
    }

    private static async Task<ProofLine> WatchAsync(
        List<PacketCapture> captures, IReadOnlyList<string> devices, TimeSpan time, CancellationToken cancellationToken)
    {
        if (captures.Count == 0)
        {
            return new("watch", null, "nothing could be listened to");
        }
        var seen = await CountAsync(captures, [], time, int.MaxValue, cancellationToken);
        var text = string.Create(CultureInfo.InvariantCulture, $"{seen} packets came out at {string.Join(", ", devices)} in {time.TotalSeconds} s");
        return seen > 0 ? new(MirrorEvidence.Seen, true, text) : new("watch", null, $"{text}: perhaps nobody sent any; without --watch, probes tell");
    }

    private static async Task<ProofLine> WaitForCountersAsync(
        NodeAccess access, LastingMirror mirror, long before, CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + (long)_counterPatience.TotalMilliseconds;
        while (true)
        {
            var (facts, _) = await LiveNode.ReadOvsAsync(access, cancellationToken);
            var now = facts is null ? null : LastingMatch.Of(mirror, facts).Row?.SentPackets;
            if (now > before)
            {
                return new("counters", null, string.Create(CultureInfo.InvariantCulture,
                    $"OVS has counted {now - before} copies since: sent to {mirror.Output.PortName}, though nobody saw them arrive"));
            }
            if (Environment.TickCount64 >= deadline)
            {
                return new("counters", null, string.Create(CultureInfo.InvariantCulture,
                    $"OVS has counted no copy within {_counterPatience.TotalSeconds} s"));
            }
            await Task.Delay(200, cancellationToken);
        }
    }
}
