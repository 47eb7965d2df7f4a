namespace Plumbline.Iptables.Tests.Kernel;

/// <summary>
/// NFT_MSG_NEWRULE of Linux 6.18, behind struct nfgenmsg, of rules that iptables-nft and ip6tables-nft 1.8.9 made, beside
/// the words of <c>iptables -S</c>; the only set is number 0, <c>s1</c>. "unknown" are two that the reader does not take.
/// </summary>
internal static class CapturedRules
{
    public static IEnumerable<(IPFamily Family, string Words, byte[] Attributes)> All()
    {
        using var stream = typeof(CapturedRules).Assembly.GetManifestResourceStream("captured-rules.txt")!;
        using var lines = new StreamReader(stream);
        while (lines.ReadLine() is { Length: > 0 } words)
        {
            var family = words[0] == '6' ? IPFamily.IPv6 : IPFamily.IPv4;
            yield return (family, words[2..], Convert.FromHexString(lines.ReadLine()!));
        }
    }

    public static byte[] Of(string words) => All().First(r => r.Words == words).Attributes;
}
