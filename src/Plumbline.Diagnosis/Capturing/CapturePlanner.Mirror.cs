using System.Globalization;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Capturing;

public static partial class CapturePlanner
{
    private static CapturePoint.OfMirror MirrorOfBridge(
        Context context, OvsBridge bridge, string name, string reason, IReadOnlyList<string> notes)
    {
        var ports = RealPorts(bridge);
        return ports.Count > 0
            ? MirrorPoint(context, bridge, ports, name, $"{ports.Count} ports of {bridge.Name}", reason, notes)
            : throw CaptureProblems.NothingToMirror(bridge.Name);
    }

    /// <summary>
    /// OVS accepts a patch port in a mirror and copies nothing (spec mirroring-traps 5.19). What crosses it crosses the real ports of
    /// the bridge at the other end too, or else of this one.
    /// </summary>
    private static CapturePoint.OfMirror MirrorOfNeighbours(Context context, Element patch)
    {
        var bridge = context.BridgeOf(patch) ?? throw CaptureProblems.NoOvs(patch.Name);
        var peerName = context.PortOf(patch)?.Interfaces.Select(i => i.Options.GetValueOrDefault("peer")).FirstOrDefault();
        var peer = context.Ovs?.Bridges.FirstOrDefault(b => b.Ports.Any(p => p.Name == peerName));
        foreach (var side in new[] { peer, bridge })
        {
            if (side is null)
            {
                continue;
            }
            var ports = RealPorts(side).Where(p => p.Name != side.Name).ToList();
            if (ports.Count > 0)
            {
                var names = string.Join(", ", ports.Select(p => p.Name));
                return MirrorPoint(context, side, ports, $"{patch.Name}: {side.Name} mirror of {Shorten(names)}",
                    $"neighbours of patch port {patch.Name}", "a patch port cannot be mirrored",
                    [$"Patch ports are never mirrored by OVS; taken instead of {patch.Name}: {names} on {side.Name}."]);
            }
        }
        throw CaptureProblems.NothingToMirror(patch.Name);
    }

    /// <summary>Ports that packets really come in by: no patch ports, no outputs of mirrors, none that OVS could not open.</summary>
    private static IReadOnlyList<OvsPort> RealPorts(OvsBridge bridge)
    {
        return [.. bridge.Ports.Where(p =>
            p.Interfaces.Any(i => i.Type != "patch" && i.OfPort is null or > 0)
            && (p.Uuid is null || bridge.Mirrors.All(m => m.OutputPort != p.Uuid))
            && Node.OwnershipMark.Read(p.ExternalIds) is null)];
    }

    private static CapturePoint.OfMirror MirrorPoint(
        Context context,
        OvsBridge bridge,
        IReadOnlyList<OvsPort> ports,
        string name,
        string description,
        string reason,
        IReadOnlyList<string> notes)
    {
        if (context.Ovs!.OtherConfig.GetValueOrDefault("hw-offload") == "true" && !context.Options.Force)
        {
            throw CaptureProblems.HardwareOffload(bridge.Name);
        }
        if (bridge.Uuid is not { } bridgeUuid || ports.Any(p => p.Uuid is null))
        {
            throw CaptureProblems.NotLive(bridge.Name);
        }
        var patch = ports.FirstOrDefault(p => p.Interfaces.Count > 0 && p.Interfaces.All(i => i.Type == "patch"));
        if (patch is not null)
        {
            throw new System.Diagnostics.UnreachableException($"patch port {patch.Name} was planned");
        }
        var failed = ports.FirstOrDefault(p => p.Interfaces.Count > 0 && p.Interfaces.All(i => i.OfPort < 0));
        if (failed is not null)
        {
            throw CaptureProblems.PortFailed(failed.Name, failed.Interfaces[0].Error);
        }
        if (bridge.Mirrors.FirstOrDefault(m => m.OutputPort is { } output && ports.Any(p => p.Uuid == output)) is { } reserved)
        {
            throw CaptureProblems.IsOutput(ports.First(p => p.Uuid == reserved.OutputPort).Name, reserved.Name);
        }
        var local = bridge.Ports.FirstOrDefault(p => p.Name == bridge.Name)?.Interfaces is [var first, ..] ? first : null;
        var isBound = !bridge.Ports.Any(DecidesMtu);
        var monitorMtu = MonitorMtuOn(context.Ovs, bridge);
        IReadOnlyList<string> cut = isBound && GreatestMtu(context.Ovs) > monitorMtu
            ? [$"Copies are cut to {monitorMtu + EthernetHeader} bytes: a greater monitor port would change the MTU of {bridge.Name}."]
            : [];
        return new()
        {
            Name = name,
            Description = $"{description}; OVS mirror on {bridge.Name} of {Shorten(string.Join(", ", ports.Select(p => p.Name)))}",
            Bridge = bridge.Name,
            BridgeUuid = bridgeUuid,
            Ports = [.. ports.Select(p => new MirroredPort(
                p.Uuid!.Value,
                p.Name,
                [.. p.Interfaces.Where(i => i.Type != "patch").Select(i => i.Name)],
                p.Tag is null && p.Trunks.Count > 0 && !p.Trunks.Contains(0) ? p.Trunks[0] : null,
                AddressOf(p)))],
            Reason = reason,
            MonitorMtu = monitorMtu,
            SnapLength = isBound ? monitorMtu + EthernetHeader : null,
            BridgeMtu = local?.Mtu,
            BridgeAddress = local?.MacInUse,
            Hop = new()
            {
                Number = 1,
                Kind = "bridge",
                Device = string.Join(", ", ports.Select(p => p.Name)),
                Bridge = bridge.Name,
                IsMirror = true,
            },
            Notes = [.. notes, .. cut, .. VlanNotes(context, ports), .. BondNotes(ports)],
        };
    }

    /// <summary>MTU in bytes of a monitor port on <paramref name="bridge"/> that changes no other port's there and holds the greatest copy.</summary>
    internal static int MonitorMtuOn(OvsFacts ovs, OvsBridge bridge) => bridge.Ports.Any(DecidesMtu)
        ? GreatestMtu(ovs) + TagRoom
        : bridge.Ports.FirstOrDefault(p => p.Name == bridge.Name)?.Interfaces is [var local, ..] ? local.Mtu ?? 1500 : 1500;

    /// <summary>OVS sets internal ports to the least MTU of the others; patch ports and ports without an MTU (tunnels) do not count.</summary>
    private static bool DecidesMtu(OvsPort port) =>
        port.Interfaces.Any(i => i.Type is not ("internal" or "patch") && !IsTunnel(i.Type) && i.Mtu is not null);

    private static int GreatestMtu(OvsFacts ovs)
    {
        var greatest = 1500;
        foreach (var port in ovs.Bridges.SelectMany(b => b.Ports))
        {
            if (Node.OwnershipMark.Read(port.ExternalIds) is not null)
            {
                continue;
            }
            foreach (var of in port.Interfaces)
            {
                var mtu = Math.Max(of.Mtu ?? 0, of.MtuRequest ?? 0);
                greatest = mtu > greatest && mtu <= MaxMtu - TagRoom ? mtu : greatest;
            }
        }
        return greatest;
    }

    private static MacAddress? AddressOf(OvsPort port)
    {
        foreach (var of in port.Interfaces)
        {
            if (MacAddress.TryParse(of.ExternalIds.GetValueOrDefault("attached-mac"), out var mac))
            {
                return mac;
            }
        }
        return null;
    }

    /// <summary>A copy carries the bridge's local VLAN, a number of this node only: say what it stands for (spec mirroring-traps 5.24).</summary>
    private static IEnumerable<string> VlanNotes(Context context, IReadOnlyList<OvsPort> ports)
    {
        var last = 0;
        // a loop and not Distinct: LINQ over plain numbers is compiled anew at each start of the program
        foreach (var port in ports.OrderBy(p => p.Tag is { } t ? t.ToString("d4", CultureInfo.InvariantCulture) : "", StringComparer.Ordinal))
        {
            if (port.Tag is not > 0 || port.Tag == last)
            {
                continue;
            }
            var tag = last = port.Tag.Value;
            var network = context.Topology.Networks.FirstOrDefault(n => n.LocalVlan == tag);
            yield return network is null
                ? $"VLAN {tag} in these frames is the bridge's own tag of the port, not a VLAN of the wire."
                : $"VLAN {tag} in these frames is local to this node: {Describe(network)}.";
        }
    }

    private static string Describe(Network network)
    {
        var text = $"network {network.Id ?? "unnamed"}";
        if (network.Type is not null)
        {
            text += $" {network.Type}";
        }
        if (network.PhysicalNetwork is not null)
        {
            text += $" {network.PhysicalNetwork}";
        }
        return network.SegmentationId is { } segment ? $"{text} {segment}" : text;
    }

    private static IEnumerable<string> BondNotes(IReadOnlyList<OvsPort> ports) =>
        ports.Where(p => p.BondMode == "balance-tcp")
            .Select(p => $"{p.Name} is a balance-tcp bond: before OVS 3.7 its mirror may show packets twice.");

    private static IEnumerable<string> NodeNotes(Context context, IReadOnlyList<CapturePoint> points)
    {
        if (!points.Any(p => p is CapturePoint.OfMirror) || context.Ovs is not { } ovs)
        {
            yield break;
        }
        yield return "A mirror copies a packet once for each output, on arrival before any flow decides: seen here does not mean forwarded.";
        if (Version.TryParse(ovs.Version?.Split('-', '+')[0], out var version))
        {
            if (version < new Version(2, 5))
            {
                yield return $"OVS {ovs.Version} mirrors the packet as it arrived, without the flows' changes.";
            }
            else if (version < new Version(2, 17, 9) || (version.Major == 3 && (version.Minor == 0
                || (version.Minor == 1 && version.Build < 7))))
            {
                yield return $"OVS {ovs.Version} does not mirror a packet again after flows changed it (it does from 2.17.9, 3.1.7 and 3.2): "
                    + "a reply made from a request inside the bridge is missing here.";
            }
        }
        if (ovs.OtherConfig.GetValueOrDefault("hw-offload") == "true")
        {
            yield return "hw-offload is on: flows in the NIC do not pass this mirror (--force was given).";
        }
    }

    private static string Shorten(string names) => names.Length <= 60 ? names : names[..names.LastIndexOf(',', 57)] + " …";
}
