using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Topologies;

/// <summary>
/// States, and what is wrong as the facts themselves say: rows against devices, devices against each other. No guesses at causes; that is
/// a question's business. Only what a frame has to cross is judged: br-int's own device is down on every healthy node.
/// </summary>
internal sealed partial class TopologyBuilder
{
    private void Judge()
    {
        foreach (var draft in _drafts.Values)
        {
            if (draft.BridgeRow is { } bridge)
            {
                JudgeBridge(draft, bridge);
            }
            else if (draft.Row is { } row && draft.OvsBridge is not null)
            {
                JudgePort(draft, row);
            }
            if (draft.Link is { } link && StateOf(link) == ElementState.Down && IsOnTheWay(draft) && !IsStandby(draft))
            {
                draft.Troubles.Add(link.Flags.HasFlag(LinkFlags.Up)
                    ? new(TroubleKind.NoCarrier, "no carrier") : new(TroubleKind.Down, "down"));
            }
            if (draft.Kind == ElementKind.Stacked && draft.Row is null && draft.Port is not null)
            {
                draft.State = draft.Members.Exists(m => m.State == ElementState.Up) ? ElementState.Up
                    : draft.Members.TrueForAll(m => m.State is ElementState.Down or ElementState.Missing)
                        ? ElementState.Down : ElementState.Unknown;
            }
        }
        foreach (var vif in _vifs)
        {
            JudgeVif(vif);
        }
        foreach (var instance in _vifs.Where(v => v.Instance?.State == ElementState.Unknown && v.Domain is null)
            .GroupBy(v => v.Instance!))
        {
            // whether it runs is libvirt's to tell; that its tap has carrier means that somebody holds it
            instance.Key.State = instance.Any(v => v.Device?.State == ElementState.Up) ? ElementState.Up : ElementState.Unknown;
        }
    }

    /// <summary>A frame to or from a VIF may have to cross it; the local devices of OVS bridges and unused hardware are not on any way.</summary>
    private static bool IsOnTheWay(ElementDraft draft) =>
        draft.InChain || draft.OvsBridge is not null && draft.Kind is not (ElementKind.Monitor or ElementKind.OvsInternal);

    /// <summary>
    /// The router's gateway on a node where keepalived keeps it in reserve: the agent leaves it down, without addresses (Neutron's bug 1859832).
    /// </summary>
    private bool IsStandby(ElementDraft draft) => draft is { Facts.Name.Length: > 0, IPAddresses.Count: 0 }
        && (IsNeutronName("qg-", draft.Name) || IsNeutronName("qr-", draft.Name) || IsNeutronName("sg-", draft.Name))
        && _links.TryGetValue(draft.Facts.Name, out var here) && here.ByName.Keys.Any(name => IsNeutronName("ha-", name));

    private static void JudgeBridge(ElementDraft draft, OvsBridge bridge)
    {
        draft.State = draft.Row switch
        {
            null => ElementState.Unknown,
            { Error.Length: > 0 } or { OfPort: -1 } => ElementState.Down,
            { OfPort: > 0 } => ElementState.Up,
            _ => draft.Link is null ? ElementState.Unknown : ElementState.Up,
        };
        if (draft.Row is { } row)
        {
            AddOvsErrors(draft, row);
        }
        // one that is connected programs it: another, of somebody's, hurts nobody
        draft.Troubles.AddRange(bridge.Controllers.Where(c => c.IsConnected == false && !bridge.Controllers.Any(o => o.IsConnected == true))
            .Select(c => new Trouble(TroubleKind.ControllerDisconnected, $"controller {c.Target} not connected")));
    }

    private void JudgePort(ElementDraft draft, OvsInterface row)
    {
        var failed = row.OfPort == -1 || row.Error is { Length: > 0 };
        if (draft.Link is not null)
        {
            draft.State = failed ? ElementState.Down : draft.State;
        }
        else
        {
            draft.State = StateOfRow(draft, row, failed);
        }
        AddOvsErrors(draft, row);
        if (draft.State == ElementState.Missing)
        {
            draft.Troubles.Add(new(TroubleKind.DeviceMissing, "device does not exist"));
        }
        if (row.Type == "patch")
        {
            JudgePatch(draft, row);
        }
        JudgeTunnelName(draft);
        if (draft.Port is { Tag: DeadVlan })
        {
            draft.Troubles.Add(new(TroubleKind.DeadVlan, "dead VLAN 4095 (not bound)"));
        }
        else if (draft.Port is { Tag: null } && snapshot.Ovs is { IsCut: false } && IsBindable(draft, row) && IsNeutronIntegration(draft.OvsBridge!))
        {
            draft.Troubles.Add(new(TroubleKind.NoVlan, $"no VLAN tag on {draft.OvsBridge!.Name} (not bound)"));
        }
        else if (draft.Port is { Tag: { } tag } port && VlanOfAgent(port) is { } given && given != tag)
        {
            draft.Troubles.Add(new(TroubleKind.WrongVlan, $"VLAN tag {tag}, but the agent gave its network {given}"));
        }
    }

    private ElementState StateOfRow(ElementDraft draft, OvsInterface row, bool failed) => row.Type switch
    {
        "patch" => draft.Peer is null ? IsInLostPart(row) ? ElementState.Unknown : ElementState.Down
            : row.OfPort is null ? ElementState.Unknown : failed ? ElementState.Down : ElementState.Up,
        // its device may have gone into a namespace that nobody listed; the database then says "down", which means nothing
        "internal" or "tap" => failed ? ElementState.Missing : ElementState.Unknown,
        "" or "system" or "afxdp" or "afxdp-nonpmd" => failed || (IsRootListedWhole && snapshot.Ovs is { IsCut: false }) ? ElementState.Missing : Told(row),
        _ when failed => ElementState.Down,
        _ when IsTunnelType(row.Type) => row.OfPort > 0 ? ElementState.Up : ElementState.Unknown,
        _ => Told(row),
    };

    private static ElementState Told(OvsInterface row) => (row.AdminState, row.LinkState) switch
    {
        ("down", _) or (_, "down") => ElementState.Down,
        (_, "up") => ElementState.Up,
        _ => ElementState.Unknown,
    };

    private static void AddOvsErrors(ElementDraft draft, OvsInterface row)
    {
        if (row.Error is { Length: > 0 } error)
        {
            draft.Troubles.Add(new(TroubleKind.OvsError, error));
        }
        else if (row.OfPort == -1)
        {
            draft.Troubles.Add(new(TroubleKind.OvsError, "Open vSwitch could not open it (OpenFlow port -1)"));
        }
    }

    /// <summary>Of a listing that was cut off the peer may be in the part that is lost.</summary>
    private bool IsInLostPart(OvsInterface row) =>
        (snapshot.Ovs is { IsCut: true } || snapshot.Sources.Any(source => source is { Source: "ovsdb", Outcome: SourceOutcome.Partial }))
        && row.Options.GetValueOrDefault("peer") is { } told && !_ovsPorts.ContainsKey(told);

    private void JudgePatch(ElementDraft draft, OvsInterface row)
    {
        if (draft.Peer is not null || IsInLostPart(row))
        {
            return;
        }
        draft.Troubles.Add(new(TroubleKind.PatchPeer, row.Options.GetValueOrDefault("peer") is not { } name ? "patch port without a peer"
            : !_ovsPorts.TryGetValue(name, out var other) ? $"peer {name} does not exist"
            : other.Row?.Type != "patch" ? $"peer {name} is no patch port"
            : $"peer {name} has another peer, {other.Row.Options.GetValueOrDefault("peer") ?? "none"}"));
    }

    /// <summary>Neutron's agent names a tunnel after its remote end; when the two differ, one of them is wrong.</summary>
    private static void JudgeTunnelName(ElementDraft draft)
    {
        if (draft.Tunnel is not { Remote: { AddressFamily: AddressFamily.InterNetwork } remote } tunnel
            || draft.Name.Length != tunnel.Type.Length + 9 || !draft.Name.StartsWith(tunnel.Type + "-", StringComparison.Ordinal)
            || !uint.TryParse(draft.Name.AsSpan(tunnel.Type.Length + 1), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out var named)
            || draft.Name == DeviceNames.TunnelPort(tunnel.Type, remote))
        {
            return;
        }
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, named);
        draft.Troubles.Add(new(TroubleKind.TunnelName, $"its name says {new IPAddress(octets)}, its remote_ip is {remote}"));
    }

    /// <summary>The agent binds a port if and only if both are set (spec/naming.md §5).</summary>
    private static bool IsBindable(ElementDraft draft, OvsInterface row) =>
        draft.Port is { VlanMode: null or "" or "access" or "native-tagged" or "native-untagged" } port
        && (port.Trunks.Count == 0 || row.Name.StartsWith("qvo", StringComparison.Ordinal)) && row.ExternalIds.ContainsKey("iface-id") && row.ExternalIds.ContainsKey("attached-mac");

    /// <summary>Local VLANs are used here: Neutron's agent writes networks to its ports. OVN's br-int does without tags.</summary>
    private bool IsNeutronIntegration(ElementDraft bridge) =>
        snapshot.Ovs?.ExternalIds.Keys.Any(k => k.StartsWith("ovn-", StringComparison.Ordinal)) != true
        && (bridge.Name == "br-int" || _taggingBridges.Contains(bridge.Name));

    private readonly HashSet<string> _taggingBridges =
    [
        .. (snapshot.Ovs?.Bridges ?? []).Where(b => b.Ports.Any(p => p.OtherConfig.ContainsKey("net_uuid"))).Select(b => b.Name),
    ];

    private void JudgeVif(VifDraft vif)
    {
        if (vif.DomainInterface?.Address is { } nic && KnownMac(vif.Row?.ExternalId("attached-mac")) is { } attached && nic != attached)
        {
            vif.Troubles.Add(new(TroubleKind.WrongAddress, $"{vif.Row!.Name}: attached-mac {attached} is not the domain's {nic}"));
        }
        if (vif.Device is { State: ElementState.Missing, Row: null } gone)
        {
            gone.Troubles.Add(new(TroubleKind.DeviceMissing, "device does not exist"));
        }
        if (vif.Plug == VifPlug.Hybrid)
        {
            JudgeHybrid(vif);
        }
        JudgeMtu(vif);
    }

    private void JudgeHybrid(VifDraft vif)
    {
        var id = vif.PortId is { Length: >= DeviceNames.IdLength } ? vif.PortId : null;
        var isOff = vif.Domain is { IsRunning: false };
        if (isOff && vif.Device is null)
        {
            vif.HasUntoldPart = true;
        }
        else
        {
            Expect(vif.Device, "tap", id is null ? null : DeviceNames.Tap(id));
        }
        Expect(vif.HybridBridge, "qbr", id is null ? null : DeviceNames.HybridBridge(id));
        Expect(vif.BridgeEnd, "qvb", id is null ? null : DeviceNames.VethBridgeEnd(id));
        Expect(vif.OvsEnd, "qvo", id is null ? null : DeviceNames.VethOvsEnd(id));
        if (vif.HybridBridge is { } bridge && _mastersTold.Contains(""))
        {
            ExpectMember(vif.Device, bridge);
            ExpectMember(vif.BridgeEnd, bridge);
        }
        if (vif.OvsEnd is { OvsBridge: null } outside && snapshot.Ovs is { IsCut: false })
        {
            vif.LacksPart = true;
            outside.Troubles.Add(new(TroubleKind.NotInSwitch, "not in any Open vSwitch bridge"));
        }

        void Expect(ElementDraft? part, string kind, string? name)
        {
            if (part is not null)
            {
                return;
            }
            if (!IsRootListedWhole)
            {
                vif.HasUntoldPart = true;
                return;
            }
            vif.LacksPart = true;
            vif.Troubles.Add(new(TroubleKind.DeviceMissing, $"{name ?? kind}: device does not exist"));
        }

        static void ExpectMember(ElementDraft? part, ElementDraft bridge)
        {
            if (part is { Link: not null } && part.Master != bridge)
            {
                part.Troubles.Add(new(
                    TroubleKind.NotInBridge,
                    part.Master is { } other ? $"in {other.Name}, not in {bridge.Name}" : $"not in {bridge.Name}"));
            }
        }
    }

    /// <summary>Layer 2 has no way to say "too big": a narrower place behind the tap drops frames without a word.</summary>
    private static void JudgeMtu(VifDraft vif)
    {
        if (vif.Device is not { Mtu: { } mtu } device)
        {
            return;
        }
        foreach (var part in vif.Parts)
        {
            if (part != device && part.Mtu < mtu)
            {
                part.Troubles.Add(new(TroubleKind.NarrowMtu, $"MTU {part.Mtu}, but {mtu} on {device.Name}"));
            }
        }
    }

    private static ElementState StateOf(VifDraft vif)
    {
        var parts = vif.Parts;
        bool Has(ElementState state)
        {
            foreach (var part in parts)
            {
                if (part.State == state)
                {
                    return true;
                }
            }
            return false;
        }

        return vif.Domain is { IsRunning: false } ? ElementState.Down
            : vif.LacksPart || Has(ElementState.Missing) ? ElementState.Missing
            : Has(ElementState.Down) ? ElementState.Down
            : vif.HasUntoldPart || parts.Length == 0 || Has(ElementState.Unknown) ? ElementState.Unknown
            : ElementState.Up;
    }
}
