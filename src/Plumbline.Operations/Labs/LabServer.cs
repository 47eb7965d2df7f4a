using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Operations.Labs;

/// <summary>A port of the lab's router, or a DHCP server: an OVS internal port in a namespace of its own.</summary>
public sealed record LabServer
{
    /// <summary>The node it runs on.</summary>
    public required string Node { get; init; }

    /// <summary>Its namespace's name, <c>qrouter-…</c> or <c>qdhcp-…</c>.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its namespace.</summary>
    public required string NamespaceFile { get; init; }

    /// <summary>Its port's UUID.</summary>
    public required string PortId { get; init; }

    /// <summary>Its device on br-int, <c>qr-…</c> or <c>tap…</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Its MAC.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>Its address where the network has IPv6; else null.</summary>
    public IPAddress? IPv6Address { get; init; }

    /// <summary>Its address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The network that it is in.</summary>
    public required LabNetwork Network { get; init; }

    /// <summary>A port of the router; else of a DHCP server.</summary>
    internal bool IsRouter => Namespace.StartsWith("qrouter-", StringComparison.Ordinal);
}
