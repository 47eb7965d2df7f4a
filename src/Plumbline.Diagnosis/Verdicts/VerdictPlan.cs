using Plumbline.Iptables.Simulation;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>The question with everything filled in.</summary>
internal sealed record VerdictPlan
{
    /// <summary>Whom it is about.</summary>
    public string? Subject { get; init; }

    /// <summary>In words.</summary>
    public required string Way { get; init; }

    /// <summary>The hooks.</summary>
    public required PacketPath Path { get; init; }

    /// <summary>The packet.</summary>
    public required PacketHeader Packet { get; init; }

    /// <summary>What conntrack says; null: what follows from the packet.</summary>
    public ConntrackEntry? Entry { get; init; }

    /// <summary>What nobody said, with the fields it concerns: told where a rule looks at one of them.</summary>
    public required IReadOnlyList<(PacketFields Fields, string Text)> Assumed { get; init; }

    /// <summary>Told in any case.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Bridged, so that question zero arises.</summary>
    public bool IsBridged { get; init; }
}
