namespace Plumbline.Iptables.Frames;

/// <summary>A chain of ebtables or arptables.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Policy">ACCEPT, DROP or RETURN: a chain of one's own has one, too.</param>
/// <param name="Rules">In order.</param>
public sealed record FrameChain(string Name, string Policy, IReadOnlyList<FrameRule> Rules);
