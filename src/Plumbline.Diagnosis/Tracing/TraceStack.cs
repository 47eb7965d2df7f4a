using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>Who sends and receives: a VM, a namespace of a node, or a host outside. A closed set.</summary>
internal abstract record TraceStack
{
    private TraceStack()
    {
    }

    /// <summary>What to call it.</summary>
    public abstract string Name { get; }

    /// <summary>A VM with its virtual NICs.</summary>
    public sealed record Guest(string Label, IReadOnlyList<GuestNic> Nics) : TraceStack
    {
        public override string Name => Label;
    }

    /// <summary>A namespace, the node's own too.</summary>
    public sealed record Space(TraceSpace Facts) : TraceStack
    {
        public override string Name => Facts.IsOwn ? Facts.Node.Name : Facts.Name;
    }

    /// <summary>A host behind a wire that the nodes share.</summary>
    public sealed record Outside(IPAddress Address, string? Segment, int? Vlan, MacAddress Mac) : TraceStack
    {
        public override string Name => $"outside ({Address})";
    }
}

/// <summary>A VM's NIC as its owner is taken to have configured it.</summary>
internal sealed record GuestNic
{
    public required TraceNode Node { get; init; }

    public required Vif Vif { get; init; }

    public required MacAddress Mac { get; init; }

    /// <summary>Addresses with the prefix length of their subnet.</summary>
    public required IReadOnlyList<(IPAddress Address, int PrefixLength)> Addresses { get; init; }

    /// <summary>Gateways, at most one a family.</summary>
    public required IReadOnlyList<IPAddress> Gateways { get; init; }

    /// <summary>Routes that DHCP hands out besides (option 121).</summary>
    public IReadOnlyList<(IPNetwork To, IPAddress Via)> Routes { get; init; } = [];

    /// <summary>The network's UUID; null where not told.</summary>
    public string? NetworkId { get; init; }

    public string? DeviceName => Vif.Device is { } id ? Node.Topology.Find(id)?.Name : null;

    /// <summary>The tap; null where there is none.</summary>
    public Link? Tap => DeviceName is { } name ? Node.Own.Link(name) : null;
}
