namespace Plumbline.Iptables;

/// <summary><c>-m length</c>: of the whole packet from its IP header on.</summary>
public sealed record LengthMatch : Match
{
    /// <summary>Octets.</summary>
    public required NumberRange Length { get; init; }
}
