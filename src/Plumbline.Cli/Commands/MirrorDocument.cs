namespace Plumbline.Cli.Commands;

/// <summary>What <c>plumb mirror add</c>, <c>prove</c> and <c>remove</c> answer with <c>--json</c> (docs/json.md).</summary>
internal sealed record MirrorDocument
{
    public string Format { get; init; } = "plumbline.mirror-action";

    public int Version { get; init; } = 1;

    public required string Name { get; init; }

    /// <summary><c>add</c>, <c>prove</c>, <c>remove</c>.</summary>
    public required string Action { get; init; }

    /// <summary>working, waiting; planned with --dry-run; of prove: works, unproved, fails; of remove: removed, left.</summary>
    public required string State { get; init; }

    public string? Bridge { get; init; }

    public string? Selects { get; init; }

    public string? Output { get; init; }

    public string? Device { get; init; }

    public string? Session { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? Waits { get; init; }

    public IReadOnlyList<Line>? Proof { get; init; }

    public IReadOnlyList<string>? Notes { get; init; }

    public IReadOnlyList<string>? Removed { get; init; }

    public IReadOnlyList<string>? Left { get; init; }

    /// <summary>With --dry-run: the transaction, RFC 7047.</summary>
    public string? Transaction { get; init; }

    internal sealed record Line(string What, bool? IsGood, string Text);
}
