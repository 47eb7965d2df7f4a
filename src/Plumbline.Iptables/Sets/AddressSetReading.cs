namespace Plumbline.Iptables;

/// <summary>The sets found in a text, with everything that is wrong in it.</summary>
public sealed record AddressSetReading
{
    /// <summary>In the order of the text.</summary>
    public required IReadOnlyList<AddressSet> Sets { get; init; }

    /// <summary>All of them, in the order of the text.</summary>
    public IReadOnlyList<ParseError> Errors { get; init; } = [];
}
