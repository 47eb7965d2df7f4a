namespace Plumbline.Linux.Netlink;

/// <summary>
/// The rules of one chain of nf_tables as the kernel told them: of each the attributes NFTA_RULE_*
/// (linux/netfilter/nf_tables.h), in the chain's order. Thousands lie in few arrays; what they say is for others to
/// read.
/// </summary>
public sealed class NetfilterRules
{
    /// <summary>A rule has at most 64 KiB (a netlink attribute's length).</summary>
    private const int MostInBlock = 1 << 20;

    private const int LeastInBlock = 4 << 10;

    private readonly List<(byte[] Block, int Start, int Length)> _rules = [];
    private byte[] _block = [];
    private int _used;

    /// <summary>How many.</summary>
    public int Count => _rules.Count;

    /// <summary>One's attributes.</summary>
    /// <param name="index">From 0.</param>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var (block, start, length) = _rules[index];
            return block.AsSpan(start, length);
        }
    }

    internal void Add(ReadOnlySpan<byte> attributes)
    {
        if (_used + attributes.Length > _block.Length)
        {
            var length = Math.Clamp(2 * _block.Length, LeastInBlock, MostInBlock);
            _block = GC.AllocateUninitializedArray<byte>(Math.Max(length, attributes.Length));
            _used = 0;
        }
        attributes.CopyTo(_block.AsSpan(_used));
        _rules.Add((_block, _used, attributes.Length));
        _used += attributes.Length;
    }
}
