using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>How a copy's way ended.</summary>
internal enum WalkEndKind
{
    /// <summary>Somebody took it who it is for.</summary>
    Arrived,

    /// <summary>It left by a NIC, and no node that was given need be its last.</summary>
    Left,

    /// <summary>Something dropped it.</summary>
    Dropped,

    /// <summary>It came to somebody it is not for, as copies of a flood do.</summary>
    Missed,

    /// <summary>What comes next was not told.</summary>
    Unknown,
}

/// <summary>The end of one copy's way.</summary>
internal sealed record WalkEnd(WalkEndKind Kind, Trail? Trail, TraceFrame Frame)
{
    /// <summary>Who took it.</summary>
    public TraceStack? Stack { get; init; }

    /// <summary>By which device of a namespace.</summary>
    public Link? Device { get; init; }

    /// <summary>By which NIC of a VM.</summary>
    public GuestNic? Nic { get; init; }

    /// <summary>What dropped it, or whom it missed.</summary>
    public TraceDrop? Drop { get; init; }

    /// <summary>The router that tells the sender that its packet is too large.</summary>
    public TraceSpace? Complains { get; init; }

    /// <summary>The fact that is missing.</summary>
    public string? Missing { get; init; }

    /// <summary>Wires that it left by.</summary>
    public IReadOnlySet<string> Segments { get; init; } = new HashSet<string>();
}
