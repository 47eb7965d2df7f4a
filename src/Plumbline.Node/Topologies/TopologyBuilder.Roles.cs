using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Topologies;

/// <summary>
/// What each thing is for. Facts first (what it is plugged into, what OVS or libvirt say), the name's prefix where nothing else tells.
/// </summary>
internal sealed partial class TopologyBuilder
{
    private void GiveRoles()
    {
        // bridges first: the role of many a device follows from the bridge that it is in
        foreach (var draft in _drafts.Values)
        {
            if (draft.Kind == ElementKind.Other && IsLinuxBridge(draft))
            {
                draft.Kind = IsHybridBridge(draft) ? ElementKind.HybridBridge : ElementKind.LinuxBridge;
            }
        }
        foreach (var draft in _drafts.Values)
        {
            if (draft.Kind == ElementKind.Other)
            {
                draft.Kind = draft.Row is { } row && draft.OvsBridge is not null ? RoleOfPort(draft, row) : RoleOfLink(draft);
            }
            draft.NeutronPort = draft.ExternalId("iface-id") ?? draft.NeutronPort ?? DeviceNames.PortIdPrefix(draft.Name);
        }
        MarkMonitors();
        foreach (var here in _links.Values)
        {
            foreach (var draft in here.ByIndex.Values)
            {
                NoteHelpers(draft);
            }
        }
    }

    private static bool IsLinuxBridge(ElementDraft draft) =>
        draft.Link is { } link && (link.Kind == "bridge" || link.Kind is null && link.Data is LinkData.Bridge
            || link.Kind is null && (IsNeutronName("qbr", draft.Name) || draft.Members.Count > 0 && !LooksLikeBond(draft)));

    private static bool LooksLikeBond(ElementDraft draft) =>
        draft.Name.StartsWith("bond", StringComparison.Ordinal) || draft.Name.StartsWith("team", StringComparison.Ordinal)
        || draft.Name == "ovs-system";

    /// <summary>A bridge for one port: a veth into OVS, and at most one device of an instance beside it.</summary>
    private static bool IsHybridBridge(ElementDraft bridge)
    {
        if (IsNeutronName("qbr", bridge.Name))
        {
            return true;
        }
        var ways = bridge.Members.Where(m => m.Peer?.OvsBridge is not null).Take(2).ToList();
        return ways is [var way] && way.Peer!.ExternalId("iface-id") is not null && bridge.Members.Count <= 2;
    }

    private ElementKind RoleOfPort(ElementDraft draft, OvsInterface row)
    {
        switch (row.Type)
        {
            case "patch":
                return ElementKind.Patch;
            case "dpdkvhostuser" or "dpdkvhostuserclient":
                return ElementKind.VhostUser;
            case "dpdk" or "netmap":
                return ElementKind.Nic;
            case var type when IsTunnelType(type):
                return ElementKind.Tunnel;
            case "internal":
                return RoleInNamespace(draft) ?? ElementKind.OvsInternal;
        }
        if (draft.Peer?.Master?.Kind == ElementKind.HybridBridge || IsNeutronName("qvo", draft.Name))
        {
            return ElementKind.HybridVethOvsEnd;
        }
        if (draft.Peer is not null)
        {
            return ElementKind.Veth;
        }
        if (IsTapDevice(draft) || draft.Link is null && IsInstanceDeviceName(draft.Name) || _domainTargets.ContainsKey(draft.Name))
        {
            return ElementKind.Tap;
        }
        return draft.Link is null ? RoleByName(draft.Name) : RoleOfLink(draft);
    }

    private ElementKind RoleOfLink(ElementDraft draft)
    {
        if (draft.Link is not { } link)
        {
            return ElementKind.Other;
        }
        if (IsLoopback(link))
        {
            return ElementKind.Loopback;
        }
        if (IsVethEnd(draft))
        {
            return RoleOfVeth(draft);
        }
        switch (link.Kind)
        {
            case "tun" or "macvtap":
                return IsTapDevice(draft) ? ElementKind.Tap : RoleInNamespace(draft) ?? ElementKind.Other;
            case "vxlan" or "gre" or "gretap" or "ip6gre" or "ip6gretap" or "geneve" or "erspan" or "ip6erspan" or "ipip" or "sit"
                or "ip6tnl":
                return IsHelperDevice(draft) ? ElementKind.Other : ElementKind.Tunnel;
            case "vlan" or "bond" or "team" or "macvlan" or "ipvlan" or "macsec" or "vrf":
                return ElementKind.Stacked;
            case "openvswitch":
                return RoleInNamespace(draft) ?? ElementKind.Other;
            case null:
                return _domainTargets.ContainsKey(draft.Name) ? ElementKind.Tap
                    : RoleInNamespace(draft) ?? (RoleByName(draft.Name) is var named && named != ElementKind.Other ? named
                        // the kernel names a kind for all but hardware; text may have left kinds out
                        : link.HardwareType is 1 or 32 && _kindsTold.Contains(draft.Facts!.Name) ? ElementKind.Nic
                        : ElementKind.Other);
            default:
                return ElementKind.Other;
        }
    }

    private ElementKind RoleOfVeth(ElementDraft draft)
    {
        if (_domainTargets.ContainsKey(draft.Name) && draft.Namespace == "")
        {
            return ElementKind.Tap; // a domain that is a container: libvirt gives it the other end
        }
        if (draft.Master?.Kind == ElementKind.HybridBridge || IsNeutronName("qvb", draft.Name))
        {
            return ElementKind.HybridVethBridgeEnd;
        }
        if (draft.Peer?.Master?.Kind == ElementKind.HybridBridge || IsNeutronName("qvo", draft.Name))
        {
            return ElementKind.HybridVethOvsEnd;
        }
        if (draft.Namespace is not (null or "") && RoleInNamespace(draft) is { } role)
        {
            return role;
        }
        // a node whose uplink is a veth (a lab, a container): what lies behind it is not this node
        return draft.Peer is null && draft.Namespace == "" && draft.Link!.LinkNamespaceId is not null
            && draft.Master?.Kind is not ElementKind.LinuxBridge
            ? ElementKind.Nic
            : ElementKind.Veth;
    }

    /// <summary>DHCP's and routers' devices: the agent that made them, by namespace and prefix; null for any other.</summary>
    private static ElementKind? RoleInNamespace(ElementDraft draft)
    {
        // os-vif writes vm-uuid, the agents do not
        var isInstances = draft.ExternalId("vm-uuid") is not null;
        return draft.Name switch
        {
            _ when isInstances => null,
            var n when IsNeutronName("qr-", n) => ElementKind.RouterPort,
            var n when IsNeutronName("qg-", n) => ElementKind.GatewayPort,
            var n when IsNeutronName("ns-", n) => ElementKind.DhcpPort,
            var n when IsNeutronName("tap", n) && draft.Row?.Type == "internal" => ElementKind.DhcpPort,
            var n when IsNeutronName("tap", n) && draft.Namespace is { } ns && DeviceNames.DhcpNetworkId(ns) is not null
                => ElementKind.DhcpPort,
            _ => draft.Namespace is not { } home || draft.Row?.Type != "internal" ? null
                : DeviceNames.DhcpNetworkId(home) is not null ? ElementKind.DhcpPort
                : null,
        };
    }

    /// <summary>A tap that an instance holds, or is meant to: libvirt says so, or it is plugged into a bridge, or it is named like one.</summary>
    private bool IsTapDevice(ElementDraft draft)
    {
        if (draft.Link is not { } link || draft.Row?.Type == "internal")
        {
            return false;
        }
        if (_domainTargets.ContainsKey(draft.Name) && draft.Namespace == "")
        {
            return true;
        }
        return link.Kind is "tun" or "macvtap" or null && link.Data is not LinkData.Tun { IsTap: false }
            && (IsInstanceDeviceName(draft.Name) && (draft.Namespace == "" || draft.OvsBridge is not null)
                || link.Kind is not null && (draft.OvsBridge is not null || draft.Master?.IsBridge == true)
                && !draft.Name.EndsWith("-nic", StringComparison.Ordinal));
    }

    /// <summary>A tap of Neutron's or libvirt's making, by name.</summary>
    private static bool IsInstanceDeviceName(string name) =>
        IsNeutronName("tap", name)
        || name.StartsWith("vnet", StringComparison.Ordinal) && name.Length > 4 && name.AsSpan(4).IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsNeutronName(string prefix, string name) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && DeviceNames.HasPortId(name);

    /// <summary>The last resort: text that gave names only.</summary>
    private static ElementKind RoleByName(string name)
    {
        if (IsInstanceDeviceName(name))
        {
            return ElementKind.Tap;
        }
        return name switch
        {
            var n when IsNeutronName("vhu", n) => ElementKind.VhostUser,
            var n when IsNeutronName("qvb", n) => ElementKind.HybridVethBridgeEnd,
            var n when IsNeutronName("qvo", n) => ElementKind.HybridVethOvsEnd,
            var n when IsNeutronName("qbr", n) => ElementKind.HybridBridge,
            var n when Starts(n, "int-br") || Starts(n, "phy-br") || Starts(n, "veth") => ElementKind.Veth,
            var n when Starts(n, "bond") || Starts(n, "team") => ElementKind.Stacked,
            var n when Starts(n, "virbr") && !n.EndsWith("-nic", StringComparison.Ordinal) || Starts(n, "docker")
                => ElementKind.LinuxBridge,
            var n when Starts(n, "eth") || Starts(n, "en") || Starts(n, "em") || Starts(n, "wl") || Starts(n, "ib")
                || n.Length > 1 && n[0] == 'p' && char.IsAsciiDigit(n[1]) => ElementKind.Nic,
            _ => ElementKind.Other,
        };

        static bool Starts(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>Outputs of mirrors, and what carries our mark. A mirror into a NIC, a tunnel or an instance leaves that what it is.</summary>
    private void MarkMonitors()
    {
        foreach (var draft in _drafts.Values)
        {
            var mark = draft.BridgeRow is not null ? null
                : (draft.Port is null ? null : OwnershipMark.Read(draft.Port.ExternalIds))
                ?? (draft.Row is null ? null : OwnershipMark.Read(draft.Row.ExternalIds))
                ?? OwnershipMark.ReadAlias(draft.Link?.Alias);
            if (mark is not null)
            {
                // our own veth whose other end is in a namespace that nobody listed looks like an uplink
                draft.Kind = draft is { Kind: ElementKind.Nic, OvsBridge: not null, Link.Kind: "veth" } ? ElementKind.Veth : draft.Kind;
                BecomeMonitor(draft, $"made by plumb{(mark.Reason is null ? "" : $" for {mark.Reason}")}");
            }
            else if (draft.OvsBridge is not null && IsOvsTcpdumpPort(draft))
            {
                BecomeMonitor(draft, "named like a port of ovs-tcpdump");
            }
        }
        foreach (var bridge in _ovsBridges.Values)
        {
            foreach (var mirror in bridge.BridgeRow!.Mirrors)
            {
                if (mirror.OutputPort is { } uuid && _portsByUuid.TryGetValue(uuid, out var output))
                {
                    BecomeMonitor(output, $"output of mirror {mirror.Name}");
                }
            }
        }

        static void BecomeMonitor(ElementDraft draft, string note)
        {
            var isFree = draft.ExternalId("iface-id") is null && !DeviceNames.HasPortId(draft.Name);
            if (isFree && draft.Kind is (ElementKind.OvsInternal or ElementKind.Other or ElementKind.Veth or ElementKind.Tap))
            {
                draft.Kind = ElementKind.Monitor;
            }
            draft.Note = draft.Note is null ? note : $"{draft.Note}; {note}";
        }
    }

    /// <summary><c>mi</c> and the name of another port of the bridge, or <c>ovsmi</c> and six digits.</summary>
    private bool IsOvsTcpdumpPort(ElementDraft draft) =>
        draft.Name.StartsWith("ovsmi", StringComparison.Ordinal) && draft.Name.Length == 11
            && draft.Name.AsSpan(5).IndexOfAnyExceptInRange('0', '9') < 0
        || draft.Name.Length > 2 && draft.Name.StartsWith("mi", StringComparison.Ordinal)
            && _ovsPorts.TryGetValue(draft.Name[2..], out var source) && source.OvsBridge == draft.OvsBridge;

    /// <summary>Devices that the kernel or OVS make for themselves.</summary>
    private static bool IsHelperDevice(ElementDraft draft) =>
        draft.Name is "ovs-netdev" or "ovs-system" or "gre0" or "gretap0" or "erspan0" or "ip6gre0" or "ip6tnl0" or "tunl0" or "sit0"
            or "gre_sys"
        || draft.Name.StartsWith("vxlan_sys_", StringComparison.Ordinal) || draft.Name.StartsWith("genev_sys_", StringComparison.Ordinal);

    private static void NoteHelpers(ElementDraft draft)
    {
        if (draft.Kind != ElementKind.Other || !IsHelperDevice(draft))
        {
            return;
        }
        draft.Note ??= draft.Name switch
        {
            "ovs-netdev" or "ovs-system" => "Open vSwitch's datapath",
            _ when draft.Name.Contains("_sys", StringComparison.Ordinal) => "Open vSwitch's own end of its tunnels",
            _ => "comes with the kernel's tunnel module",
        };
    }
}
