using System.Text.RegularExpressions;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>brctl show</c>: <c>NAME ID STP [MEMBER]</c>, further members on lines of their own, indented. Where pasting joined lines, the members
/// stand one after the other; where it lost the blanks of the header, the rows are known by the bridge id.
/// </summary>
internal sealed partial class BridgeControlSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "brctl show";

    /// <inheritdoc/>
    public override string Source => "links";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["yes", "no"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        string? bridge = null;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (RowPattern().Match(line) is { Success: true } row)
            {
                bridge = row.Groups["name"].Value;
                found++;
                builder.Namespace(text.NamespaceAt(i)).Add(new LinkDraft(new Link
                {
                    IfIndex = 0,
                    Name = bridge,
                    Kind = "bridge",
                    Data = new LinkData.Bridge
                    {
                        BridgeId = row.Groups["id"].Value,
                        SpanningTree = row.Groups["stp"].Value == "yes",
                    },
                }));
                AddMembers(row.Groups["members"].Value, bridge, builder.Namespace(text.NamespaceAt(i)));
            }
            else if (bridge is not null && MemberPattern().IsMatch(line))
            {
                AddMembers(line, bridge, builder.Namespace(text.NamespaceAt(i)));
            }
            else
            {
                bridge = null;
            }
        }
        return found;
    }

    private static void AddMembers(string names, string bridge, NamespaceBuilder network)
    {
        foreach (var name in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            network.Add(new LinkDraft(new Link { IfIndex = 0, Name = name, MemberKind = "bridge" }) { MasterName = bridge });
        }
    }

    [GeneratedRegex(@"^\s*(?<name>[^\s:]{1,15})\s+(?<id>[0-9a-f]{4}\.[0-9a-f]{12})\s+(?<stp>yes|no)(?:\s+(?<members>[^\s].*))?\s*$")]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"^\s+[^\s:]{1,15}\s*$")]
    private static partial Regex MemberPattern();
}
