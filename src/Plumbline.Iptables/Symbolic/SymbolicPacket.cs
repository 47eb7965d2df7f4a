using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>One concrete packet taken out of a set: what the simulator needs to decide it again.</summary>
public sealed record SymbolicPacket
{
    /// <summary>Its headers.</summary>
    public required PacketHeader Header { get; init; }

    /// <summary>What conntrack says of it.</summary>
    public required ConntrackEntry Connection { get; init; }

    /// <summary>Devices at the hook that the question was about; null where the question gave the whole path.</summary>
    public HookPoint? Point { get; init; }
}
