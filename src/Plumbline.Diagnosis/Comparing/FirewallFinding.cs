using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>One way in which the rules are not what they should be.</summary>
public sealed record FirewallFinding
{
    /// <summary>What kind, in words for programs: <c>missing-rule</c>, <c>extra-rule</c>, <c>changed-rule</c> … (docs/diff.md).</summary>
    public required string Id { get; init; }

    /// <summary>In one sentence.</summary>
    public required string What { get; init; }

    /// <summary>False: the kernel treats every packet as it should all the same.</summary>
    public bool HasEffect { get; init; } = true;

    /// <summary>iptables or ip6tables; null where both or neither.</summary>
    public IPFamily? Family { get; init; }

    /// <summary>The table; null where none is concerned.</summary>
    public string? Table { get; init; }

    /// <summary>The chain; null where none is concerned.</summary>
    public string? Chain { get; init; }

    /// <summary>The set or sysctl, or what else tells findings of one kind apart; null where the chain does.</summary>
    public string? Subject { get; init; }

    /// <summary>Ports that suffer, by name and id.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>What was seen, line by line.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>What comes of it.</summary>
    public required string Consequence { get; init; }

    /// <summary>What to do.</summary>
    public required string Fix { get; init; }
}
