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
            : RulesetParser.ParseCommands(text.Text, family);
    }
}
