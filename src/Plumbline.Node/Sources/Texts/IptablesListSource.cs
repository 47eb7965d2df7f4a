using System.Text;
using System.Text.RegularExpressions;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>iptables -L</c> and <c>iptables -S</c>, the whole text kept as it stands, prose and all: chains shown twice are two moments, and line
/// numbers tell a reader where. Only where nothing better is there: a listing rounds and resolves, <c>iptables-save</c> loses nothing.
/// </summary>
internal sealed partial class IptablesListSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "iptables -L -v, iptables -S";

    /// <inheritdoc/>
    public override string Source => "iptables";

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var network = text.NamespaceAt(0);
        foreach (var (known, tool) in builder.Firewall.Keys)
        {
            if (known == network && tool.Contains("tables", StringComparison.Ordinal)
                && tool.EndsWith("-save", StringComparison.Ordinal))
            {
                return 0;
            }
        }
        var (listed, typed) = (0, 0);
        foreach (var line in text.Lines)
        {
            listed += HeadingPattern().IsMatch(line) ? 1 : 0;
            typed += RulePattern().IsMatch(line) ? 1 : 0;
        }
        if (listed + typed == 0)
        {
            return 0;
        }
        var whole = new StringBuilder();
        foreach (var line in text.Lines)
        {
            whole.Append(line).Append('\n');
        }
        var command = listed > 0 ? "iptables -L" : "iptables -S";
        var name = command;
        for (var i = 2; builder.Firewall.ContainsKey((network, name)); i++)
        {
            name = $"{command} ({i})";
        }
        builder.Firewall[(network, name)] = new FirewallText(network, name, whole.ToString());
        return listed + typed;
    }

    // pasting loses blanks: "Chainneutron-openvswi-FORWARD (1 references)", "Chain FORWARD (policyACCEPT 0 packets, 0 bytes)"
    [GeneratedRegex(@"^(?:.*\S)?\s*Chain\s*[A-Za-z][\w.:-]*\s*\((?:policy|\d+\s*references)")]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"^\s*(?:iptables |ip6tables )?(?:-t \w+ )?-(?:A|P|N|I) [\w.:-]{1,29}(?:\s|$)")]
    private static partial Regex RulePattern();
}
