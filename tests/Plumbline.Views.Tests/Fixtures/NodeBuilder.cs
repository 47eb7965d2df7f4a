using System.Globalization;
using System.Net;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Views.Tests.Fixtures;

/// <summary>Makes topologies by hand, with the ids and kinds that Topology.Build gives.</summary>
internal sealed class NodeBuilder
{
    private readonly List<Element> _elements = [];
    private readonly List<Connection> _connections = [];
    private readonly List<Vif> _vifs = [];
    private readonly List<Network> _networks = [];
    private readonly List<OvsBridge> _bridges = [];

    public string Host { get; init; } = "compute-1";

    public string? Kernel { get; init; } = "6.1.0-18-amd64";

    public string OvsVersion { get; init; } = "3.1.0";

    public List<SourceReport> Sources { get; } = [];

    public List<OvsMirror> Mirrors { get; } = [];

    public static string Link(string name, string space = "") => $"link:{space}/{name}";

    public Network AddNetwork(Network network)
    {
        _networks.Add(network);
        return network;
    }

    public Element Add(Element element)
    {
        _elements.Add(element);
        return element;
    }

    public void Join(ConnectionKind kind, string from, string to) => _connections.Add(new(kind, from, to));

    public void AddBridge(string name, string? failMode = "secure", bool? isConnected = true, string? address = null)
    {
        Add(new()
        {
            Id = $"ovs-bridge:{name}",
            Kind = ElementKind.OvsBridge,
            Name = name,
            Namespace = "",
            Mtu = 1500,
            State = address is null ? ElementState.Down : ElementState.Up,
            IPAddresses = address is null ? [] : [address],
            Troubles = isConnected == false ? [new(TroubleKind.ControllerDisconnected, "controller tcp:127.0.0.1:6633 not connected")] : [],
        });
        _bridges.Add(new()
        {
            Name = name,
            FailMode = failMode,
            DatapathType = "system",
            Controllers = isConnected is null ? [] : [new("tcp:127.0.0.1:6633", isConnected)],
        });
    }

    public Element AddPort(string bridge, Element port)
    {
        Add(port with { OvsBridge = bridge });
        Join(ConnectionKind.OvsBridgePort, port.Id, $"ovs-bridge:{bridge}");
        return port;
    }

    public void AddPatch(string bridge, string port, string otherBridge, string otherPort)
    {
        AddPort(bridge, Patch(bridge, port));
        AddPort(otherBridge, Patch(otherBridge, otherPort));
        Join(ConnectionKind.PatchPair, $"ovs-port:{bridge}/{port}", $"ovs-port:{otherBridge}/{otherPort}");

        static Element Patch(string bridge, string port) =>
            new() { Id = $"ovs-port:{bridge}/{port}", Kind = ElementKind.Patch, Name = port, OfPort = 1, State = ElementState.Up };
    }

    public void AddTunnel(string type, string local, string remote)
    {
        var far = IPAddress.Parse(remote);
        var name = $"{type}-{Convert.ToHexStringLower(far.GetAddressBytes())}";
        AddPort("br-tun", new()
        {
            Id = $"ovs-port:br-tun/{name}",
            Kind = ElementKind.Tunnel,
            Name = name,
            State = ElementState.Up,
            OfPort = _elements.Count,
            Tunnel = new(type, IPAddress.Parse(local), far, "flow"),
        });
        if (!_elements.Exists(element => element.Id == $"remote:{remote}"))
        {
            Add(new() { Id = $"remote:{remote}", Kind = ElementKind.RemoteEnd, Name = remote });
        }
        Join(ConnectionKind.Tunnel, $"ovs-port:br-tun/{name}", $"remote:{remote}");
    }

    public Element AddDevice(
        string name, ElementKind kind, string space = "", ElementState state = ElementState.Up, params string[] addresses) =>
        Add(new()
        {
            Id = Link(name, space),
            Name = name,
            Kind = kind,
            Namespace = space,
            State = state,
            Mtu = 1500,
            IfIndex = _elements.Count,
            IPAddresses = addresses,
        });

    /// <summary>An instance with its chain of five devices.</summary>
    public void AddHybrid(
        string instance, string portId, string mac, Network network, string[] addresses, int mtu = 1450,
        ElementState ovsEndState = ElementState.Up, int? vlan = null, params string[] troubles)
    {
        var id = portId[..11];
        var address = MacAddress.Parse(mac);
        if (!_elements.Exists(element => element.Id == $"instance:{instance}"))
        {
            Add(new() { Id = $"instance:{instance}", Kind = ElementKind.Instance, Name = instance, State = ElementState.Up });
        }
        var tap = Device("tap", ElementKind.Tap, ElementState.Up, MacAddress.Parse("fe" + mac[2..]));
        var qbr = Device("qbr", ElementKind.HybridBridge, ElementState.Up, null);
        var qvb = Device("qvb", ElementKind.HybridVethBridgeEnd,
            ovsEndState == ElementState.Missing ? ElementState.Missing : ElementState.Up, null);
        var qvo = Device("qvo", ElementKind.HybridVethOvsEnd, ovsEndState, null) with
        {
            Vlan = vlan ?? network.LocalVlan,
            OfPort = _elements.Count,
            OvsBridge = "br-int",
            Troubles = [.. troubles.Select(trouble => new Trouble(TroubleKind.WrongVlan, trouble))],
        };
        _elements.AddRange([tap, qbr, qvb, qvo]);
        Join(ConnectionKind.InstanceNic, $"instance:{instance}", tap.Id);
        Join(ConnectionKind.LinuxBridgeMember, tap.Id, qbr.Id);
        Join(ConnectionKind.LinuxBridgeMember, qvb.Id, qbr.Id);
        Join(ConnectionKind.VethPair, qvb.Id, qvo.Id);
        Join(ConnectionKind.OvsBridgePort, qvo.Id, "ovs-bridge:br-int");
        _vifs.Add(new()
        {
            PortId = portId,
            Owner = VifOwner.Instance,
            Plug = VifPlug.Hybrid,
            InstanceName = instance,
            InstanceId = $"6f0c1d2e-0000-4000-8000-{_vifs.Count:d12}",
            Address = address,
            IPAddresses = addresses,
            Instance = $"instance:{instance}",
            Device = tap.Id,
            HybridBridge = qbr.Id,
            BridgeEnd = qvb.Id,
            OvsEnd = qvo.Id,
            OvsBridge = "br-int",
            LocalVlan = vlan ?? network.LocalVlan,
            Network = network,
            Mtu = mtu,
            State = ovsEndState,
            Troubles = [.. troubles.Select(trouble => new Trouble(TroubleKind.WrongVlan, $"{qvo.Name}: {trouble}"))],
        });

        Element Device(string prefix, ElementKind kind, ElementState state, MacAddress? mac) => new()
        {
            Id = Link(prefix + id),
            Kind = kind,
            Name = prefix + id,
            Namespace = "",
            State = state,
            Mtu = mtu,
            Address = mac,
            IfIndex = _elements.Count + prefix[^1],
            NeutronPort = portId,
        };
    }

    /// <summary>A DHCP or router port: an internal device in a namespace.</summary>
    public void AddNamespaced(
        VifOwner owner, string space, string portId, string mac, Network network, params string[] addresses)
    {
        var (prefix, kind) = owner switch
        {
            VifOwner.Dhcp => ("tap", ElementKind.DhcpPort),
            VifOwner.Router => ("qr-", ElementKind.RouterPort),
            VifOwner.Gateway => ("qg-", ElementKind.GatewayPort),
            _ => ("ha-", ElementKind.OvsInternal),
        };
        var name = prefix + portId[..11];
        AddPort("br-int", new()
        {
            Id = Link(name, space),
            Kind = kind,
            Name = name,
            Namespace = space,
            State = ElementState.Up,
            Mtu = 1450,
            Address = MacAddress.Parse(mac),
            IPAddresses = [.. addresses, "fe80::f816:3eff:fe00:1/64"],
            Vlan = network.LocalVlan,
            OfPort = _elements.Count,
            IfIndex = _elements.Count,
            NeutronPort = portId,
        });
        _vifs.Add(new()
        {
            PortId = portId,
            Owner = owner,
            Plug = VifPlug.Namespace,
            Address = MacAddress.Parse(mac),
            IPAddresses = addresses,
            Device = Link(name, space),
            OvsBridge = "br-int",
            Namespace = space,
            LocalVlan = network.LocalVlan,
            Network = network,
            Mtu = 1450,
            State = ElementState.Up,
        });
    }

    public void AddVif(Vif vif) => _vifs.Add(vif);

    public Topology Build() => new()
    {
        Snapshot = new()
        {
            Host = Host,
            Kernel = Kernel,
            TakenAt = DateTimeOffset.Parse("2025-11-21T09:30:00Z", CultureInfo.InvariantCulture),
            Sources = Sources,
            Ovs = new()
            {
                Version = OvsVersion,
                Bridges = [.. _bridges.Select(bridge => bridge.Name != "br-int" ? bridge : bridge with
                {
                    Ports = [.. _elements.Where(element => element.OvsBridge == "br-int").Select(element =>
                        new OvsPort { Name = element.Name, Uuid = PortUuid(element.Name) })],
                    Mirrors = Mirrors,
                })],
            },
        },
        Elements = _elements,
        Connections = _connections,
        Vifs = _vifs,
        Networks = _networks,
    };

    /// <summary>The row UUID that a port of br-int gets.</summary>
    public static Guid PortUuid(string name)
    {
        var bytes = new byte[16];
        System.Text.Encoding.UTF8.GetBytes(name).AsSpan()[..Math.Min(16, name.Length)].CopyTo(bytes);
        return new(bytes);
    }
}
