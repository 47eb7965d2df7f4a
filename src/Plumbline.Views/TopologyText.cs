using System.Text;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary>
/// The node as text that is read at a glance: OVS bridges as trees along their patch and veth pairs, under each its ports in groups
/// of one network (local VLAN), a VIF a line with its owner, addresses and chain; then what is not in Open vSwitch. With a focus, a
/// chain from top to bottom, a hop a line. What is wrong is led by <c>!</c> and says so in words.
/// </summary>
public static partial class TopologyText
{
    /// <summary>Draws the topology; lines end with a line feed, none has trailing blanks.</summary>
    public static string Render(Topology topology, RenderOptions options)
    {
        var output = new StringBuilder();
        var index = new TopologyIndex(topology);
        if (options.Focus is { } focus)
        {
            RenderFocus(output, index, focus, options);
            return output.ToString();
        }
        var tree = new NodeTree(index, options);
        var roots = tree.Build();
        RenderHeader(output, topology, tree.TroubleCount, options);
        new TreeWriter(output, options).Write(roots, areApart: true);
        return output.ToString();
    }

    private static void RenderHeader(StringBuilder output, Topology topology, int troubles, RenderOptions options)
    {
        var snapshot = topology.Snapshot;
        var glyphs = Glyphs.For(options.Unicode);
        var title = new StyledText(snapshot.Host ?? "node", Shade.Heading);
        foreach (var fact in (ReadOnlySpan<string?>)[
            Named("Linux", snapshot.Kernel), Named("Open vSwitch", snapshot.Ovs?.Version),
            Named("taken", snapshot.TakenAt is { } time ? Words.Text(time) : null)])
        {
            if (fact is not null)
            {
                title.Add(glyphs.Dot, Shade.Faint).Add(fact);
            }
        }
        title.WriteLine(output, options.Colour);

        var counts = new List<string>();
        Count(topology.Elements.Count(element => element.Kind == ElementKind.Instance), "instance");
        Count(topology.Vifs.Count, "port");
        Count(topology.Networks.Count, "network");
        Count(topology.Elements.Count(element => element.Kind == ElementKind.Tunnel), "tunnel");
        var summary = new StyledText(counts.Count > 0 ? string.Join(glyphs.Dot, counts) + glyphs.Dot : "", Shade.Faint);
        summary.Add(troubles == 0 ? "no troubles in these facts" : $"{Words.Count(troubles, "trouble")}, marked !",
            troubles == 0 ? Shade.Faint : Shade.Bad);
        summary.WriteLine(output, options.Colour);
        foreach (var source in snapshot.Sources.Where(source => source.Outcome != SourceOutcome.Read && !IsForOthers(source)))
        {
            RenderSource(output, source, options);
        }
        output.Append('\n');

        void Count(int count, string noun)
        {
            if (count > 0)
            {
                counts.Add(Words.Count(count, noun));
            }
        }
    }

    /// <summary>What is missing for other questions is no news here.</summary>
    private static bool IsForOthers(SourceReport source) => source is { Outcome: SourceOutcome.Absent, Consequence: { } cost }
        && (cost.StartsWith("firewall: ", StringComparison.Ordinal) || cost.StartsWith("forwarding: ", StringComparison.Ordinal));

    private static void RenderSource(StringBuilder output, SourceReport source, RenderOptions options)
    {
        // a tool that is not installed is a fact to know, a database that refuses us is one to act on
        var shade = source.Outcome == SourceOutcome.Absent ? Shade.Faint : Shade.Warning;
        var line = new StyledText("- ", Shade.Faint).Add($"{source.Source} {Words.Of(source.Outcome)}", shade);
        line.Add($": {source.Detail ?? source.Where}", Shade.Faint);
        line.WriteLine(output, options.Colour);
        if (source.Consequence is { } consequence)
        {
            new StyledText("    ").Add(consequence, Shade.Faint).WriteLine(output, options.Colour);
        }
    }

    private static string? Named(string name, string? value) => value is null ? null : $"{name} {value}";
}
