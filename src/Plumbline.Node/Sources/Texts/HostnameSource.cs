using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>A file whose name says that it holds the host's name, with nothing else in it.</summary>
internal sealed partial class HostnameSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "hostname (in a file of that name)";

    /// <inheritdoc/>
    public override string Source => "host";

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        if (!Path.GetFileName(text.Where).Contains("hostname", StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }
        var lines = text.Lines.Where(line => line.Trim().Length > 0).ToArray();
        if (lines is not [var only] || !NamePattern().IsMatch(only.Trim()))
        {
            return 0;
        }
        builder.AddHost(only.Trim());
        return 1;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$")]
    private static partial Regex NamePattern();
}
