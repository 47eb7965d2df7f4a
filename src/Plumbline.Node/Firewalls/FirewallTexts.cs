using Plumbline.Iptables;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Firewalls;

/// <summary>Which parser a firewall text is for.</summary>
internal static class FirewallTexts
{
    /// <summary>By the tool's name.</summary>
    public static RulesetReading Parse(FirewallText text)
    {
        var family = text.Tool.StartsWith("ip6", StringComparison.Ordinal) ? IPFamily.IPv6 : IPFamily.IPv4;
        return text.Tool.Contains("-save", StringComparison.Ordinal)
            ? RulesetParser.ParseSave(text.Text, family)
            : text.Tool.Contains(" -L", StringComparison.Ordinal)
            ? RulesetParser.ParseList(text.Text, family, TableOf(text.Tool))
            : RulesetParser.ParseCommands(text.Text, family, TableOf(text.Tool));
    }

    /// <summary>Of <c>iptables -t nat -L</c>; null where the tool's name does not say.</summary>
    private static string? TableOf(string tool)
    {
        var words = tool.Split(' ');
        var option = Array.IndexOf(words, "-t");
        return option >= 0 && option + 1 < words.Length ? words[option + 1] : null;
    }
}
