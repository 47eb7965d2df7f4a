using System.Net;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Topologies;

internal sealed partial class TopologyBuilder
{
    private readonly Dictionary<string, ElementDraft> _ovsBridges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ElementDraft> _ovsPorts = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, ElementDraft> _portsByUuid = [];

    private void AddOvs()
    {
        foreach (var row in snapshot.Ovs?.Bridges ?? [])
        {
            AddOvsBridge(row);
        }
    }

    private void AddOvsBridge(OvsBridge row)
    {
        var bridge = Add($"ovs-bridge:{row.Name}", row.Name, null);
        bridge.Kind = ElementKind.OvsBridge;
        bridge.BridgeRow = row;
        _ovsBridges.TryAdd(row.Name, bridge);
        foreach (var port in row.Ports)
        {
            if (port.Name == row.Name)
            {
                FoldLocalPort(bridge, port);
                continue;
            }
            if (port.Interfaces.Count == 1)
            {
                AddOvsPort(bridge, port, port.Interfaces[0]);
                continue;
            }
            var bond = Add($"ovs-port:{row.Name}/{port.Name}", port.Name, null);
            bond.Kind = port.Interfaces.Count > 1 ? ElementKind.Stacked : ElementKind.Other;
            Attach(bridge, bond, port);
            foreach (var member in port.Interfaces)
            {
                var draft = DraftOf(row, member);
                draft.Row = member;
                draft.OvsBridge = bridge;
                bond.Members.Add(draft);
                draft.Master = bond;
            }
        }
    }

    /// <summary>A bridge's local port and its internal device are the bridge itself.</summary>
    private void FoldLocalPort(ElementDraft bridge, OvsPort port)
    {
        bridge.Port = port;
        bridge.Row = port.Interfaces.Count > 0 ? port.Interfaces[0] : null;
        if (port.Uuid is { } uuid)
        {
            _portsByUuid.TryAdd(uuid, bridge);
        }
        if (bridge.Row is { } row && FindDevice(row) is { } device)
        {
            Fold(device, bridge);
        }
        else if (bridge.Row is { } local)
        {
            bridge.Address = KnownMac(local.MacInUse);
            bridge.Mtu = local.Mtu;
        }
    }

    /// <summary><paramref name="device"/> ceases to be an element of its own: all that points to it now points to <paramref name="bridge"/>.</summary>
    private void Fold(ElementDraft device, ElementDraft bridge)
    {
        bridge.Link = device.Link;
        bridge.Facts = device.Facts;
        bridge.Address = device.Address;
        bridge.Mtu = device.Mtu;
        bridge.IPAddresses.AddRange(device.IPAddresses);
        _drafts.Remove(device.Id);
        bridge.Neighbourhood = device.Neighbourhood;
        device.Neighbourhood!.ByIndex[device.Link!.IfIndex] = bridge;
        device.Neighbourhood.ByName[device.Name] = bridge;
        _linksElsewhere?.GetValueOrDefault(device.Name)?.Remove(device);
    }

    private void AddOvsPort(ElementDraft bridge, OvsPort port, OvsInterface row)
    {
        var draft = DraftOf(bridge.BridgeRow!, row);
        draft.Row = row;
        Attach(bridge, draft, port);
        if (IsTunnelType(row.Type))
        {
            draft.Tunnel = new(row.Type, Address("local_ip"), Address("remote_ip"), Key());
        }

        IPAddress? Address(string option) =>
            IPAddress.TryParse(row.Options.GetValueOrDefault(option), out var address) ? address : null;

        string? Key()
        {
            var options = row.Options;
            if (options.GetValueOrDefault("key") is { } both)
            {
                return both;
            }
            var (received, sent) = (options.GetValueOrDefault("in_key"), options.GetValueOrDefault("out_key"));
            return received == sent ? received : $"{received ?? "any"}/{sent ?? "none"}";
        }
    }

    private void Attach(ElementDraft bridge, ElementDraft draft, OvsPort port)
    {
        draft.OvsBridge = bridge;
        draft.Port = port;
        bridge.Members.Add(draft);
        _ovsPorts.TryAdd(port.Name, draft);
        if (port.Uuid is { } uuid)
        {
            _portsByUuid.TryAdd(uuid, draft);
        }
    }

    /// <summary>The device of an interface where the kernel shows one, else an element that only the database knows.</summary>
    private ElementDraft DraftOf(OvsBridge bridge, OvsInterface row)
    {
        if (FindDevice(row) is { OvsBridge: null } device)
        {
            return device;
        }
        var draft = Add($"ovs-port:{bridge.Name}/{row.Name}", row.Name, null);
        draft.Address = RowMac(row);
        draft.Mtu = row.Mtu;
        return draft;
    }

    /// <summary>
    /// A system interface is a device of vswitchd's own namespace. An internal one is a tap (userspace datapath) or an openvswitch
    /// device (kernel datapath) that others may have moved away; then the database knows no ifindex and often no MAC, and only the
    /// name tells, or the name and attached-mac.
    /// </summary>
    private ElementDraft? FindDevice(OvsInterface row)
    {
        var own = FindOwnLink(row.Name);
        if (row.Type is "" or "system" or "afxdp" or "afxdp-nonpmd")
        {
            return own;
        }
        if (row.Type is not ("internal" or "tap"))
        {
            return null;
        }
        if (own is not null && row.IfIndex is > 0 && row.IfIndex == own.Link!.IfIndex)
        {
            return own;
        }
        var told = RowMac(row);
        if (own is not null && told is not null && own.Address == told && IsInternalKind(own))
        {
            return own;
        }
        var candidates = FindElsewhere(row.Name).FindAll(IsInternalKind);
        return candidates.Find(d => told is not null && d.Address == told)
            ?? own ?? (candidates is [var only] ? only : null);

        static bool IsInternalKind(ElementDraft device) => device.Link!.Kind is null or "tun" or "openvswitch";
    }

    private static bool IsTunnelType(string type) => type is "gre" or "vxlan" or "geneve" or "stt" or "lisp" or "gtpu"
        or "ip6gre" or "erspan" or "ip6erspan" or "bareudp" or "srv6" or "gre64" or "ipsec_gre";

    private void PairPatches()
    {
        foreach (var draft in _ovsPorts.Values)
        {
            if (draft.Row is { Type: "patch" } row && row.Options.GetValueOrDefault("peer") is { } name
                && _ovsPorts.GetValueOrDefault(name) is { Row.Type: "patch" } peer
                && peer.Row!.Options.GetValueOrDefault("peer") == draft.Name)
            {
                draft.Peer = peer;
            }
        }
    }

    /// <summary>How far each OVS bridge is from those that hold VIFs: the sense in which a frame from an instance meets them.</summary>
    private void RankBridges()
    {
        var next = new Queue<ElementDraft>();
        foreach (var bridge in _ovsBridges.Values.Where(b => b.Members.Exists(IsVifPort)))
        {
            bridge.Level = 0;
            next.Enqueue(bridge);
        }
        while (next.TryDequeue(out var bridge))
        {
            foreach (var port in bridge.Members)
            {
                if (port.Peer?.OvsBridge is { } other && other.Level > bridge.Level + 1)
                {
                    other.Level = bridge.Level + 1;
                    next.Enqueue(other);
                }
            }
        }
    }

    /// <summary>Frames leave the bridge by this port into another bridge: a patch, or a veth in a patch's place.</summary>
    private static bool LeadsToBridge(ElementDraft port) =>
        port.Row?.Type == "patch" || port.Peer?.OvsBridge is not null && port.Peer.OvsBridge != port.OvsBridge;

    private static bool IsVifPort(ElementDraft port) =>
        port.Row is { } row && !LeadsToBridge(port)
        && (row.ExternalIds.ContainsKey("iface-id") || Neutron.DeviceNames.HasPortId(port.Name));
}
