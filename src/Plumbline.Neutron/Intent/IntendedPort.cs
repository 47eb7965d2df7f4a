using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.Intent;

/// <summary>A port as somebody wants it, with what tells which node it is for.</summary>
public sealed record IntendedPort
{
    /// <summary>What its rules follow from.</summary>
    public required FirewallPort Port { get; init; }

    /// <summary>Its name; empty for none.</summary>
    public string Name { get; init; } = "";

    /// <summary>binding:host_id; null where not told (then it is for whatever node is asked about), empty where it is bound nowhere.</summary>
    public string? Host { get; init; }

    /// <summary>binding:vif_type; null where not told.</summary>
    public string? VifType { get; init; }

    /// <summary>admin_state_up.</summary>
    public bool IsUp { get; init; } = true;
}
