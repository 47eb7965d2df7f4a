namespace Plumbline.Iptables;

/// <summary>A target module that no type here stands for. Whether it ends the walk, its name tells (iptables-extensions(8)).</summary>
public sealed record UnknownTarget : Target
{
    /// <summary>Behind <c>-j</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its options as printed; empty for none.</summary>
    public string Text { get; init; } = "";
}
