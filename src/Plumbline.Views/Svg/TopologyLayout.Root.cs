namespace Plumbline.Views.Svg;

internal sealed partial class TopologyLayout
{
    /// <summary>A bridge higher than this has what hangs on its right at its top and not in its middle.</summary>
    private const double TallBridge = 700;

    /// <summary>More networks than these have no lines: they could not be told apart.</summary>
    private const int MostBuses = 24;

    /// <summary>A bridge with what is at its left and right.</summary>
    private Canvas DrawRoot(Root root)
    {
        var groups = root.Left.OrderBy(group => group.Vifs.Min(vif => vif.LocalVlan ?? int.MaxValue)).ToList();
        var attachments = root.Right.OrderBy(attachment => attachment.Vlans.DefaultIfEmpty(0).Min()).ToList();
        Barycentre.Order(groups, group => group.Vifs.Select(vif => vif.LocalVlan).OfType<int>(),
            attachments, attachment => attachment.Vlans);
        var right = DrawAttachments(attachments);
        var left = AddTiles(DrawLeft(groups), root, right.Height, right.Canvas.Right + right.Inner);
        var canvas = new Canvas();
        var x = root.Left.Count > 0 ? _columns.Extent : 0;
        if (root.Bridge is not { } bridge)
        {
            canvas.Add(left.Canvas, 0, 0);
            return canvas;
        }

        var facts = _plan.BridgeFacts(bridge);
        var badge = SvgWords.BadgeOf(bridge);
        var title = 26 + (facts.Count + (badge is null ? 0 : 1)) * SvgSizes.Line;
        var body = Math.Max(left.Height, right.Height);
        var leftY = title + (body - left.Height) / 2;
        var rightY = body > TallBridge ? title : title + (body - right.Height) / 2;
        var shift = ShiftApart(left.Taps, leftY, right.Taps, rightY);
        rightY += shift;
        body += shift;
        var taps = left.Taps.Select(tap => (tap.Vlan, Tap: tap, IsLeft: true, Y: leftY + tap.Y))
            .Concat(right.Taps.Select(tap => (tap.Vlan, Tap: tap, IsLeft: false, Y: rightY + tap.Y))).ToList();
        var vlans = taps.Select(tap => tap.Vlan).Distinct().Order().ToList();
        if (vlans.Count > MostBuses)
        {
            vlans = []; // the ports bear the number of their VLAN
        }
        var buses = Math.Max(vlans.Count, 2) * SvgSizes.Bus;
        var width = Math.Max(BoxTextWidth(bridge.Name, 13, facts, badge), left.Inner + buses + right.Inner + 2 * BoxPadding);
        var style = DrawingPlan.BoxClass(bridge);
        canvas.AddFrame(new(new(x, 0, width, title + body + 8), badge is null ? style : $"{style} bad", 8, bridge.Id,
            SvgWords.Tooltip(bridge), bridge.Name));
        var y = 15.0;
        canvas.AddLabel(bridge.Name, x + BoxPadding, y, "name", 13, isBold: true);
        foreach (var fact in facts)
        {
            canvas.AddLabel(fact, x + BoxPadding, y += SvgSizes.Line, "faint", SvgSizes.Small);
        }
        if (badge is not null)
        {
            canvas.AddLabel(badge, x + BoxPadding, y + SvgSizes.Line, "bad-text", 9, isBold: true);
        }
        var firstBus = x + left.Inner + (width - left.Inner - right.Inner - vlans.Count * SvgSizes.Bus) / 2 + SvgSizes.Bus / 2;
        for (var i = 0; i < vlans.Count; i++)
        {
            var busX = firstBus + i * SvgSizes.Bus;
            var bus = $"bus {_colours.ClassOf(vlans[i])}";
            var own = taps.FindAll(tap => tap.Vlan == vlans[i]);
            canvas.AddLine(new(busX, own.Min(tap => tap.Y)), new(busX, own.Max(tap => tap.Y)), bus);
            foreach (var (_, tap, isLeft, height) in own)
            {
                canvas.AddLine(new(isLeft ? x + tap.Inner : x + width - tap.Inner, height), new(busX, height), bus);
                canvas.AddDot(new(busX, height), bus);
            }
        }
        canvas.Add(left.Canvas, 0, leftY);
        canvas.Add(right.Canvas, x + width, rightY);
        return canvas;
    }
    /// <summary>
    /// How far the right side has to go down so that no port there stands at the height of a port of another network at the left: one
    /// line would seem to go on as the other.
    /// </summary>
    private static double ShiftApart(IReadOnlyList<BusTap> left, double leftY, IReadOnlyList<BusTap> right, double rightY)
    {
        const double Apart = 6;
        var others = left.Select(tap => (tap.Vlan, Y: leftY + tap.Y)).ToLookup(tap => (int)(tap.Y / Apart));
        var best = (Shift: 0.0, Clashes: int.MaxValue);
        for (var shift = 0.0; shift <= SvgSizes.Row && best.Clashes > 0; shift += 2)
        {
            var clashes = right.Count(tap => Near(rightY + shift + tap.Y)
                .Any(other => other.Vlan != tap.Vlan && Math.Abs(other.Y - rightY - shift - tap.Y) < Apart));
            if (clashes < best.Clashes)
            {
                best = (shift, clashes);
            }
        }
        return best.Shift;

        IEnumerable<(int Vlan, double Y)> Near(double y)
        {
            var key = (int)(y / Apart);
            return others[key - 1].Concat(others[key]).Concat(others[key + 1]);
        }
    }
}
