namespace Plumbline.Iptables;

/// <summary>A match of a module that no type here stands for. Its text is equal where its meaning is equal.</summary>
public sealed record UnknownMatch : Match
{
    /// <summary>The module's name behind <c>-m</c>; empty where the text does not say (a listing's words).</summary>
    public required string Module { get; init; }

    /// <summary>
    /// Its options as they are printed behind <c>-m MODULE</c>, negations included; empty for none. Where <see cref="Module"/> is
    /// empty: the words as they stand in the text.
    /// </summary>
    public required string Text { get; init; }
}
