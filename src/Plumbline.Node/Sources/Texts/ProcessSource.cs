using System.Globalization;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>ps aux</c>, <c>ps -ef</c> and the like: headings with PID among them and CMD or COMMAND the last.</summary>
internal sealed class ProcessSource : TextSource
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
    public override IReadOnlyList<string> Markers => ["PID"];

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
                continue;
            }
            if (Read(line, pidAt, columns) is not var (pid, command))
            {
                pidAt = -1;
                continue;
            }
            found++;
            if (Array.Exists(_services, word => command.Contains(word, StringComparison.Ordinal)))
            {
                builder.Processes.TryAdd(
                    pid, new ProcessFacts(pid, command.Length > 2000 ? command[..2000] : command, text.NamespaceAt(i) is { Length: > 0 } name ? name : null));
            }
        }
        return found;
    }

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
}
