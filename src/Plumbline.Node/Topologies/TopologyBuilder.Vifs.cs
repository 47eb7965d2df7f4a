using Plumbline.Neutron;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

internal sealed partial class TopologyBuilder
{
    private readonly List<VifDraft> _vifs = [];

    /// <summary>From three sides, so that a VIF with any part of its chain is seen: OVS ports, devices without OVS, domains without a device.</summary>
    private void AddVifs()
    {
        var spoofFilter = SpoofFilter.Read(snapshot.Firewall);
        foreach (var bridge in _ovsBridges.Values)
        {
            foreach (var port in bridge.Members)
            {
                AddVifOfPort(port);
            }
        }
        foreach (var draft in _drafts.Values.ToArray())   // instances that are met are added to it
        {
            if (draft.OvsBridge is null)
            {
                AddVifOfDevice(draft);
            }
        }
        foreach (var (domain, _) in _instances)
        {
            foreach (var nic in domain.Interfaces.Where(i => i.Type != "hostdev" && !_plugged.Contains(i)))
            {
                AddVifOfDomain(domain, nic);
            }
        }
        foreach (var vif in _vifs)
        {
            AddFilteredAddresses(vif, spoofFilter);
            foreach (var part in vif.Parts)
            {
                part.InChain = true;
                part.NeutronPort = vif.PortId ?? part.NeutronPort;
            }
        }
    }

    private void AddVifOfPort(ElementDraft port)
    {
        if (port.Kind == ElementKind.Monitor || port.Row is null || port.IsTaken)
        {
            return;
        }
        switch (port.Kind)
        {
            case ElementKind.HybridVethOvsEnd:
                AddHybrid(port);
                break;
            case ElementKind.Tap:
                Start(VifOwner.Instance, VifPlug.Ovs, port, null);
                break;
            case ElementKind.VhostUser:
                Start(VifOwner.Instance, VifPlug.VhostUser, port, null);
                break;
            case ElementKind.DhcpPort:
                Start(VifOwner.Dhcp, VifPlug.Namespace, port, null);
                break;
            case ElementKind.RouterPort:
                Start(VifOwner.Router, VifPlug.Namespace, port, null);
                break;
            case ElementKind.GatewayPort:
                Start(VifOwner.Gateway, VifPlug.Namespace, port, null);
                break;
            case ElementKind.OvsInternal or ElementKind.Veth or ElementKind.Nic or ElementKind.Other
                when port.ExternalId("iface-id") is not null || IsNeutronName("ha-", port.Name)
                    || IsNeutronName("sg-", port.Name) || IsNeutronName("fg-", port.Name):
                AddOtherPort(port);
                break;
        }
    }

    /// <summary>A port with a binding that is no tap: of an instance if OVS names one, else a service's.</summary>
    private void AddOtherPort(ElementDraft port)
    {
        var isInstances = port.ExternalId("vm-uuid") is not null || port.ExternalId("vm-id") is not null;
        if (port.Peer is { } inside && inside.OvsBridge is null)
        {
            // a veth into a namespace (ovs_use_veth, containers)
            var owner = isInstances ? VifOwner.Instance : inside.Kind switch
            {
                ElementKind.DhcpPort => VifOwner.Dhcp,
                ElementKind.RouterPort => VifOwner.Router,
                ElementKind.GatewayPort => VifOwner.Gateway,
                _ => VifOwner.Service,
            };
            Start(owner, VifPlug.Namespace, inside, port);
            return;
        }
        Start(isInstances ? VifOwner.Instance : VifOwner.Service,
            port.Row!.Type == "internal" ? VifPlug.Namespace : VifPlug.Ovs, port, null);
    }

    private void AddHybrid(ElementDraft ovsEnd)
    {
        var id = DeviceNames.PortIdPrefix(ovsEnd.Name);
        var bridgeEnd = ovsEnd.Peer ?? Named("qvb", id);
        // a bridge end that somebody put into another VM's bridge does not make that bridge its own
        var bridge = Named("qbr", id) ?? (bridgeEnd?.Master is { IsBridge: true } master ? master : null);
        var tap = Named("tap", id) ?? bridge?.Members.Find(m => m.Kind == ElementKind.Tap);
        Start(VifOwner.Instance, VifPlug.Hybrid, tap, ovsEnd, bridge, bridgeEnd);
    }

    /// <summary>The device of the node's own namespace that the naming scheme expects.</summary>
    private ElementDraft? Named(string prefix, string? id) =>
        id is not null && FindOwnLink(prefix + id) is { } draft && !draft.IsTaken ? draft : null;

    private void AddVifOfDevice(ElementDraft draft)
    {
        if (draft.IsTaken || draft.Link is null)
        {
            return;
        }
        switch (draft.Kind)
        {
            case ElementKind.Tap when draft.Master?.Kind == ElementKind.HybridBridge || Named("qvo", DeviceNames.PortIdPrefix(draft.Name)) is not null
                || Named("qbr", DeviceNames.PortIdPrefix(draft.Name)) is not null:
                AddHalfHybrid(draft);
                break;
            case ElementKind.Tap:
                Start(VifOwner.Instance, draft.Master is null && snapshot.Ovs is null && DeviceNames.PortIdPrefix(draft.Name) is not null
                    || draft.Link.MemberKind == "openvswitch" ? VifPlug.Ovs : VifPlug.LinuxBridge, draft, null);
                break;
            case ElementKind.HybridVethOvsEnd:
                AddHybrid(draft);
                break;
            case ElementKind.DhcpPort when draft.Peer?.OvsBridge is null:
                Start(VifOwner.Dhcp, VifPlug.Namespace, draft, null);
                break;
            case ElementKind.RouterPort when draft.Peer?.OvsBridge is null:
                Start(VifOwner.Router, VifPlug.Namespace, draft, null);
                break;
            case ElementKind.GatewayPort when draft.Peer?.OvsBridge is null:
                Start(VifOwner.Gateway, VifPlug.Namespace, draft, null);
                break;
        }
    }

    /// <summary>A tap in (or beside) a qbr whose way into OVS is broken or not told.</summary>
    private void AddHalfHybrid(ElementDraft tap)
    {
        var id = DeviceNames.PortIdPrefix(tap.Name);
        var bridge = Named("qbr", id) ?? (tap.Master is { Kind: ElementKind.HybridBridge } master ? master : null);
        var bridgeEnd = Named("qvb", id) ?? bridge?.Members.Find(m => m.Kind == ElementKind.HybridVethBridgeEnd);
        var ovsEnd = bridgeEnd?.Peer ?? Named("qvo", id);
        Start(VifOwner.Instance, VifPlug.Hybrid, tap, ovsEnd, bridge, bridgeEnd);
    }

    /// <summary>A domain's interface that no device answers to: it is shut off, or its tap is gone, or this text did not tell.</summary>
    private void AddVifOfDomain(Domain domain, DomainInterface nic)
    {
        var plug = nic.Type == "vhostuser" ? VifPlug.VhostUser
            : nic.Source is { } source && DeviceNames.PortIdPrefix(source) is not null ? VifPlug.Hybrid
            : nic.InterfaceId is not null ? VifPlug.Ovs : VifPlug.LinuxBridge;
        var bridge = nic.Source is null ? null : FindOwnLink(nic.Source);
        ElementDraft? tap = null;
        if (nic.Target is { } target)
        {
            tap = Add($"link:/{target}", target, "");
            tap.Kind = ElementKind.Tap;
            tap.State = domain.IsRunning == false ? ElementState.Down
                : IsRootListedWhole ? ElementState.Missing : ElementState.Unknown;
        }
        var vif = new VifDraft(VifOwner.Instance, plug)
        {
            Device = tap,
            HybridBridge = bridge?.Kind == ElementKind.HybridBridge ? bridge : null,
            Domain = domain,
            DomainInterface = nic,
            Instance = _instances[domain],
            InstanceName = NameOf(domain),
            InstanceId = domain.Uuid?.ToString(),
            Address = nic.Address,
            PortId = nic.InterfaceId ?? DeviceNames.PortIdPrefix(nic.Target ?? "") ?? DeviceNames.PortIdPrefix(nic.Source ?? ""),
        };
        vif.BridgeEnd = vif.HybridBridge?.Members.Find(m => m.Kind == ElementKind.HybridVethBridgeEnd);
        _vifs.Add(vif);
    }

    private void Start(VifOwner owner, VifPlug plug, ElementDraft? device, ElementDraft? ovsEnd,
        ElementDraft? bridge = null, ElementDraft? bridgeEnd = null)
    {
        var vif = new VifDraft(owner, plug)
        {
            Device = device,
            OvsEnd = ovsEnd,
            HybridBridge = bridge,
            BridgeEnd = bridgeEnd,
        };
        var parts = vif.Parts;
        string? names = null;
        for (var i = 0; names is null && i < parts.Length; i++)
        {
            names = DeviceNames.PortIdPrefix(parts[i].Name);
        }
        vif.PortId = vif.Row?.ExternalId("iface-id") ?? names;
        vif.Address = KnownMac(vif.Row?.ExternalId("attached-mac"));
        if (owner == VifOwner.Instance)
        {
            FindInstance(vif, device?.Name ?? (names is null ? null : DeviceNames.Tap(names)));
            vif.PortId = vif.DomainInterface?.InterfaceId is { } whole && (vif.PortId is null || whole.StartsWith(vif.PortId, StringComparison.Ordinal))
                ? whole : vif.PortId;
            vif.Address ??= vif.DomainInterface?.Address;
        }
        else
        {
            vif.Address ??= device?.Address;
            foreach (var text in device?.IPAddresses ?? [])
            {
                vif.AddAddress(System.Net.IPNetwork.TryParse(text, out _) || text.Contains('/', StringComparison.Ordinal)
                    ? System.Net.IPAddress.Parse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)))
                    : System.Net.IPAddress.Parse(text));
            }
        }
        foreach (var part in parts)
        {
            part.IsTaken = true;
        }
        _vifs.Add(vif);
    }

    private static void AddFilteredAddresses(
        VifDraft vif, Dictionary<string, List<(System.Net.IPAddress Address, MacAddress Mac)>> spoofFilter)
    {
        if (vif.Owner != VifOwner.Instance || vif.PortId is not { Length: >= DeviceNames.ChainIdLength } port
            || !spoofFilter.TryGetValue(port[..DeviceNames.ChainIdLength], out var pairs))
        {
            return;
        }
        // pairs with another MAC are somebody else's (VRRP, a bridge inside the guest)
        var own = vif.Address ?? (pairs.Select(p => p.Mac).Distinct().Take(2).ToList() is [var only] ? only : null);
        vif.Address = own;
        foreach (var (address, mac) in pairs)
        {
            if (mac == own)
            {
                vif.AddAddress(address);
            }
        }
    }

    /// <summary>
    /// ARP entries of routers, DHCP servers and of the host's own bridges: the guest with this MAC behind the same VLAN or bridge. A MAC
    /// alone would mix networks.
    /// </summary>
    private void AddNeighbours()
    {
        var byPlace = new Dictionary<(ElementDraft, int?, MacAddress), VifDraft>();
        foreach (var vif in _vifs.Where(v => v.Owner == VifOwner.Instance))
        {
            var place = vif.Row?.OvsBridge ?? vif.Device?.Master;
            if (place is not null && vif.Address is { } mac)
            {
                byPlace.TryAdd((place, vif.Row?.Port?.Tag, mac), vif);
            }
        }
        foreach (var facts in snapshot.Namespaces)
        {
            foreach (var neighbour in facts.Neighbours)
            {
                const int Incomplete = 0x01;
                const int Failed = 0x20;
                if (neighbour.LinkAddress is not { } mac || (neighbour.State & (Incomplete | Failed)) != 0
                    || !_links[facts.Name].ByIndex.TryGetValue(neighbour.IfIndex, out var device))
                {
                    continue;
                }
                var port = device.Port is not null ? device : device.Peer;
                var place = device.Kind == ElementKind.LinuxBridge || device.BridgeRow is not null ? device : port?.OvsBridge;
                if (place is not null && byPlace.TryGetValue((place, (place == device ? device : port)?.Port?.Tag, mac), out var vif))
                {
                    vif.AddAddress(neighbour.Address);
                }
            }
        }
    }

    private Vif[] FreezeVifs()
    {
        var vifs = new Vif[_vifs.Count];
        var found = new Dictionary<Vif, int>(vifs.Length, ReferenceEqualityComparer.Instance);
        for (var i = 0; i < vifs.Length; i++)
        {
            vifs[i] = Freeze(_vifs[i]);
            found.Add(vifs[i], i);
        }
        Array.Sort(vifs, (a, b) => CompareVifs(a, b) is var order and not 0 ? order : found[a].CompareTo(found[b]));
        return vifs;
    }

    /// <summary>Instances first, the named before the unnamed, by name; then by owner, port and device.</summary>
    private static int CompareVifs(Vif a, Vif b)
    {
        var (one, other) = (a.InstanceName ?? a.InstanceId, b.InstanceName ?? b.InstanceId);
        var order = (a.Owner == VifOwner.Instance ? 0 : 1).CompareTo(b.Owner == VifOwner.Instance ? 0 : 1);
        order = order != 0 ? order : (one is null ? 1 : 0).CompareTo(other is null ? 1 : 0);
        order = order != 0 ? order : string.CompareOrdinal(one, other);
        order = order != 0 ? order : ((int)a.Owner).CompareTo((int)b.Owner);
        order = order != 0 ? order : string.CompareOrdinal(a.PortId ?? "", b.PortId ?? "");
        return order != 0 ? order : string.CompareOrdinal(a.Device ?? a.OvsEnd ?? "", b.Device ?? b.OvsEnd ?? "");
    }

    private static Vif Freeze(VifDraft vif) => new()
    {
        PortId = vif.PortId,
        Owner = vif.Owner,
        Plug = vif.Plug,
        Instance = vif.Instance?.Id,
        InstanceName = vif.InstanceName,
        InstanceId = vif.InstanceId,
        InstanceIsRunning = vif.Domain?.IsRunning,
        Address = vif.Address,
        IPAddresses = vif.IPAddresses.Count == 0 ? [] : [.. vif.IPAddresses.Select(a => a.ToString())],
        Device = vif.Device?.Id,
        HybridBridge = vif.HybridBridge?.Id,
        BridgeEnd = vif.BridgeEnd?.Id,
        OvsEnd = vif.OvsEnd?.Id,
        OvsBridge = vif.Row?.OvsBridge?.Name,
        Namespace = vif.Owner == VifOwner.Instance && vif.Plug != VifPlug.Namespace ? null : vif.Device?.Namespace,
        LocalVlan = vif.Row?.Port?.Tag,
        Network = vif.Network,
        Mtu = vif.Device?.Mtu ?? vif.OvsEnd?.Mtu ?? vif.DomainInterface?.Mtu,
        State = StateOf(vif),
        Troubles = TroublesOf(vif),
    };

    private static List<Trouble> TroublesOf(VifDraft vif)
    {
        var troubles = new List<Trouble>();
        foreach (var part in vif.Parts)
        {
            foreach (var trouble in part.HasTroubles ? part.Troubles : [])
            {
                troubles.Add(trouble with { Text = $"{part.Name}: {trouble.Text}" });
            }
        }
        troubles.AddRange(vif.Troubles);
        return troubles;
    }
}
