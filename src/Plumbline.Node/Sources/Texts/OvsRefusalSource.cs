using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// What Open vSwitch's commands print where its daemons do not run: <c>ovs-vsctl: unix:…/db.sock: database connection failed (No such file or
/// directory)</c>, <c>ovs-appctl: cannot read pidfile "…/ovs-vswitchd.pid"</c>. One that was not allowed to ask says nothing of the daemon.
/// </summary>
internal sealed partial class OvsRefusalSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ovs-vsctl's, ovsdb-client's and ovs-appctl's own words where no daemon answers";

    /// <inheritdoc/>
    public override string Source => "daemons";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["database connection failed", "failed to connect to", "cannot read pidfile", "cannot connect to"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        foreach (var line in text.Lines)
        {
            if (!line.Contains("ovs", StringComparison.Ordinal))
            {
                continue;
            }
            if (DatabasePattern().Match(line) is { Success: true } database)
            {
                builder.DatabaseRefusal ??= database.Value;
                found++;
            }
            else if (SwitchPattern().Match(line) is { Success: true } control)
            {
                builder.SwitchRefusal ??= control.Value;
                found++;
            }
        }
        return found;
    }

    private const string Gone = """\((?:No such file or directory|Connection refused)\)""";

    [GeneratedRegex($"""ovs-vsctl: (?:unix|tcp|ssl):\S+ database connection failed {Gone}|ovsdb-client: failed to connect to "[^"]+" {Gone}""")]
    private static partial Regex DatabasePattern();

    [GeneratedRegex($"""ovs-appctl: cannot (?:read pidfile|connect to) "[^"]*ovs-vswitchd\.[^"]*" {Gone}""")]
    private static partial Regex SwitchPattern();
}
