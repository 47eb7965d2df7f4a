using System.Globalization;
using System.Net;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>ip [-6] rule</c>: <c>PRIORITY: [not] from PREFIX [to PREFIX] [fwmark M[/MASK]] [iif DEVICE] lookup TABLE</c>.</summary>
internal sealed class IpRuleSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ip rule";

    /// <inheritdoc/>
    public override string Source => "rules";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["lookup", "from all"];

    /// <inheritdoc/>
    public override bool NeedsWhole => true;

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (Read(text.Lines[i]) is { } rule)
            {
                var isIPv6 = rule.IsIPv6 || IpRouteSource.IsIPv6(text.CommandAt(i))
                    || Path.GetFileName(text.Where).Contains("-6_rule", StringComparison.Ordinal);
                builder.Namespace(text.NamespaceAt(i)).Add(rule with { IsIPv6 = isIPv6 });
                found++;
            }
        }
        return found;
    }

    private static RoutingRule? Read(string line)
    {
        var colon = line.IndexOf(':');
        if (colon is < 1 or > 10
            || !uint.TryParse(line.AsSpan(0, colon).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var priority))
        {
            return null;
        }
        var words = new WordReader(line.AsSpan(colon + 1));
        var rule = new RoutingRule { Priority = priority, Text = line.Trim() };
        var (hasFrom, hasAction) = (false, false);
        while (words.Next() is { IsEmpty: false } word)
        {
            switch (word)
            {
                case "not":
                    rule = rule with { IsInverted = true };
                    break;
                case "from":
                    hasFrom = true;
                    rule = rule with { From = Prefix(words.Next()) };
                    break;
                case "to":
                    rule = rule with { To = Prefix(words.Next()) };
                    break;
                case "iif":
                    rule = rule with { InInterface = words.Next().ToString() };
                    break;
                case "oif":
                    rule = rule with { OutInterface = words.Next().ToString() };
                    break;
                case "fwmark":
                    var mark = words.Next();
                    var slash = mark.IndexOf('/');
                    rule = rule with
                    {
                        Mark = Number(slash < 0 ? mark : mark[..slash]),
                        MarkMask = slash < 0 ? null : Number(mark[(slash + 1)..]),
                    };
                    break;
                case "lookup" or "table":
                    hasAction = true;
                    rule = rule with { Table = RouteDraft.TableOf(words.Next().ToString()) };
                    break;
                case "goto" or "unreachable" or "blackhole" or "prohibit" or "nop":
                    hasAction = true;
                    break;
            }
        }
        var isIPv6 = (rule.From ?? rule.To)?.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        return hasFrom && hasAction ? rule with { IsIPv6 = isIPv6 } : null;
    }

    private static IPNetwork? Prefix(ReadOnlySpan<char> word)
    {
        if (!IpRouteSource.ReadPrefix(word, out var address, out var length))
        {
            return null;
        }
        return IPNetwork.TryParse($"{address}/{length}", out var network) ? network : null;
    }

    private static uint? Number(ReadOnlySpan<char> text)
    {
        var isHex = text.StartsWith("0x");
        return uint.TryParse(
            isHex ? text[2..] : text,
            isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var value) ? value : null;
    }
}
