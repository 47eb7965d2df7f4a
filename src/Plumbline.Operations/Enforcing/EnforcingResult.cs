namespace Plumbline.Operations.Enforcing;

/// <summary>What was (or would be) changed.</summary>
public sealed record EnforcingResult
{
    /// <summary>True where nothing was done.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>True where all was so already.</summary>
    public bool IsUnchanged => IPv4.Count + IPv6.Count + Sets.Count == 0;

    /// <summary>Lines of a diff of IPv4's tables: <c>+</c> or <c>-</c>, the table, the rule.</summary>
    public required IReadOnlyList<string> IPv4 { get; init; }

    /// <summary>As <see cref="IPv4"/>, of ip6tables.</summary>
    public required IReadOnlyList<string> IPv6 { get; init; }

    /// <summary>Lines of a diff of sets.</summary>
    public required IReadOnlyList<string> Sets { get; init; }

    /// <summary>conntrack commands for what was withdrawn.</summary>
    public required IReadOnlyList<string> Conntrack { get; init; }

    /// <summary>What the reader should know besides.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Time from the first read to the last commit, in milliseconds; 0 for a dry run.</summary>
    public double Milliseconds { get; init; }
}
