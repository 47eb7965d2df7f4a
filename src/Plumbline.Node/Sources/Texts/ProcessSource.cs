using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ps aux</c>, <c>ps -ef</c> and the like: headings with PID among them and CMD or COMMAND the last. Of a list that was searched (<c>ps aux | grep
/// dnsmasq</c>, <c>pgrep -a</c>) only what it shows is taken that proves something by being there: that something is missing from it says nothing.
/// </summary>
internal sealed partial class ProcessSource : TextSource
{
    private static readonly string[] _services =
    [
        "ovs", "ovn", "neutron", "nova", "libvirt", "virtqemud", "qemu", "dnsmasq", "haproxy", "keepalived", "radvd", "conntrackd", "dhclient",
        "udhcpc",
    ];

    /// <inheritdoc/>
    public override string Command => "ps aux, ps -ef";

    /// <inheritdoc/>
    public override string Source => "processes";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["PID", "dnsmasq", "ovs-vswitchd"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        var (pidAt, columns) = (-1, 0);
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (line.Contains("PID", StringComparison.Ordinal) && Headings(line) is var (at, count))
            {
                (pidAt, columns) = (at, count);
                continue;
            }
            if (pidAt < 0)
            {
                found += AddSearched(text, i, builder) ? 1 : 0;
                continue;
            }
            if (Read(line, pidAt, columns) is not var (pid, command))
            {
                pidAt = -1;
                continue;
            }
            found++;
            if (text.CommandAt(i)?.Contains("grep", StringComparison.Ordinal) == true && !ProvesByBeing(command))
            {
                continue;
            }
            if (Array.Exists(_services, word => command.Contains(word, StringComparison.Ordinal)))
            {
                builder.Processes.TryAdd(
                    pid, new ProcessFacts(pid, command.Length > 2000 ? command[..2000] : command, text.NamespaceAt(i) is { Length: > 0 } name ? name : null));
            }
        }
        return found;
    }

    private static bool AddSearched(PastedText text, int line, SnapshotBuilder builder)
    {
        var shown = text.Lines[line];
        if (!ProvesByBeing(shown) || RowPattern().Match(shown) is not { Success: true } row
            || !int.TryParse(row.Groups["pid"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
        {
            return false;
        }
        var command = row.Groups["command"].Value.TrimStart("\\_| ".ToCharArray());
        if (!ProvesByBeing(command.Split(' ')[0]) || (row.Groups["short"].Success && text.CommandAt(line)?.Contains("pgrep", StringComparison.Ordinal) != true
            && command[0] != '/'))
        {
            return false;       // the search itself
        }
        builder.Processes.TryAdd(pid, new ProcessFacts(
            pid, command.Length > 2000 ? command[..2000] : command, text.NamespaceAt(line) is { Length: > 0 } name ? name : null));
        return true;
    }

    /// <summary>A server of addresses, or the switch: that one runs is worth knowing, whatever else is not shown.</summary>
    private static bool ProvesByBeing(string command) =>
        command.Contains("dnsmasq", StringComparison.Ordinal) || command.Contains("ovs-vswitchd", StringComparison.Ordinal);

    private static (int PidAt, int Columns)? Headings(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words is [.., "CMD" or "COMMAND" or "ARGS"] && Array.IndexOf(words, "PID") is var at and >= 0 ? (at, words.Length) : null;
    }

    /// <summary>The last column is the rest of the line.</summary>
    private static (int Pid, string Command)? Read(string line, int pidAt, int columns)
    {
        var words = new WordReader(line);
        var pid = 0;
        for (var i = 0; i < columns - 1; i++)
        {
            var word = words.Next();
            if (word.IsEmpty || (i == pidAt && !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out pid)))
            {
                return null;
            }
        }
        var command = words.Rest.TrimStart("\\_| ").ToString();
        return command.Length > 0 ? (pid, command) : null;
    }

    // rows of ps aux, of ps -ef, and of pgrep -a
    [GeneratedRegex(@"^\s*(?:\S+\s+(?<pid>\d{1,9})\s+\d+\.\d\s+\d+\.\d\s+\d+\s+\d+\s+\S+\s+[A-Z]\S*\s+\S+\s+\d+:\d\d(?:\.\d+)?\s+|\S+\s+(?<pid>\d{1,9})\s+\d+\s+\d+\s+\S+\s+\S+\s+\d+:\d\d:\d\d\s+|(?<short>)(?<pid>\d{1,9})\s+)(?<command>\S.*)$")]
    private static partial Regex RowPattern();
}
