using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Views.Svg;

internal sealed partial class TopologyLayout
{
    private const double InstanceTitle = 22;

    /// <summary>Instances with their chains; the bridge's edge is at <see cref="LeftColumns.Extent"/>.</summary>
    private Column DrawLeft(IReadOnlyList<LeftGroup> groups)
    {
        var canvas = new Canvas();
        var taps = new List<BusTap>();
        var y = 0.0;
        var inner = 0.0;
        foreach (var group in groups)
        {
            var top = y;
            y += InstanceTitle;
            foreach (var vif in group.Vifs)
            {
                var middle = y + SvgSizes.ChainRow / 2;
                inner = Math.Max(inner, DrawChain(canvas, vif, middle, taps));
                y += Math.Max(DrawTroubles(canvas, vif, middle), SvgSizes.ChainRow);
            }
            DrawInstance(canvas, group, top, y - top + 4);
            y += 4 + SvgSizes.Gap;
        }
        return new(canvas, Math.Max(0, y - SvgSizes.Gap), inner, taps);
    }

    private void DrawInstance(Canvas canvas, LeftGroup group, double top, double height)
    {
        var rect = new SvgRect(0, top, _columns.InstanceWidth, height);
        List<string> lines = [group.Instance is { } element ? SvgWords.Tooltip(element) : group.Title];
        if (group.Vifs[0].InstanceId is { } id)
        {
            lines.Add($"instance {id}");
        }
        foreach (var vif in group.Vifs)
        {
            _plan.AddFacts(lines, vif);
        }
        canvas.AddFrame(new(rect, group.Instance is null ? "instance unknown" : "instance", 8, group.Instance?.Id,
            string.Join('\n', lines), group.Title));
        var title = group.Instance?.State == ElementState.Down ? $"{group.Title} (not running)" : group.Title;
        canvas.AddLabel(TextMeasure.Fit(Printable.Escape(title), SvgSizes.Heading, true, rect.Width - 20), 10, top + 14, "name",
            SvgSizes.Heading, isBold: true);
    }

    /// <summary>One chain; returns how far it reaches into the bridge.</summary>
    private double DrawChain(Canvas canvas, Vif vif, double y, List<BusTap> taps)
    {
        var edge = _columns.Extent;
        canvas.AddLabel(TextMeasure.Fit(Printable.Escape(LeftColumns.AddressText(vif)), SvgSizes.Small, false,
            _columns.InstanceWidth - 20), 10, y, "faint", SvgSizes.Small);
        var end = new ChainEnd(_columns.InstanceWidth, _index.InstanceOf(vif));
        if (LeftColumns.IsHybrid(vif))
        {
            end = DrawHybrid(canvas, vif, y, end);
        }
        var inner = 0.0;
        if (_index.Find(LeftColumns.EdgeOf(vif)) is { } port)
        {
            var rect = DrawChip(canvas, port, edge, y);
            DrawWire(canvas, end, port, rect.X, y);
            inner = rect.Width / 2;
        }
        if (vif.LocalVlan is { } vlan && vif.OvsBridge is not null)
        {
            var pill = DrawPill(canvas, vlan, edge + _columns.EdgeHalf + 5, y);
            if (pill.X - edge - inner > 6)
            {
                canvas.AddLine(new(edge + inner, y), new(pill.X, y), $"bus {_colours.ClassOf(vlan)}");
            }
            inner = pill.Right - edge;
            if (vlan != Words.DeadVlan)
            {
                taps.Add(new(vlan, pill.Right - edge, y));
            }
        }
        else if (_plan.LacksVlan(vif))
        {
            inner = canvas.AddLabel("NO VLAN", edge + _columns.EdgeHalf + 8, y, "bad-text", 9, isBold: true).Right - edge;
        }
        return inner;
    }

    // tap and qvb stand on the edges of the qbr's box
    private ChainEnd DrawHybrid(Canvas canvas, Vif vif, double y, ChainEnd end)
    {
        var edge = _columns.Extent;
        var (tap, qbr, qvb) = (_index.Find(vif.Device), _index.Find(vif.HybridBridge), _index.Find(vif.BridgeEnd));
        if (qbr is not null)
        {
            const double Height = SvgSizes.Row;
            var rect = new SvgRect(edge - _columns.Tap, y - Height / 2, _columns.Tap - _columns.BridgeEnd, Height);
            canvas.AddFrame(new(rect, SvgWords.BadgeOf(qbr) is null ? "linux-bridge" : "linux-bridge bad", 4, qbr.Id,
                SvgWords.Tooltip(qbr), qbr.Name));
            canvas.AddLabel(qbr.Name, edge - _columns.BridgeName, y, "name", isCentred: true);
            if (SvgWords.BadgeOf(qbr) is { } badge)
            {
                DrawBadge(canvas, badge, edge - _columns.BridgeName, rect.Bottom);
            }
        }
        if (tap is not null)
        {
            var rect = DrawChip(canvas, tap, edge - _columns.Tap, y, OutsideBadge(tap, qbr));
            DrawWire(canvas, end, tap, rect.X, y);
            end = new(rect.Right, tap);
        }
        if (qvb is not null)
        {
            var rect = DrawChip(canvas, qvb, edge - _columns.BridgeEnd, y, OutsideBadge(qvb, qbr));
            end = new(rect.Right, qvb);
        }
        else if (qbr is not null)
        {
            end = new(edge - _columns.BridgeEnd, qbr);
        }
        return end;
    }

    private string? OutsideBadge(Element member, Element? bridge) =>
        bridge is not null && member.State != ElementState.Missing && _index.Between(member, bridge) is null ? "NOT IN BRIDGE" : null;

    private void DrawWire(Canvas canvas, ChainEnd end, Element next, double x, double y)
    {
        var kind = end.Element is { } element ? _index.Between(element, next) : next.Kind is ElementKind.Tap or ElementKind.VhostUser
            ? ConnectionKind.InstanceNic : null;
        // that a chain ends in an instance is known; what lies between was not told
        var isUntold = end.Element is null or { Kind: ElementKind.Instance };
        canvas.AddLine(new(end.X, y), new(x, y), kind is not null ? "wire" : isUntold ? "wire unknown" : "wire bad",
            kind == ConnectionKind.VethPair);
    }

    /// <summary>What is wrong with a chain, beneath it; returns the height of the row.</summary>
    private double DrawTroubles(Canvas canvas, Vif vif, double y)
    {
        var x = _columns.InstanceWidth + 10;
        var hasBadge = _index.DevicesOf(vif).Any(device => SvgWords.BadgeOf(device) is not null
            || OutsideBadge(device, LeftColumns.IsHybrid(vif) ? _index.BridgeOf(device) : null) is not null);
        var line = y + SvgSizes.ChainRow / 2 + (hasBadge ? 8 : 0);
        foreach (var trouble in vif.Troubles)
        {
            foreach (var part in TextMeasure.Wrap(Printable.Escape($"! {trouble}"), SvgSizes.Small, _columns.Extent - x - _columns.EdgeHalf))
            {
                canvas.AddLabel(part, x, line + 6, "bad-text", SvgSizes.Small);
                line += SvgSizes.Line;
            }
        }
        return line - y + SvgSizes.ChainRow / 2 + (vif.Troubles.Count > 0 ? 2 : 0);
    }

    private readonly record struct ChainEnd(double X, Element? Element);
}

/// <summary>A side of a bridge, drawn.</summary>
/// <param name="Canvas">The drawing.</param>
/// <param name="Height">Of all rows.</param>
/// <param name="Inner">How far it reaches into the bridge.</param>
/// <param name="Taps">Ports of networks.</param>
internal sealed record Column(Canvas Canvas, double Height, double Inner, IReadOnlyList<BusTap> Taps);

/// <summary>Where a port of a network stands.</summary>
/// <param name="Vlan">The network.</param>
/// <param name="Inner">Pixels from the bridge's edge inwards.</param>
/// <param name="Y">Height within the column.</param>
internal readonly record struct BusTap(int Vlan, double Inner, double Y);
