using Plumbline.Neutron;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>The port whose chains are asked for.</summary>
public sealed record FirewallTarget
{
    /// <summary>As much of the port's UUID as is known: 10 characters (a chain's name) or more.</summary>
    public required string PortId { get; init; }

    /// <summary>The tap; null where neither the node nor the rules tell it.</summary>
    public string? Tap { get; init; }

    /// <summary>The instance's name; null where not told.</summary>
    public string? Instance { get; init; }

    /// <summary>The MAC; null where not told.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>IP addresses, as far as the node or the spoof filter tells.</summary>
    public IReadOnlyList<string> IPAddresses { get; init; } = [];

    /// <summary>It is plugged into Open vSwitch itself: its packets meet flows there, and no rule of iptables.</summary>
    public bool IsInSwitch { get; init; }

    /// <summary>The part of the UUID in the names of its chains.</summary>
    public string ChainId => PortId.Length <= DeviceNames.ChainIdLength ? PortId : PortId[..DeviceNames.ChainIdLength];

    /// <summary>A device that rules name is this port's (tap, qvb, or the like).</summary>
    public bool Owns(string device) =>
        device == Tap || (DeviceNames.PortIdPrefix(device) is { } id
            && (PortId.Length >= id.Length ? PortId.StartsWith(id, StringComparison.Ordinal) : id.StartsWith(PortId, StringComparison.Ordinal)));
}
