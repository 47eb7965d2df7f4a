using System.Globalization;
using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Mirrors.Lasting;

public static partial class LastingPlanner
{
    private static void CheckOutput(Topology topology, OvsBridge bridge, LastingMirror mirror, bool force, List<string> notes)
    {
        var ovs = topology.Snapshot.Ovs!;
        switch (mirror.Output)
        {
            case MirrorOutput.OwnDevice own:
                if (own.Device.Length is 0 or > 15)
                {
                    throw LastingProblems.BadDevice(own.Device);
                }
                if (ovs.Bridges.Any(b => b.Ports.Any(p => p.Name == own.Device)) || LinkOf(topology, own.Device) is not null)
                {
                    throw LastingProblems.DeviceExists(own.Device);
                }
                break;
            case MirrorOutput.Existing existing:
                CheckExisting(topology, bridge, mirror, existing.Port, force);
                if (!mirror.Untagged && bridge.Ports.FirstOrDefault(p => p.Name == existing.Port) is
                    { Tag: { } tag, VlanMode: null or "" or "access" })
                {
                    notes.Add($"{existing.Port} is an access port of VLAN {tag}: OVS sends copies to it without their tag, whichever it is.");
                }
                if (LinkOf(topology, existing.Port) is { } there && !there.Flags.HasFlag(LinkFlags.Up))
                {
                    notes.Add($"{existing.Port} is down: nothing is sent before it is up (ip link set {existing.Port} up).");
                }
                notes.Add($"{existing.Port} serves this mirror alone while it stands: what comes in by it is dropped, and nothing is forwarded to it.");
                break;
            case MirrorOutput.Tunnel tunnel:
                CheckTunnel(topology, bridge, mirror, tunnel, force, notes);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>The output stops being a port for anybody else (spec mirroring-traps 5.3): only one that serves nobody is taken unasked.</summary>
    private static void CheckExisting(Topology topology, OvsBridge bridge, LastingMirror mirror, string name, bool force)
    {
        var home = topology.Snapshot.Ovs!.Bridges.FirstOrDefault(b => b.Ports.Any(p => p.Name == name));
        var link = LinkOf(topology, name);
        if (home is null && link is null)
        {
            throw LastingProblems.NoSuchOutput(name);
        }
        if (home is not null && home != bridge)
        {
            throw LastingProblems.OutputElsewhere(name, home.Name, bridge.Name);
        }
        var port = home?.Ports.First(p => p.Name == name);
        if (name == bridge.Name || port?.Interfaces.Any(i => i.Type == "patch") == true)
        {
            throw LastingProblems.BadOutput(name);
        }
        if (mirror.Sources.Any(s => s.Name == name))
        {
            throw LastingProblems.OutputIsSource(name);
        }
        if (port is not null && bridge.Mirrors.FirstOrDefault(m => m.OutputPort == port.Uuid) is { } other)
        {
            throw LastingProblems.OutputTaken(name, other.Name);
        }
        if (mirror.Untagged && port is not null and not { Tag: not null, VlanMode: null or "" or "access" })
        {
            throw LastingProblems.OutputIsTrunk(name);
        }
        if (link?.MasterIndex is not null && port is null)
        {
            throw LastingProblems.OutputIsMember(name);
        }
        // OVS sets its internal ports to the least MTU of the others, mirrors' outputs not excepted (spec mirroring-traps 5.5)
        var local = bridge.Ports.FirstOrDefault(p => p.Name == bridge.Name)?.Interfaces.Select(i => i.Mtu).FirstOrDefault();
        if (port is null && link?.Mtu < local && !force)
        {
            throw LastingProblems.OutputLowersMtu(name, link.Mtu.Value, bridge.Name, local.Value);
        }
        var element = topology.Elements.FirstOrDefault(e => e.Name == name && e.Namespace is null or "");
        var isUsed = element is not null && topology.VifsOf(element.Id).Count > 0 || element?.Kind == ElementKind.Nic
            || element?.IPAddresses.Any(a => !a.StartsWith("fe80:", StringComparison.Ordinal)) == true
            || port?.Interfaces.Any(i => IsTunnelType(i.Type)) == true;
        if (isUsed && !force)
        {
            throw LastingProblems.OutputInUse(name);
        }
    }

    private static void CheckTunnel(
        Topology topology, OvsBridge bridge, LastingMirror mirror, MirrorOutput.Tunnel tunnel, bool force, List<string> notes)
    {
        CheckErspan(tunnel);
        var home = topology.Snapshot.Namespaces.FirstOrDefault(n => n.Name.Length == 0);
        if (home?.Addresses.Any(a => tunnel.Remote.Equals(a.Address)) == true || IPAddress.IsLoopback(tunnel.Remote))
        {
            throw LastingProblems.RemoteIsHere(tunnel.Remote);
        }
        foreach (var of in topology.Snapshot.Ovs!.Bridges.SelectMany(b => b.Ports).SelectMany(p => p.Interfaces))
        {
            if (of.Type == tunnel.Type && of.Options.GetValueOrDefault("remote_ip") == tunnel.Remote.ToString()
                && Node.OwnershipMark.Read(of.ExternalIds) is null && !force)
            {
                throw LastingProblems.RemoteIsPeer(tunnel.Remote, of.Name, tunnel.Type);
            }
        }
        if (home is null || EgressOf(home, tunnel.Remote) is not { } egress)
        {
            notes.Add($"The node has no route to {tunnel.Remote}: nothing leaves before it has one.");
            return;
        }
        RefuseLoop(topology, bridge, mirror, tunnel, egress);
        AddMtuNotes(topology, mirror, tunnel, egress, notes);
    }

    /// <summary>
    /// The outer packets leave by the device of the route. Where the mirror copies that device, or the bridge's NIC behind it, each copy is
    /// copied again, without end.
    /// </summary>
    private static void RefuseLoop(Topology topology, OvsBridge bridge, LastingMirror mirror, MirrorOutput.Tunnel tunnel, Link egress)
    {
        var isOfBridge = bridge.Ports.Any(p => p.Name == egress.Name);
        if (!isOfBridge)
        {
            return;
        }
        var selected = mirror.AllPorts
            || mirror.Sources.Any(s => s.Name == egress.Name)
            || egress.Name == bridge.Name && mirror.Sources.Any(s => topology.Elements.Any(e => e.Name == s.Name
                && e.OvsBridge == bridge.Name && e.Kind is ElementKind.Nic or ElementKind.Stacked));
        if (selected)
        {
            throw LastingProblems.Loop(bridge.Name, tunnel.Remote, egress.Name);
        }
    }

    private static void AddMtuNotes(Topology topology, LastingMirror mirror, MirrorOutput.Tunnel tunnel, Link egress, List<string> notes)
    {
        if (egress.Mtu is not { } mtu)
        {
            return;
        }
        var names = mirror.AllPorts ? null : mirror.Sources.Select(s => s.Name).ToHashSet();
        var greatest = topology.Elements.Where(e => e.OvsBridge == mirror.Bridge && (names is null || names.Contains(e.Name)))
            .Max(e => e.Mtu) ?? 1500;
        var outside = EthernetHeader + (mirror.Untagged ? 0 : VlanTag) + tunnel.Overhead;
        var fits = mtu - outside;
        if (greatest > fits && (mirror.SnapLength ?? int.MaxValue) > mtu - tunnel.Overhead - VlanTag)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"MTU {mtu} of {egress.Name} holds a copy of at most {fits} bytes of IP; {greatest} are possible: greater ones are fragmented, or "
                + $"lost (OVS in user space). A jumbo MTU on the way, or --snaplen {mtu - tunnel.Overhead - VlanTag}, helps."));
        }
    }

    private static void CheckErspan(MirrorOutput.Tunnel tunnel)
    {
        if (tunnel.ErspanVersion is null)
        {
            if (tunnel.ErspanIndex is not null || tunnel.ErspanDirection is not null || tunnel.ErspanHardwareId is not null)
            {
                throw LastingProblems.OnlyErspan();
            }
            return;
        }
        if (tunnel.Key is null or 0 or > 1023)
        {
            throw LastingProblems.BadSession(tunnel.Key);
        }
        if (tunnel.ErspanVersion == 1 ? tunnel.ErspanDirection is not null || tunnel.ErspanHardwareId is not null
            : tunnel.ErspanIndex is not null)
        {
            throw LastingProblems.OtherErspan(tunnel.ErspanVersion.Value);
        }
        if (tunnel.ErspanIndex is < 0 or > 0xFFFFF || tunnel.ErspanHardwareId is < 0 or > 0x3F)
        {
            throw LastingProblems.ErspanRange();
        }
    }

    /// <summary>By the longest prefix of the main table; a device that is not there counts as no route.</summary>
    private static Link? EgressOf(NamespaceFacts home, IPAddress remote)
    {
        Route? best = null;
        foreach (var route in home.Routes)
        {
            if (route.Destination.AddressFamily == remote.AddressFamily && route.Table == MainTable && route.Type == Unicast
                && new IPNetwork(route.Destination, route.PrefixLength).Contains(remote)
                && (best is null || route.PrefixLength > best.PrefixLength
                    || route.PrefixLength == best.PrefixLength && (route.Metric ?? 0) < (best.Metric ?? 0)))
            {
                best = route;
            }
        }
        var index = best?.IfIndex ?? (best?.NextHops is [var first, ..] ? first.IfIndex : null);
        return home.Links.FirstOrDefault(l => l.IfIndex == index);
    }

    private const uint MainTable = 254; // RT_TABLE_MAIN
    private const int Unicast = 1;      // RTN_UNICAST

    private static bool IsTunnelType(string type) => type is "gre" or "vxlan" or "geneve" or "erspan" or "stt" or "lisp" or "ip6gre";

    private static Link? LinkOf(Topology topology, string name) =>
        topology.Snapshot.Namespaces.FirstOrDefault(n => n.Name.Length == 0)?.Links.FirstOrDefault(l => l.Name == name);
}
