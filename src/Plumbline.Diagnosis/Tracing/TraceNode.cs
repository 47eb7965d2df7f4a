using System.Net;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Firewalls;
using Plumbline.Node.Topologies;
using Plumbline.OpenFlow.Simulation;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>One node as a packet meets it: namespaces, switches and rules, each made ready when first asked for.</summary>
internal sealed class TraceNode
{
    private readonly Dictionary<string, TraceSpace> _spaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TracePort> _ports = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TraceSpace Space, Link Link)> _internals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _omittedPorts = new(StringComparer.Ordinal);
    private readonly Lazy<NodeFirewall> _firewall;
    private readonly Lazy<SwitchModel> _switches;
    private readonly Lazy<FlowAddresses> _flowAddresses;
    private readonly Lazy<ILookup<string, (Domain Domain, DomainInterface Interface)>> _domains;

    public TraceNode(Topology topology, string name)
    {
        (Topology, Name) = (topology, name);
        foreach (var port in Snapshot.Omitted?.Ports ?? [])
        {
            _omittedPorts.Add(port.Name);
        }
        _firewall = new(() => NodeFirewall.Read(Snapshot));
        _switches = new(() => SwitchModel.Build(Snapshot));
        _flowAddresses = new(() => new(SwitchFacts.Flows));
        _domains = new(() => Snapshot.Domains.SelectMany(d => d.Interfaces.Where(i => i.Target is not null).Select(i => (Domain: d, Interface: i)))
            .ToLookup(d => d.Interface.Target!, StringComparer.Ordinal));
        foreach (var facts in Snapshot.Namespaces)
        {
            _spaces.TryAdd(facts.Name, new(this, facts));
        }
        if (!_spaces.ContainsKey(""))
        {
            _spaces[""] = new(this, new NamespaceFacts { Name = "" });
        }
        foreach (var bridge in Snapshot.Ovs?.Bridges ?? [])
        {
            foreach (var port in bridge.Ports)
            {
                foreach (var row in port.Interfaces)
                {
                    _ports.TryAdd(row.Name, new(bridge, port, row));
                }
            }
        }
        foreach (var space in _spaces.Values.OrderByDescending(s => s.Name.Length > 0))
        {
            foreach (var link in space.Facts.Links)
            {
                if (_ports.ContainsKey(link.Name))
                {
                    _internals.TryAdd(link.Name, (space, link));
                }
            }
        }
    }

    public Topology Topology { get; }

    public string Name { get; }

    public NodeSnapshot Snapshot => Topology.Snapshot;

    /// <summary>The node's own namespace.</summary>
    public TraceSpace Own => _spaces[""];

    public IEnumerable<TraceSpace> Spaces => _spaces.Values;

    /// <summary>The bridges, ready to be asked.</summary>
    public Simulator Switches => _switches.Value.Simulator;

    /// <summary>What the bridges lack.</summary>
    public SwitchModel SwitchFacts => _switches.Value;

    /// <summary>What ports may send from, as flows have it.</summary>
    public FlowAddresses FlowAddresses => _flowAddresses.Value;

    /// <summary>libvirt's domains that have a device, in libvirt's order.</summary>
    public IEnumerable<(Domain Domain, DomainInterface Interface)> DomainsOf(string device) => _domains.Value[device];

    public TraceSpace? Space(string name) => _spaces.GetValueOrDefault(name);

    /// <summary>A port of Open vSwitch by its interface's name.</summary>
    public TracePort? Port(string name)
    {
        if (_ports.TryGetValue(name, out var port))
        {
            return port;
        }
        IsOutgrown |= _omittedPorts.Contains(name);
        return null;
    }

    /// <summary>The port was left out; asking so does not outgrow the snapshot.</summary>
    public bool IsOmitted(string port) => _omittedPorts.Contains(port);

    /// <summary>Something was looked for that the snapshot leaves out (<see cref="NodeSnapshot.Omitted"/>): the answer may be wrong.</summary>
    public bool IsOutgrown { get; set; }

    public IEnumerable<TracePort> Ports => _ports.Values;

    /// <summary>Where the device of an OVS port lives: for internal ports mostly a namespace of its own.</summary>
    public (TraceSpace Space, Link Link)? DeviceOf(TracePort port)
    {
        if (port.IsInternal)
        {
            return _internals.TryGetValue(port.Row.Name, out var found) ? found : null;
        }
        return Own.Link(port.Row.Name) is { } link ? (Own, link)
            : _internals.TryGetValue(port.Row.Name, out var elsewhere) ? elsewhere : null;
    }

    /// <summary>The rules of one of its namespaces.</summary>
    public NamespaceFirewall? FirewallOf(string space) => _firewall.Value.Find(space);

    /// <summary>The space that has an address, and its device.</summary>
    public (TraceSpace Space, Link Link)? OwnerOf(IPAddress address) => Own.DeviceWith(address) is { } link ? (Own, link) : null;

    /// <summary>Open vSwitch's daemon does not run, as far as the processes or its own tools tell.</summary>
    public bool IsSwitchStopped => Snapshot.Processes is { Count: > 0 } processes
            && !processes.Any(p => p.Command.Contains("ovs-vswitchd", StringComparison.Ordinal))
            && processes.Any(p => p.Command.Contains("ovsdb-server", StringComparison.Ordinal))
        || Snapshot.Sources.Any(s => s.Source == "flows" && s.Outcome is SourceOutcome.Failed or SourceOutcome.Absent
            && s.Detail?.Contains("vswitchd", StringComparison.Ordinal) == true);

    /// <summary>The userspace datapath: tunnels end in Open vSwitch, not in the kernel.</summary>
    public bool IsUserspace(string bridge) =>
        Snapshot.Ovs?.Bridges.FirstOrDefault(b => b.Name == bridge)?.DatapathType == "netdev";

    /// <summary>The rules of a space as the verdict's question takes them.</summary>
    public NodeRules RulesOf(TraceSpace space)
    {
        var firewall = FirewallOf(space.Name);
        var sets = new Dictionary<string, Iptables.AddressSet>(StringComparer.Ordinal);
        foreach (var set in firewall?.Sets ?? [])
        {
            sets.TryAdd(set.Name, set);
        }
        return new()
        {
            Rulesets = firewall?.Rulesets ?? [],
            Sets = sets,
            AreSetsTold = firewall?.AreSetsKnown ?? false,
            Errors = firewall?.Errors ?? [],
            Sysctls = space.Facts.Sysctls,
            AreSysctlsTold = Snapshot.TakenBy is not null
                || space.Facts.Sysctls.Keys.Any(k => k.StartsWith("net.bridge.", StringComparison.Ordinal)),
        };
    }
}
