using System.Text;
using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// <c>ovs-appctl</c> <c>dpif/show</c>, <c>dpctl/show</c>, <c>dpctl/dump-flows</c>, <c>dpctl/dump-conntrack</c>, <c>tnl/neigh/show</c>,
/// <c>tnl/ports/show</c>, <c>ovs/route/show</c>, kept as printed.
/// </summary>
internal sealed partial class DatapathSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ovs-appctl dpif/show, dpctl/show, dpctl/dump-flows, dpctl/dump-conntrack, tnl/neigh/show";

    /// <inheritdoc/>
    public override string Source => "datapath";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["hit:", "recirc_id(", "in_port(", "orig=(", "Route Table:", "Listening ports:", "Bridge"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var facts = builder.Datapath;
        var found = 0;
        for (var i = 0; i < text.Lines.Length; i++)
        {
            var line = text.Lines[i];
            if (DatapathPattern().IsMatch(line))
            {
                var block = Take(text, ref i, static next => next.Length > 0 && char.IsWhiteSpace(next[0]));
                facts = line.Contains("hit:", StringComparison.Ordinal) || block.Contains("65534/", StringComparison.Ordinal)
                    ? facts with { DatapathInterfaces = facts.DatapathInterfaces ?? block }
                    : facts with { DatapathPorts = facts.DatapathPorts ?? block };
                found++;
            }
            else if (IsDatapathFlow(line))
            {
                var block = Take(text, ref i, IsDatapathFlow);
                facts = facts with { DatapathFlows = facts.DatapathFlows ?? block };
                found++;
            }
            else if (ConntrackPattern().IsMatch(line))
            {
                var block = Take(text, ref i, static next => ConntrackPattern().IsMatch(next));
                facts = facts with { DatapathConntrack = facts.DatapathConntrack ?? block };
                found++;
            }
            else if (NeighbourPattern().IsMatch(line))
            {
                var block = Take(text, ref i, static next => next.Length > 0 && (next[0] == '=' || char.IsAsciiHexDigit(next[0]) || next[0] == ':'));
                facts = facts with { TunnelNeighbours = facts.TunnelNeighbours ?? block };
                found++;
            }
            else if (line.StartsWith("Listening ports:", StringComparison.Ordinal))
            {
                var block = Take(text, ref i, static next => next.Contains(" : eth(", StringComparison.Ordinal));
                facts = facts with { TunnelPorts = facts.TunnelPorts ?? block };
                found++;
            }
            else if (line.StartsWith("Route Table:", StringComparison.Ordinal))
            {
                var block = Take(text, ref i, static next => RoutePattern().IsMatch(next));
                facts = facts with { TunnelRoutes = facts.TunnelRoutes ?? block };
                found++;
            }
        }
        builder.Datapath = facts;
        return found;
    }

    /// <summary>The line at <paramref name="i"/> and those below that belong to it; <paramref name="i"/> is then the last.</summary>
    private static string Take(PastedText text, ref int i, Func<string, bool> belongs)
    {
        var block = new StringBuilder(text.Lines[i]).Append('\n');
        while (i + 1 < text.Lines.Length && belongs(text.Lines[i + 1]))
        {
            block.Append(text.Lines[++i]).Append('\n');
        }
        return block.ToString();
    }

    private static bool IsDatapathFlow(string line) =>
        line.Contains("in_port(", StringComparison.Ordinal) && line.Contains("actions:", StringComparison.Ordinal);

    [GeneratedRegex(@"^(?:netdev|system)@[\w.-]+:(?:\s+hit:\d+ missed:\d+)?\s*$")]
    private static partial Regex DatapathPattern();

    [GeneratedRegex(@"^\w+,orig=\(src=")]
    private static partial Regex ConntrackPattern();

    [GeneratedRegex(@"^IP\s+MAC\s+Bridge\s*$")]
    private static partial Regex NeighbourPattern();

    [GeneratedRegex(@"^(?:Cached|User): ")]
    private static partial Regex RoutePattern();
}
