namespace Plumbline.Diagnosis.Checking;

/// <summary>A fault of a node, or of what several nodes make together.</summary>
public sealed record Finding
{
    /// <summary>What kind, for programs, and the name of its page in docs/findings (<see cref="FindingPages"/>): <c>vlan-wrong</c>, <c>tunnel-remote</c> …</summary>
    public required string Id { get; init; }

    /// <summary>The node; null where it is about all of them.</summary>
    public string? Node { get; init; }

    /// <summary>The device, port, bridge, chain or namespace that it is about.</summary>
    public required string Object { get; init; }

    /// <summary>What is wrong, in one sentence.</summary>
    public required string What { get; init; }

    /// <summary>What was seen.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>What comes of it.</summary>
    public required string Consequence { get; init; }

    /// <summary>The command or deed that mends it.</summary>
    public required string Fix { get; init; }

    /// <summary>VMs or ports that suffer.</summary>
    public IReadOnlyList<string> Suffers { get; init; } = [];

    /// <summary>What is wrong only because of this: it goes when this is mended.</summary>
    public IReadOnlyList<Finding> Consequences { get; init; } = [];
}
