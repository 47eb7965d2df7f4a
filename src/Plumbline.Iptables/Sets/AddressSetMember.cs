namespace Plumbline.Iptables;

/// <summary>An entry of an <see cref="AddressSet"/>.</summary>
public sealed record AddressSetMember
{
    /// <summary>The entry as printed: <c>10.0.0.0/8</c>, <c>10.0.0.1,tcp:80</c>, <c>fa:16:3e:00:00:01</c>, another set's name.</summary>
    public required string Text { get; init; }

    /// <summary>Its address, where the first dimension is one address or prefix; null else.</summary>
    public MaskedAddress? Address { get; init; }

    /// <summary>An exception: what it covers is not in the set.</summary>
    public bool IsNomatch { get; init; }

    /// <summary>Further options as printed (timeout, counters, comment …); empty for none.</summary>
    public string Options { get; init; } = "";
}
