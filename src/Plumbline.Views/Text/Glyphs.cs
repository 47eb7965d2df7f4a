namespace Plumbline.Views.Text;

/// <summary>The characters that lines are drawn with.</summary>
internal sealed record Glyphs
{
    private static readonly Glyphs _unicode = new()
    {
        Tee = "├─ ",
        Elbow = "└─ ",
        Bar = "│  ",
        Wire = " ── ",
        Pair = " ══ ",
        Down = "│",
        DownPair = "║",
        Start = "●",
        Arrow = "→",
        Dot = " · ",
        Cut = "…",
    };

    private static readonly Glyphs _ascii = new()
    {
        Tee = "|- ",
        Elbow = "`- ",
        Bar = "|  ",
        Wire = " -- ",
        Pair = " == ",
        Down = "|",
        DownPair = "#",
        Start = "*",
        Arrow = "->",
        Dot = ", ",
        Cut = "...",
    };

    /// <summary>A child that others follow.</summary>
    public required string Tee { get; init; }

    /// <summary>The last child.</summary>
    public required string Elbow { get; init; }

    /// <summary>Beside the children of what others follow.</summary>
    public required string Bar { get; init; }

    /// <summary>Two devices that are joined.</summary>
    public required string Wire { get; init; }

    /// <summary>The ends of a veth or patch pair.</summary>
    public required string Pair { get; init; }

    /// <summary>As <see cref="Wire"/>, downwards.</summary>
    public required string Down { get; init; }

    /// <summary>As <see cref="Pair"/>, downwards.</summary>
    public required string DownPair { get; init; }

    /// <summary>Where a chain begins.</summary>
    public required string Start { get; init; }

    /// <summary>From here to there.</summary>
    public required string Arrow { get; init; }

    /// <summary>Between facts.</summary>
    public required string Dot { get; init; }

    /// <summary>Something was left out.</summary>
    public required string Cut { get; init; }

    /// <summary>Under the last child.</summary>
    public static string Gap => "   ";

    /// <summary>The set to use.</summary>
    public static Glyphs For(bool unicode) => unicode ? _unicode : _ascii;
}
