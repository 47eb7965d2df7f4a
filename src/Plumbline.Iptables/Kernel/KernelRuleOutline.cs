using System.Buffers.Binary;
using static Plumbline.Iptables.KernelAttribute;

namespace Plumbline.Iptables;

/// <summary>
/// What can be said of a rule of nf_tables without reading all of it: where thousands of rules each ask for a device of their own, most
/// are of no interest.
/// </summary>
public static class KernelRuleOutline
{
    private const int NameLength = 16;

    /// <summary>
    /// The rule asks for another device than these, by <c>-i</c>, <c>-o</c>, <c>--physdev-in</c> or <c>--physdev-out</c>, not negated and by
    /// its whole name. False also where that is not known.
    /// </summary>
    /// <param name="attributes">NFTA_RULE_*, behind <c>struct nfgenmsg</c>.</param>
    /// <param name="devices">Their names in ASCII.</param>
    /// <param name="jump">The chain that it goes to when it matches; empty where it goes to none.</param>
    public static bool IsOfOthers(ReadOnlySpan<byte> attributes, ReadOnlySpan<byte[]> devices, out ReadOnlySpan<byte> jump)
    {
        jump = default;
        var (isOfOthers, isPure) = (false, true);
        uint register = 0;
        try
        {
            var elements = new KernelAttributes(KernelAttributes.Find(attributes, NFTA_RULE_EXPRESSIONS));
            while (elements.Read())
            {
                var name = KernelAttributes.Text(KernelAttributes.Find(elements.Value, NFTA_EXPR_NAME));
                var data = KernelAttributes.Find(elements.Value, NFTA_EXPR_DATA);
                if (name.SequenceEqual("match"u8))
                {
                    isOfOthers |= isPure && IsOtherPhysdev(data, devices);
                }
                else if (name.SequenceEqual("meta"u8))
                {
                    var key = KernelAttributes.Find(data, NFTA_META_KEY);
                    var to = KernelAttributes.Find(data, NFTA_META_DREG);
                    isPure &= to.Length == sizeof(uint);
                    register = isPure && key.Length == sizeof(uint)
                        && BinaryPrimitives.ReadUInt32BigEndian(key) is NFT_META_IIFNAME or NFT_META_OIFNAME
                            ? BinaryPrimitives.ReadUInt32BigEndian(to) : 0;
                }
                else if (name.SequenceEqual("cmp"u8))
                {
                    isOfOthers |= isPure && register != 0 && IsOtherName(data, register, devices);
                    register = 0;
                }
                else if (name.SequenceEqual("immediate"u8))
                {
                    var verdict = KernelAttributes.Find(KernelAttributes.Find(data, NFTA_IMMEDIATE_DATA), NFTA_DATA_VERDICT);
                    jump = KernelAttributes.Text(KernelAttributes.Find(verdict, NFTA_VERDICT_CHAIN));
                }
                else
                {
                    // what is done before the device is asked for is done for every device
                    isPure &= name.SequenceEqual("payload"u8) && KernelAttributes.Find(data, NFTA_PAYLOAD_DREG).Length > 0
                        || name.SequenceEqual("bitwise"u8) || name.SequenceEqual("range"u8) || name.SequenceEqual("limit"u8)
                        || name.SequenceEqual("counter"u8);
                    register = 0;
                }
            }
        }
        catch (InvalidDataException)
        {
            jump = default;
            return false;
        }
        return isOfOthers;
    }

    private static bool IsOtherPhysdev(ReadOnlySpan<byte> match, ReadOnlySpan<byte[]> devices)
    {
        const int In = 1, Out = 2, Size = 72;
        if (!KernelAttributes.Text(KernelAttributes.Find(match, NFTA_MATCH_NAME)).SequenceEqual("physdev"u8))
        {
            return false;
        }
        var revision = KernelAttributes.Find(match, NFTA_MATCH_REV);
        var info = KernelAttributes.Find(match, NFTA_MATCH_INFO);
        if (revision.ContainsAnyExcept((byte)0) || info.Length != Size)
        {
            return false;
        }
        // char in[16], in_mask[16], out[16], out_mask[16]; u8 invert, bitmask;
        var asked = info[65] & ~info[64];
        return (asked & In) != 0 && IsOther(info[..NameLength], devices)
            || (asked & Out) != 0 && IsOther(info.Slice(2 * NameLength, NameLength), devices);
    }

    private static bool IsOtherName(ReadOnlySpan<byte> compare, uint register, ReadOnlySpan<byte[]> devices)
    {
        var from = KernelAttributes.Find(compare, NFTA_CMP_SREG);
        var operation = KernelAttributes.Find(compare, NFTA_CMP_OP);
        var value = KernelAttributes.Find(KernelAttributes.Find(compare, NFTA_CMP_DATA), NFTA_DATA_VALUE);
        return from.Length == sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(from) == register
            && operation.Length == sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(operation) == NFT_CMP_EQ
            && IsOther(value, devices);
    }

    /// <summary>A whole name, which ends with a zero, and none of these.</summary>
    private static bool IsOther(ReadOnlySpan<byte> value, ReadOnlySpan<byte[]> devices)
    {
        var end = value.IndexOf((byte)0);
        if (end <= 0 || value[end - 1] == '+')
        {
            return false;
        }
        foreach (var device in devices)
        {
            if (value[..end].SequenceEqual(device))
            {
                return false;
            }
        }
        return true;
    }
}
