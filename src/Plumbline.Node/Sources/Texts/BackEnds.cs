using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// Which text of rules is what <c>iptables</c> means on the node. Programs call themselves by the name they were started with, so nft's
/// rules come as <c>iptables-save</c> or as <c>iptables-nft-save</c>, legacy's as <c>iptables-save</c> or as <c>iptables-legacy-save</c>.
/// </summary>
internal static class BackEnds
{
    private const string Agent = ":neutron-";

    /// <summary>The texts, the plain name at those of the back end in use.</summary>
    public static IReadOnlyList<FirewallText> Sort(IEnumerable<FirewallText> texts)
    {
        var sorted = texts.ToList();
        foreach (var tables in (ReadOnlySpan<string>)["iptables", "ip6tables"])
        {
            foreach (var space in sorted.Where(t => t.Tool == $"{tables}-nft-save").Select(t => t.Namespace).ToList())
            {
                Choose(sorted, space, tables);
            }
        }
        return sorted;
    }

    private static void Choose(List<FirewallText> texts, string space, string tables)
    {
        var nft = texts.FindIndex(t => t.Namespace == space && t.Tool == $"{tables}-nft-save");
        var plain = texts.FindIndex(t => t.Namespace == space && t.Tool == $"{tables}-save");
        if (plain < 0)
        {
            texts[nft] = texts[nft] with { Tool = $"{tables}-save" };
        }
        else if (texts[plain].Text.Contains("(nf_tables)", StringComparison.Ordinal))
        {
            texts.RemoveAt(nft); // the same rules by another name
        }
        else if (!texts[plain].Text.Contains(Agent, StringComparison.Ordinal) && texts[nft].Text.Contains(Agent, StringComparison.Ordinal))
        {
            (texts[plain], texts[nft]) = (texts[plain] with { Tool = $"{tables}-legacy-save" }, texts[nft] with { Tool = $"{tables}-save" });
        }
    }
}
