namespace Plumbline.Linux.Netlink;

/// <summary>
/// The rules of one chain of nf_tables as the kernel told them: of each the attributes NFTA_RULE_*
/// (linux/netfilter/nf_tables.h), in the chain's order. Thousands lie in few arrays; what they say is for others to
/// read.
/// </summary>
public sealed class NetfilterRules
{
    private readonly List<ReadOnlyMemory<byte>> _rules = [];
    private readonly KeptMessages _kept = new();

    /// <summary>How many.</summary>
    public int Count => _rules.Count;

    /// <summary>One's attributes.</summary>
    /// <param name="index">From 0.</param>
    public ReadOnlySpan<byte> this[int index] => _rules[index].Span;

    internal void Add(ReadOnlySpan<byte> attributes) => _rules.Add(_kept.Keep(attributes));
}
