using System.Text.RegularExpressions;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ovs-vsctl list-br</c>, <c>list-ports BRIDGE</c>, <c>list-ifaces BRIDGE</c>, <c>port-to-br PORT</c>, <c>iface-to-br INTERFACE</c>: names, a line
/// each. The names alone do not say what they are, so the command must stand above them.
/// </summary>
internal sealed partial class OvsNamesSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ovs-vsctl list-br, list-ports, list-ifaces, port-to-br, iface-to-br";

    /// <inheritdoc/>
    public override string Source => "ovsdb";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["ovs-vsctl"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        foreach (var (command, first, end) in text.Answers())
        {
            if (CommandPattern().Match(command) is not { Success: true } match)
            {
                continue;
            }
            var about = match.Groups["about"].Value;
            for (var i = first; i < end && NamePattern().Match(text.Lines[i]) is { Success: true } name; i++)
            {
                if (name.Groups["name"] is not { Length: > 0 } named)
                {
                    continue;       // a blank line
                }
                var (bridge, port) = match.Groups["verb"].Value switch
                {
                    "list-br" => (named.Value, null),
                    "list-ports" or "list-ifaces" => (about, named.Value),
                    _ => (named.Value, about),
                };
                Add(builder, bridge, port);
                found++;
            }
        }
        return found;
    }

    private static void Add(SnapshotBuilder builder, string name, string? port)
    {
        var facts = builder.OvsShown ?? new OvsFacts();
        var bridge = facts.Bridges.FirstOrDefault(known => known.Name == name) ?? new OvsBridge { Name = name };
        if (port is not null && !bridge.Ports.Any(known => known.Name == port || known.Interfaces.Any(item => item.Name == port)))
        {
            bridge = bridge with
            {
                Ports = [.. bridge.Ports.Append(new() { Name = port, Interfaces = [new() { Name = port }] })
                    .OrderBy(item => item.Name, StringComparer.Ordinal)],
            };
        }
        builder.OvsShown = facts with
        {
            Bridges = [.. facts.Bridges.Where(known => known.Name != name).Append(bridge).OrderBy(known => known.Name, StringComparer.Ordinal)],
        };
    }

    [GeneratedRegex(@"^ovs-vsctl\s(?:.*\s)?(?<verb>list-br|list-ports|list-ifaces|port-to-br|iface-to-br)(?:\s+(?<about>[\w.-]{1,15}))?\s*$")]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9_][^\s:=]{0,14})?\s*$")]
    private static partial Regex NamePattern();
}
