using System.Text.RegularExpressions;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// Outputs that are known and not read, as they tell less than others, or in a form that leaves out what counts. Each is named, with the command
/// that tells it, so that nobody thinks it was taken into account.
/// </summary>
internal sealed partial class UnreadSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "outputs that are known, but not read";

    /// <inheritdoc/>
    public override string Source => "unread";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["table ip", "+--", "<conntrack>", "<th>", "_uuid</th>", " -r ", "Flow: "];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Lines)
        {
            if (Of(line) is var (what, consequence) && named.Add(what))
            {
                builder.Remarks.Add(new()
                {
                    Source = Source,
                    Where = text.Where,
                    Outcome = SourceOutcome.Partial,
                    Detail = $"{what} is not read",
                    Consequence = consequence,
                });
            }
        }
        return 0;
    }

    private static (string What, string Consequence)? Of(string line)
    {
        var start = line.AsSpan().TrimStart();
        if (start.IsEmpty)
        {
            return null;
        }
        return start[0] switch
        {
            't' when NftPattern().IsMatch(line) =>
                ("iptables' tables in nft list ruleset", "iptables' own matches stand in it without what they ask for: add the output of iptables-save -c"),
            '|' when OpenStackPattern().IsMatch(line) =>
                ("a table of the openstack client", "it leaves out what Neutron wants of a port: add the API's answer as JSON (GET /v2.0/ports …)"),
            '<' when start.StartsWith("<conntrack>") => ("conntrack -o xml", "add the output of conntrack -L"),
            '<' when start.StartsWith("<th>_uuid") => ("a table of Open vSwitch as HTML", "add the output of ovs-vsctl list, or of ovsdb-client dump"),
            '-' when ConntrackPattern().IsMatch(line) => ("conntrack -o save", "add the output of conntrack -L"),
            _ => null,
        };
    }

    [GeneratedRegex(@"^\s*table ip6? (?:filter|nat|mangle|raw|security) \{")]
    private static partial Regex NftPattern();

    [GeneratedRegex(@"^\s*\| (?:ID|id|Field|Agent Type|agent_type|Network|Name)\s+\|", RegexOptions.IgnoreCase)]
    private static partial Regex OpenStackPattern();

    [GeneratedRegex(@"^-A -t \d+ .*-s \S+ -d \S+ -r \S+ -q \S+ -p ")]
    private static partial Regex ConntrackPattern();
}
