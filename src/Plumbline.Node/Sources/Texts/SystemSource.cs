using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>os-release(5), and <c>uname -a</c>: <c>Linux HOST RELEASE #…</c>.</summary>
internal sealed partial class SystemSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "uname -a, /etc/os-release";

    /// <inheritdoc/>
    public override string Source => "host";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["PRETTY_NAME=", "Linux "];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        foreach (var line in text.Lines)
        {
            if (line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
            {
                builder.OperatingSystem ??= OperatingSystemRelease.Read(line);
                found++;
            }
            else if (UnamePattern().Match(line) is { Success: true } match)
            {
                builder.AddHost(match.Groups["host"].Value);
                builder.Kernel ??= match.Groups["release"].Value;
                found++;
            }
        }
        return found;
    }

    [GeneratedRegex(@"^Linux (?<host>[A-Za-z0-9][A-Za-z0-9.-]{0,252}) (?<release>\d+\.\d+\S*) #\S")]
    private static partial Regex UnamePattern();
}
