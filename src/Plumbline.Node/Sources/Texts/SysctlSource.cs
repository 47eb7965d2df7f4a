using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>sysctl net</c> or <c>sysctl -a</c>: lines <c>net.… = VALUE</c>.</summary>
internal sealed partial class SysctlSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "sysctl net";

    /// <inheritdoc/>
    public override string Source => "sysctls";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["net."];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            if (LinePattern().Match(text.Lines[i]) is { Success: true } match)
            {
                builder.Namespace(text.NamespaceAt(i)).Sysctls[match.Groups["name"].Value] = match.Groups["value"].Value.Trim();
                found++;
            }
        }
        return found;
    }

    [GeneratedRegex(@"^\s*(?<name>net\.[\w.@/:-]+)\s*=\s*(?<value>.*)$")]
    private static partial Regex LinePattern();
}
