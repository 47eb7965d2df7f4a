using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

/// <summary>An element while it is put together: the facts behind it and how they hang together. Never leaves <see cref="TopologyBuilder"/>.</summary>
internal sealed class ElementDraft(string id, string name, string? namespaceName)
{
    // most of thousands have none of these
    private List<string>? _addresses;
    private List<Trouble>? _troubles;
    private List<ElementDraft>? _members;

    public string Id { get; } = id;

    /// <summary>No other element's.</summary>
    public int Number { get; init; }

    public string Name { get; } = name;

    public string? Namespace { get; } = namespaceName;

    public ElementKind Kind { get; set; } = ElementKind.Other;

    public ElementState State { get; set; }

    /// <summary>The kernel's view, where there is one.</summary>
    public Link? Link { get; set; }

    /// <summary>The namespace facts that <see cref="Link"/> is from.</summary>
    public NamespaceFacts? Facts { get; set; }

    /// <summary>The links of that namespace.</summary>
    public NamespaceLinks? Neighbourhood { get; set; }

    /// <summary>Of an OVS bridge: its row.</summary>
    public OvsBridge? BridgeRow { get; set; }

    /// <summary>Of an OVS port: its bridge.</summary>
    public ElementDraft? OvsBridge { get; set; }

    /// <summary>Of an OVS port: its row.</summary>
    public OvsPort? Port { get; set; }

    /// <summary>Of an OVS port or bridge: its (local) interface row.</summary>
    public OvsInterface? Row { get; set; }

    /// <summary>The Linux bridge, bond or VRF that it is a member of.</summary>
    public ElementDraft? Master { get; set; }

    /// <summary>Members of this Linux bridge, bond or VRF; ports of this OVS bridge.</summary>
    public List<ElementDraft> Members => _members ??= [];

    /// <summary>The other end of a veth or patch pair.</summary>
    public ElementDraft? Peer { get; set; }

    /// <summary>The device that it stands on (VLAN on NIC).</summary>
    public ElementDraft? Below { get; set; }

    public MacAddress? Address { get; set; }

    public List<string> IPAddresses => _addresses ??= [];

    public int? Mtu { get; set; }

    public TunnelEnds? Tunnel { get; set; }

    public string? NeutronPort { get; set; }

    public string? Note { get; set; }

    /// <summary>It is a part of a VIF's chain: that it is down matters.</summary>
    public bool InChain { get; set; }

    public List<Trouble> Troubles => _troubles ??= [];

    /// <summary>A VIF has it already.</summary>
    public bool IsTaken { get; set; }

    /// <summary>There are some: asking makes no list.</summary>
    public bool HasTroubles => _troubles is not null;

    /// <summary>Hops from a bridge that has VIFs; of OVS bridges only.</summary>
    public int Level { get; set; } = int.MaxValue;

    public bool IsBridge => Kind is ElementKind.OvsBridge or ElementKind.HybridBridge or ElementKind.LinuxBridge;

    public string? ExternalId(string key) => Row?.ExternalIds.GetValueOrDefault(key);

    public Element Freeze() => new()
    {
        Id = Id,
        Kind = Kind,
        Name = Name,
        Namespace = Namespace,
        DeviceType = Link?.Kind ?? (Row is null || BridgeRow is not null || Row.Type.Length == 0 ? null : Row.Type)
            ?? (Port is { Interfaces.Count: > 1 } && Row is null ? "bond" : null),
        OvsBridge = OvsBridge?.Name,
        State = State,
        Address = Address,
        IPAddresses = _addresses is null ? [] : _addresses,
        Mtu = Mtu,
        Vlan = Port?.Tag,
        Trunks = Port?.Trunks ?? [],
        OfPort = BridgeRow is null ? Row?.OfPort : null,
        IfIndex = Link?.IfIndex,
        Tunnel = Tunnel,
        NeutronPort = NeutronPort,
        Note = Note,
        Troubles = _troubles is null ? [] : _troubles,
    };
}
