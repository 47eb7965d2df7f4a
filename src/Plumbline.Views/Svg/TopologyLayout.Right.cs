using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Views.Svg;

internal sealed partial class TopologyLayout
{
    private const double BoxPadding = 10;

    /// <summary>What hangs on a bridge's right edge, which is at 0.</summary>
    private Column DrawAttachments(IReadOnlyList<Attachment> attachments)
    {
        var canvas = new Canvas();
        var taps = new List<BusTap>();
        var links = attachments.SelectMany(attachment => attachment.Links).ToList();
        var half = links.Select(link => ChipWidth(link.Port) / 2).DefaultIfEmpty(0).Max();
        var peerHalf = links.Select(link => ChipWidth(link.Peer) / 2).DefaultIfEmpty(0).Max();
        var boxX = half == 0 ? peerHalf : half + SvgSizes.Wire + peerHalf;
        var y = 0.0;
        var inner = 0.0;
        foreach (var attachment in attachments)
        {
            var rows = attachment.Links.Sum(link => RowHeight(link.Port, link.Peer));
            var (height, first) = attachment.Box is { } box
                ? DrawBox(canvas, attachment, box, new(boxX, y), rows)
                : (rows, y);
            foreach (var link in attachment.Links)
            {
                var middle = first + SvgSizes.Row / 2;
                inner = Math.Max(inner, DrawLink(canvas, link, middle, half, attachment.Box is null ? null : boxX, taps));
                first += RowHeight(link.Port, link.Peer);
            }
            y += height + (attachment.Box is null ? 0 : SvgSizes.Gap);
        }
        return new(canvas, Math.Max(0, y), inner, taps);
    }

    private double DrawLink(Canvas canvas, Link link, double y, double half, double? boxX, List<BusTap> taps)
    {
        var inner = 0.0;
        var x = half + SvgSizes.ChipPadding;
        if (link.Port is { } port)
        {
            var rect = DrawChip(canvas, port, 0, y);
            inner = rect.Width / 2;
            if (port.Vlan is { } vlan)
            {
                inner = half + 5 + PillWidth(vlan);
                var pill = DrawPill(canvas, vlan, -inner, y);
                if (rect.X - pill.Right > 6)
                {
                    canvas.AddLine(new(pill.Right, y), new(rect.X, y), $"bus {_colours.ClassOf(vlan)}");
                }
                if (vlan != Words.DeadVlan)
                {
                    taps.Add(new(vlan, inner, y));
                }
            }
            if (boxX is { } end)
            {
                canvas.AddLine(new(rect.Right, y), new(end - ChipWidth(link.Peer) / 2, y),
                    link.Kind == ConnectionKind.Tunnel ? "wire tunnel" : "wire",
                    link.Kind is ConnectionKind.VethPair or ConnectionKind.PatchPair);
            }
        }
        if (boxX is { } left)
        {
            x = left + SvgSizes.ChipPadding;
            if (link.Peer is { } peer)
            {
                x += DrawChip(canvas, peer, left, y).Width / 2;
            }
        }
        canvas.AddLabel(link.Text, x, y, "faint", SvgSizes.Small);
        return inner;
    }

    /// <summary>A box with what hangs on it in turn; returns its height and where its rows begin.</summary>
    private (double Height, double FirstRow) DrawBox(Canvas canvas, Attachment attachment, BoxText box, SvgPoint at, double rows)
    {
        var isRemote = box.Class == "remote";
        var badge = box.Element is { } own ? SvgWords.BadgeOf(own) : null;
        var text = BoxTextWidth(box.Title, SvgSizes.Heading, box.Facts, badge);
        var title = 24 + (box.Facts.Count + (badge is null ? 0 : 1)) * SvgSizes.Line;
        var children = DrawAttachments(attachment.Children);
        var peers = attachment.Links.Select(link => ChipWidth(link.Peer) / 2 + SvgSizes.ChipPadding
            + TextMeasure.Of(Printable.Escape(link.Text), SvgSizes.Small, false)).DefaultIfEmpty(0).Max() + BoxPadding;
        var width = Math.Max(text, peers + children.Inner + (attachment.Children.Count > 0 ? SvgSizes.Wire / 2 : 0));
        var body = Math.Max(rows, children.Height);
        var height = isRemote ? Math.Max(rows - 4, title + 2) : title + body + 6;
        var rect = new SvgRect(at.X, at.Y, width, height);
        canvas.AddFrame(new(rect, Style(box), isRemote ? Math.Min(18, height / 2) : 6, box.Element?.Id,
            box.Element is { } element ? SvgWords.Tooltip(element) : $"network namespace {box.Title}", box.Title));
        DrawBoxText(canvas, box, rect, badge, isRemote);
        if (isRemote)
        {
            return (height, rect.CentreY - rows / 2);
        }
        canvas.Add(children.Canvas, rect.Right, rect.Y + title + (body - children.Height) / 2);
        return (height, rect.Y + title + (body - rows) / 2);
    }

    private static double BoxTextWidth(string title, double size, IReadOnlyList<string> facts, string? badge) => facts
        .Select(fact => TextMeasure.Of(Printable.Escape(fact), SvgSizes.Small, false))
        .Append(TextMeasure.Of(Printable.Escape(title), size, true))
        .Append(TextMeasure.Of(badge ?? "", 9, true)).Max() + 2 * BoxPadding;

    private static void DrawBoxText(Canvas canvas, BoxText box, SvgRect rect, string? badge, bool isCentred)
    {
        var lines = 1 + box.Facts.Count + (badge is null ? 0 : 1);
        var y = isCentred ? rect.CentreY - (lines - 1) * SvgSizes.Line / 2 : rect.Y + 14;
        var x = isCentred ? rect.CentreX : rect.X + BoxPadding;
        canvas.AddLabel(box.Title, x, y, "name", SvgSizes.Heading, isBold: true, isCentred: isCentred);
        foreach (var fact in box.Facts)
        {
            y += SvgSizes.Line;
            canvas.AddLabel(fact, x, y, "faint", SvgSizes.Small, isCentred: isCentred);
        }
        if (badge is not null)
        {
            canvas.AddLabel(badge, x, y + SvgSizes.Line, "bad-text", 9, isBold: true, isCentred: isCentred);
        }
    }

    private static string Style(BoxText box) =>
        box.Element is { } element && SvgWords.BadgeOf(element) is not null ? $"{box.Class} bad" : box.Class;
}
