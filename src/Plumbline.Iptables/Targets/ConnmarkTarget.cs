namespace Plumbline.Iptables;

/// <summary><c>-j CONNMARK</c>. The walk goes on.</summary>
public sealed record ConnmarkTarget : Target
{
    /// <summary>What it does.</summary>
    public required ConnmarkAction Action { get; init; }

    /// <summary>For <see cref="ConnmarkAction.Set"/>.</summary>
    public uint Value { get; init; }

    /// <summary>Bits of the connection's mark.</summary>
    public uint ConnectionMask { get; init; } = uint.MaxValue;

    /// <summary>Bits of the packet's mark; for save and restore.</summary>
    public uint PacketMask { get; init; } = uint.MaxValue;
}
