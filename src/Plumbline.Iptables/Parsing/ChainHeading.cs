using System.Globalization;

namespace Plumbline.Iptables;

/// <summary><c>Chain NAME (policy ACCEPT 5 packets, 348K bytes)</c> or <c>Chain NAME (4 references)</c>.</summary>
/// <param name="Name">The chain.</param>
/// <param name="Length">Of the heading.</param>
/// <param name="IsBase">It tells a policy.</param>
/// <param name="Policy">The policy; null for none, or for one that we don't know.</param>
/// <param name="Counters">Of the policy; null where not told.</param>
/// <param name="References">Jumps to it; null where not told.</param>
internal readonly record struct ChainHeading(
    string Name, int Length, bool IsBase, Verdict? Policy, Counters? Counters, int? References)
{
    /// <summary>Reads one at the start of <paramref name="text"/>, blanks lost or not.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ChainHeading heading)
    {
        heading = default;
        if (!text.StartsWith("Chain", StringComparison.Ordinal))
        {
            return false;
        }
        var open = text.IndexOf('(');
        var close = text.IndexOf(')');
        if (open < 6 || close < open || text[..open].Contains('\n'))
        {
            return false;
        }
        var name = text[5..open].Trim();
        if (name.Length is 0 or > 40 || name.ContainsAny(' ', '\t'))
        {
            return false;
        }
        var inside = text[(open + 1)..close].Trim();
        if (inside.StartsWith("policy", StringComparison.Ordinal))
        {
            inside = inside["policy".Length..].TrimStart();
            var policy = 0;
            while (policy < inside.Length && char.IsAsciiLetterUpper(inside[policy]))
            {
                policy++;
            }
            heading = new(
                name.ToString(),
                close + 1,
                true,
                inside[..policy] switch
                {
                    "ACCEPT" => Verdict.Accept,
                    "DROP" => Verdict.Drop,
                    _ => null,
                },
                CountersOf(inside[policy..]),
                null);
            return true;
        }
        var references = inside.IndexOf("references", StringComparison.Ordinal);
        if (references < 0 || !int.TryParse(inside[..references].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }
        heading = new(name.ToString(), close + 1, false, null, null, count);
        return true;
    }

    private static Counters? CountersOf(ReadOnlySpan<char> text)
    {
        var packets = text.IndexOf("packets", StringComparison.Ordinal);
        var bytes = text.IndexOf("bytes", StringComparison.Ordinal);
        return packets > 0 && bytes > packets
            && ListCounters.TryParse(text[..packets].Trim(), out var p, out var isRounded)
            && ListCounters.TryParse(text[(packets + "packets".Length)..bytes].Trim(" ,"), out var b, out var isBytesRounded)
            ? new(p, b, isRounded || isBytesRounded)
            : null;
    }
}
