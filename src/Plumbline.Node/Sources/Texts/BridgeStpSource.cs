using System.Text.RegularExpressions;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>brctl showstp BRIDGE</c>: the bridge's name above <c> bridge id</c>, then each port's with its number above <c> port id … state STATE</c>.</summary>
internal sealed partial class BridgeStpSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "brctl showstp";

    /// <inheritdoc/>
    public override string Source => "links";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["designated root"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        string? bridge = null;
        for (var i = 0; i + 1 < text.Lines.Length; i++)
        {
            var below = text.Lines[i + 1];
            if (BridgePattern().Match(below) is { Success: true } id && NamePattern().Match(text.Lines[i]) is { Success: true } name)
            {
                bridge = name.Groups["name"].Value;
                builder.Namespace(text.NamespaceAt(i)).Add(new LinkDraft(new Link
                {
                    IfIndex = 0,
                    Name = bridge,
                    Kind = "bridge",
                    Data = new LinkData.Bridge { BridgeId = id.Groups["id"].Value },
                }));
                found++;
            }
            else if (bridge is not null && StatePattern().Match(below) is { Success: true } state
                && PortPattern().Match(text.Lines[i]) is { Success: true } port)
            {
                builder.Namespace(text.NamespaceAt(i)).Add(new LinkDraft(new Link
                {
                    IfIndex = 0,
                    Name = port.Groups["name"].Value,
                    MemberKind = "bridge",
                    BridgePort = new() { State = LinkDraft.PortStateOf(state.Groups["state"].Value) },
                })
                {
                    MasterName = bridge,
                });
                found++;
            }
        }
        return found;
    }

    [GeneratedRegex(@"^(?<name>[^\s:]{1,15})\s*$")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^\s*bridge id\s+(?<id>[0-9a-f]{4}\.[0-9a-f]{12})\s*$")]
    private static partial Regex BridgePattern();

    [GeneratedRegex(@"^(?<name>[^\s:]{1,15}) \(\d{1,5}\)\s*$")]
    private static partial Regex PortPattern();

    [GeneratedRegex(@"^\s*port id\s+[0-9a-f]{4}\s+state\s+(?<state>\w+)")]
    private static partial Regex StatePattern();
}
