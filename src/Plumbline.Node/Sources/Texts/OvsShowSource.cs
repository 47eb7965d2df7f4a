using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary><c>ovs-vsctl show</c> of any version.</summary>
internal sealed class OvsShowSource : TextSource
{
    /// <inheritdoc/>
    public override string Command => "ovs-vsctl show";

    /// <inheritdoc/>
    public override string Source => "ovsdb";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["Bridge", "Port"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var listings = OvsShowParser.Parse(text);
        if (listings.Count == 0)
        {
            return 0;
        }
        var facts = builder.OvsShown ?? new OvsFacts();
        var bridges = facts.Bridges.ToDictionary(bridge => bridge.Name, StringComparer.Ordinal);
        foreach (var listing in listings)
        {
            builder.SeesWholeSwitch |= IsWhole(text, listing);
            if (text.PromptAbove(listing.FirstLine) is { Host: { } host } prompt
                && (prompt.Command.Length == 0 || prompt.Command.Contains("ovs-vsctl", StringComparison.Ordinal)))
            {
                builder.AddHost(host);
            }
            foreach (var shown in listing.Bridges)
            {
                bridges[shown.Facts.Name] = bridges.TryGetValue(shown.Facts.Name, out var before) && shown.MayBeCut
                    ? WithPortsOf(before, shown.Facts)
                    : shown.Facts;
                if (shown.IsCut)
                {
                    builder.Remarks.Add(new()
                    {
                        Source = Source,
                        Where = text.Where,
                        Outcome = SourceOutcome.Partial,
                        Detail = $"the listing of bridge {shown.Facts.Name} is cut off with \"...\"",
                        Consequence = "it may have more ports than are shown",
                    });
                }
            }
            if (listing.Uuid is { } uuid && facts.Uuid is { } earlier && earlier != uuid)
            {
                builder.Remarks.Add(new()
                {
                    Source = Source,
                    Where = text.Where,
                    Outcome = SourceOutcome.Partial,
                    Detail = $"it tells of two switches, {earlier} and {uuid}, and nothing says of which hosts",
                    Consequence = "what they have under one name is taken from the later: give each node's texts by themselves, or keep the prompts",
                });
            }
            facts = facts with
            {
                Uuid = listing.Uuid ?? facts.Uuid,
                Version = listing.Version ?? facts.Version,
                Managers = listing.Managers.Count > 0 ? listing.Managers : facts.Managers,
            };
        }
        builder.OvsShown = facts with { Bridges = [.. bridges.Values.OrderBy(bridge => bridge.Name, StringComparer.Ordinal)] };
        return bridges.Count;
    }

    /// <summary>
    /// It has its head, the database's UUID, and its end: the version, the next prompt, of a file that the command alone wrote its last line, and
    /// elsewhere, as some switches show no version, that the peers of its patch ports are there.
    /// </summary>
    private static bool IsWhole(PastedText text, OvsShowListing listing) =>
        listing is { Uuid: not null, IsCut: false } && !CutMark.IsFiltered(text.CommandAt(listing.FirstLine))
        && (listing.Version is not null
            || (listing.EndLine >= text.Lines.Length ? !text.MayBeBroken : text.PromptAbove(listing.EndLine + 1)?.Line == listing.EndLine)
            || ShowsPeers(listing));

    private static bool ShowsPeers(OvsShowListing listing)
    {
        var rows = listing.Bridges.SelectMany(bridge => bridge.Facts.Ports).SelectMany(port => port.Interfaces).DistinctBy(row => row.Name).ToDictionary(row => row.Name, StringComparer.Ordinal);
        return rows.Values.All(row => row.Type != "patch" || (row.Options.GetValueOrDefault("peer") is { } peer && rows.ContainsKey(peer)));
    }

    /// <summary>The later listing of a bridge, which may have lost its end, with the ports that only the earlier one shows.</summary>
    private static OvsBridge WithPortsOf(OvsBridge before, OvsBridge later)
    {
        var names = later.Ports.Select(port => port.Name).ToHashSet(StringComparer.Ordinal);
        return later with
        {
            Ports = [.. later.Ports.Concat(before.Ports.Where(port => !names.Contains(port.Name)))
                .OrderBy(port => port.Name, StringComparer.Ordinal)],
        };
    }
}
