using System.Net;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>One node, with what checks look up again and again.</summary>
internal sealed class CheckNode
{
    private readonly Dictionary<string, (OvsBridge Bridge, OvsPort Port, OvsInterface Row)> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<NamespaceFacts, SpaceLinks> _links = new(ReferenceEqualityComparer.Instance);
    private Dictionary<string, Vif>? _vifsByBridge;
    private NodeRules? _rules;
    private Tracing.FlowAddresses? _flowAddresses;

    public CheckNode(Topology topology, string name)
    {
        (Topology, Name) = (topology, name);
        Own = topology.Snapshot.Namespaces.FirstOrDefault(n => n.Name.Length == 0);
        foreach (var bridge in topology.Snapshot.Ovs?.Bridges ?? [])
        {
            foreach (var port in bridge.Ports)
            {
                foreach (var row in port.Interfaces)
                {
                    _byName.TryAdd(row.Name, (bridge, port, row));
                }
            }
        }
    }

    public Topology Topology { get; }

    /// <summary>The host's name.</summary>
    public string Name { get; }

    public NodeSnapshot Snapshot => Topology.Snapshot;

    /// <summary>The node's own namespace; null where not told.</summary>
    public NamespaceFacts? Own { get; }

    /// <summary>The firewall's rules, parsed when first asked for.</summary>
    public NodeRules Rules => _rules ??= NodeRules.Read(Snapshot);

    /// <summary>Addresses that the bridge's flows let ports send from, parsed when first asked for.</summary>
    public Tracing.FlowAddresses FlowAddresses => _flowAddresses ??= new(Snapshot.Switching?.Bridges.Where(b => b.Flows is not null)
        .DistinctBy(b => b.Bridge).ToDictionary(b => b.Bridge, b => OpenFlow.Flows.FlowDump.Parse(b.Flows!)) ?? []);

    /// <summary>The links of one of the node's namespaces, to look up.</summary>
    public SpaceLinks LinksOf(NamespaceFacts space) => _links.TryGetValue(space, out var links) ? links : _links[space] = new(space);

    /// <summary>The VIF behind a hybrid bridge of the node's own namespace; null where there is none.</summary>
    public Vif? VifBehind(string bridge)
    {
        if (_vifsByBridge is null)
        {
            _vifsByBridge = new(StringComparer.Ordinal);
            foreach (var vif in Topology.Vifs)
            {
                if (vif.HybridBridge is { } id)
                {
                    _vifsByBridge.TryAdd(id[(id.LastIndexOf('/') + 1)..], vif);
                }
            }
        }
        return _vifsByBridge.GetValueOrDefault(bridge);
    }

    /// <summary>Rows of Open vSwitch's ports.</summary>
    public IEnumerable<(OvsBridge Bridge, OvsPort Port, OvsInterface Row)> OvsPorts => _byName.Values;

    /// <summary>Tunnels that Open vSwitch makes.</summary>
    public IEnumerable<Element> Tunnels => Topology.Elements.Where(e => e.Kind == ElementKind.Tunnel && e.OvsBridge is not null);

    public (OvsBridge Bridge, OvsPort Port, OvsInterface Row)? OvsPort(string name) =>
        _byName.TryGetValue(name, out var found) ? found : null;

    /// <summary>Whether Neutron calls this node so.</summary>
    public bool IsCalled(string? host) => host is not null
        && (host.Equals(Name, StringComparison.OrdinalIgnoreCase)
            || host.Split('.')[0].Equals(Name.Split('.')[0], StringComparison.OrdinalIgnoreCase));

    /// <summary>The local VLAN that the agent gave a port; null where it noted none.</summary>
    public int? VlanGiven(string? port) => port is not null && OvsPort(port) is { } found ? GivenVlan.Of(Snapshot, found.Port) : null;

    /// <summary>The device of the node's own namespace that has an address; null where none has.</summary>
    public Link? DeviceWith(IPAddress address) =>
        Own?.Addresses.FirstOrDefault(a => a.Address.Equals(address)) is { } found
            ? LinksOf(Own).Find(found.IfIndex) : null;

    /// <summary>Hardware below a device: itself, or the members of the bridge that it is.</summary>
    public IEnumerable<Link> Below(Link device)
    {
        yield return device;
        foreach (var link in Own?.Links ?? [])
        {
            var isMember = link.MasterIndex == device.IfIndex
                || OvsPort(link.Name) is { } port && port.Bridge.Name == device.Name && link.Name != device.Name;
            if (isMember)
            {
                yield return link;
            }
        }
    }

    /// <summary>What to call a VIF's owner.</summary>
    public static string NameOf(Vif vif) => vif.InstanceName ?? vif.InstanceId ?? vif.Device ?? vif.PortId ?? "a VIF";

    /// <summary>The device of a VIF that is a port of Open vSwitch; null where none is told.</summary>
    public static string? OvsPortOf(Vif vif) => (vif.OvsEnd ?? vif.Device) is { } id ? id[(id.LastIndexOf('/') + 1)..] : null;

    /// <summary>The last value that the OVS agent's files give an option; null where they give none.</summary>
    public string? AgentOption(string option)
    {
        string? value = null;
        foreach (var file in Snapshot.Files ?? [])
        {
            if (!file.Path.EndsWith(".ini", StringComparison.Ordinal) && !file.Path.EndsWith(".conf", StringComparison.Ordinal))
            {
                continue;
            }
            foreach (var line in file.Text.Split('\n'))
            {
                var at = line.IndexOf('=', StringComparison.Ordinal);
                if (at > 0 && line.AsSpan(0, at).Trim().SequenceEqual(option))
                {
                    value = line[(at + 1)..].Trim();
                }
            }
        }
        return value;
    }

    /// <summary>The VIF of a Neutron port; null where it is not here.</summary>
    public Vif? VifOf(string portId) =>
        Topology.Vifs.FirstOrDefault(v => v.PortId == portId)
        ?? Topology.Vifs.FirstOrDefault(v => v.PortId is { Length: DeviceNames.IdLength } start
            && portId.StartsWith(start, StringComparison.Ordinal));

    public NamespaceFacts? Namespace(string name) => Snapshot.Namespaces.FirstOrDefault(n => n.Name == name);
}
