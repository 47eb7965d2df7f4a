using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Neutron.Api;

/// <summary>A port.</summary>
public sealed record CloudPort
{
    /// <summary>UUID.</summary>
    public required string Id { get; init; }

    /// <summary>Display name; may be empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its network.</summary>
    public required string NetworkId { get; init; }

    /// <summary>Its MAC address.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<IPAddress> FixedAddresses { get; init; } = [];

    /// <summary><c>device_owner</c>: compute:…, network:dhcp, network:router_interface …</summary>
    public string Owner { get; init; } = "";

    /// <summary><c>device_id</c>: the VM's or router's UUID.</summary>
    public string DeviceId { get; init; } = "";

    /// <summary><c>binding:host_id</c>; null where not told, empty where unbound.</summary>
    public string? Host { get; init; }

    /// <summary><c>binding:vif_type</c>.</summary>
    public string? VifType { get; init; }

    /// <summary><c>status</c> is ACTIVE: an agent says it is wired; null where not told.</summary>
    public bool? IsActive { get; init; }

    /// <summary><c>admin_state_up</c>.</summary>
    public bool IsUp { get; init; } = true;

    /// <summary>A QoS policy, its own or its network's, is to limit it; null where not told.</summary>
    public bool? HasQos { get; init; }

    /// <summary>Whether <see cref="Name"/> is <paramref name="vm"/>'s: a port is often named after its VM (<c>web1</c>, <c>web1-0</c>, <c>web1-eth0</c>).</summary>
    public bool IsNamedAfter(string vm) => CloudNames.IsPortOf(Name, vm);
}
