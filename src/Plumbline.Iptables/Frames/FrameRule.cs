namespace Plumbline.Iptables.Frames;

/// <summary>A rule of ebtables, arptables or nft.</summary>
/// <param name="Text">As the tool prints it, with <c>-A CHAIN</c>.</param>
/// <param name="Matches">All must hold.</param>
/// <param name="Target">ACCEPT, DROP, CONTINUE, RETURN, NOTRACK, NAT, a chain, or an extension's name.</param>
/// <param name="Verdict">What an extension's target ends with (<c>--mark-target</c> …); null where it is none.</param>
public sealed record FrameRule(string Text, IReadOnlyList<FrameMatch> Matches, string Target, string? Verdict)
{
    /// <summary>Of nft's <c>snat</c>, <c>dnat</c>, <c>masquerade</c>, <c>redirect</c>: what iptables would call it; null elsewhere.</summary>
    public Target? Translation { get; init; }
}
