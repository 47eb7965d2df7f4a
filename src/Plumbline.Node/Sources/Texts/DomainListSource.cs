using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>virsh list [--all]</c>: <c>Id Name State</c> above dashes.</summary>
internal sealed partial class DomainListSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "virsh list --all";

    /// <inheritdoc/>
    public override string Source => "domains";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["State"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i + 1 < text.Lines.Length; i++)
        {
            if (!HeadingPattern().IsMatch(text.Lines[i]) || !text.Lines[i + 1].AsSpan().Trim().StartsWith("-----"))
            {
                continue;
            }
            for (i += 2; i < text.Lines.Length && RowPattern().Match(text.Lines[i]) is { Success: true } row; i++)
            {
                builder.DomainStates[row.Groups["name"].Value] = row.Groups["state"].Value is "running" or "paused" or "idle" or "pmsuspended";
                found++;
            }
        }
        return found;
    }

    [GeneratedRegex(@"^\s*Id\s+Name\s+State\s*$")]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"^\s*(?:\d+|-)\s+(?<name>\S+)\s+(?<state>running|idle|paused|in shutdown|shut off|crashed|pmsuspended|dying)\s*$")]
    private static partial Regex RowPattern();
}
