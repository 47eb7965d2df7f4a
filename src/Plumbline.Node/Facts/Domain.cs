using Plumbline.Primitives;

namespace Plumbline.Node.Facts;

/// <summary>A libvirt domain (domain XML): the VM as the hypervisor knows it.</summary>
public sealed record Domain
{
    /// <summary>libvirt's name, e.g. <c>instance-0000002a</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The instance's UUID.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>nova's display name from the metadata element; null without nova.</summary>
    public string? DisplayName { get; init; }

    /// <summary>It stands among the running ones.</summary>
    public bool? IsRunning { get; init; }

    /// <summary>Its network interfaces.</summary>
    public IReadOnlyList<DomainInterface> Interfaces { get; init; } = [];
}

/// <summary>An <c>interface</c> element of a domain.</summary>
public sealed record DomainInterface
{
    /// <summary>type: bridge, ethernet, vhostuser, hostdev …</summary>
    public required string Type { get; init; }

    /// <summary>target/@dev: the tap; null for vhost-user and hostdev.</summary>
    public string? Target { get; init; }

    /// <summary>mac/@address.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>source/@bridge, or the socket's path for vhostuser.</summary>
    public string? Source { get; init; }

    /// <summary>virtualport/parameters/@interfaceid: the port's UUID.</summary>
    public string? InterfaceId { get; init; }

    /// <summary>mtu/@size in bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>model/@type, e.g. virtio.</summary>
    public string? Model { get; init; }
}
