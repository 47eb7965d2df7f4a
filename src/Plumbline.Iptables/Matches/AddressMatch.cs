namespace Plumbline.Iptables;

/// <summary><c>-s</c> or <c>-d</c>.</summary>
public abstract record AddressMatch : Match
{
    private protected AddressMatch()
    {
    }

    /// <summary>Address and mask; null where the text has only a <see cref="Name"/>, so that the match can't be decided.</summary>
    public MaskedAddress? Address { get; init; }

    /// <summary>A host's or network's name that <c>-L</c> without <c>-n</c> put for the address; null where the address is known.</summary>
    public string? Name { get; init; }
}
