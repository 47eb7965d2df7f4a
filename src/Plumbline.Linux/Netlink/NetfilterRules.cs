using System.Runtime.InteropServices;

namespace Plumbline.Linux.Netlink;

/// <summary>
/// The rules of one chain of nf_tables as the kernel told them: of each the attributes NFTA_RULE_* (linux/netfilter/nf_tables.h), in the
/// chain's order. Thousands lie in one array; what they say is for others to read.
/// </summary>
public sealed class NetfilterRules
{
    private readonly List<int> _ends = [];
    private byte[] _bytes = [];

    /// <summary>How many.</summary>
    public int Count => _ends.Count;

    /// <summary>One's attributes.</summary>
    /// <param name="index">From 0.</param>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.AsSpan(start, CollectionsMarshal.AsSpan(_ends)[index] - start);
        }
    }

    internal void Add(ReadOnlySpan<byte> attributes)
    {
        var start = _ends.Count == 0 ? 0 : _ends[^1];
        if (start + attributes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(start + attributes.Length, Math.Max(4096, 2 * _bytes.Length)));
        }
        attributes.CopyTo(_bytes.AsSpan(start));
        _ends.Add(start + attributes.Length);
    }
}
