using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>sysctl net</c> or <c>sysctl -a</c>: lines <c>net.… = VALUE</c>; and files below /proc/sys/net, as <c>grep .</c> (<c>PATH:VALUE</c>), <c>head</c>
/// (<c>==&gt; PATH &lt;==</c> above it) and <c>cat</c> (the path in the command alone) print them.
/// </summary>
internal sealed partial class SysctlSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "sysctl net, /proc/sys/net";

    /// <inheritdoc/>
    public override string Source => "sysctls";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["net.", "/proc/sys/net/"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (LinePattern().Match(line) is { Success: true } match)
            {
                builder.Namespace(text.NamespaceAt(i)).Sysctls[match.Groups["name"].Value] = match.Groups["value"].Value.Trim();
                found++;
            }
            else if (line.Contains("/proc/sys/net/", StringComparison.Ordinal) && FilePattern().Match(line) is { Success: true } file)
            {
                var value = file.Groups["value"].Success ? file.Groups["value"].Value : text.NextFilled(i);
                builder.Namespace(text.NamespaceAt(i)).Sysctls[NameOf(file.Groups["path"].Value)] = value.Trim();
                found++;
            }
        }
        foreach (var (command, first, end) in text.Answers())
        {
            if (CommandPattern().Match(command) is not { Success: true } asked)
            {
                continue;
            }
            var line = first;
            foreach (var name in asked.Groups["name"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                while (line < end && text.Lines[line].Length == 0)
                {
                    line++;
                }
                if (line >= end || !ValuePattern().IsMatch(text.Lines[line]))
                {
                    break;
                }
                builder.Namespace(text.NamespaceAt(line)).Sysctls[name[0] == '/' ? NameOf(name["/proc/sys/".Length..]) : name] = text.Lines[line++].Trim();
                found++;
            }
        }
        return found;
    }

    /// <summary>A file's name as sysctl(8) prints it: a dot in a device's name becomes a slash.</summary>
    private static string NameOf(string path) => string.Join('.', path.Split('/').Select(part => part.Replace('.', '/')));

    [GeneratedRegex(@"^\s*(?<name>net\.[\w.@/:-]+)\s*=\s*(?<value>.*)$")]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"^(?:==> )?/proc/sys/(?<path>net/[^\s:]+)(?::(?<value>\S.*)| <==)$")]
    private static partial Regex FilePattern();

    [GeneratedRegex(@"^(?:ip\s+netns\s+exec\s+\S+\s+)?(?:cat(?<name>(?:\s+/proc/sys/net/[^\s*]+)+)|sysctl\s+-n(?<name>(?:\s+net\.\S+)+))\s*$")]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"^\s*-?\d[\d\s]*$")]
    private static partial Regex ValuePattern();
}
