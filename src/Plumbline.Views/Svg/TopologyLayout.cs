using Plumbline.Diagnosis.Mirrors;
using Plumbline.Node.Topologies;

namespace Plumbline.Views.Svg;

/// <summary>
/// Lays a topology out from left to right: instance, tap, qbr, qvb and qvo, br-int, then what hangs on its right edge: patch pairs to
/// br-tun and provider bridges with their tunnels and NICs, namespaces of routers and DHCP servers. Inside a bridge each network is a
/// vertical line that its ports tap. As every port stands at the height of what it leads to, all lines are straight.
/// </summary>
internal sealed partial class TopologyLayout
{
    private readonly TopologyIndex _index;
    private readonly DrawingPlan _plan;
    private readonly LeftColumns _columns;
    private readonly NetworkColours _colours;
    private readonly IReadOnlyList<MirrorReport> _mirrors;

    private TopologyLayout(Topology topology, bool expands)
    {
        _index = new(topology);
        _plan = new(_index, expands);
        _colours = new(topology);
        _mirrors = _index.ListMirrors();
        _columns = LeftColumns.Measure(_index, _plan);
    }

    /// <summary>The whole drawing: bounded, or with <paramref name="expands"/> every chain whole.</summary>
    public static SvgLayout Of(Topology topology, bool expands = false) => Part(topology, expands).Finish(SvgSizes.Margin);

    /// <summary>The drawing as a part of a larger one.</summary>
    public static Canvas Part(Topology topology, bool expands = false) => new TopologyLayout(topology, expands).Draw();

    private Canvas Draw()
    {
        var page = new Canvas();
        var y = DrawHeader(page);
        foreach (var root in _plan.Roots.Where(root => root.Left.Count > 0))
        {
            var part = DrawRoot(root);
            page.Add(part, SvgSizes.Margin, y);
            y += part.Bottom + 2 * SvgSizes.Gap;
        }
        var blocks = _plan.Roots.Where(root => root.Left.Count == 0).Select(DrawRoot)
            .Concat(_plan.Namespaces.Select(space => DrawAttachments([space]).Canvas)).Concat(DrawDevices()).ToList();
        var area = blocks.Sum(block => (block.Right + 2 * SvgSizes.Gap) * (block.Bottom + 2 * SvgSizes.Gap));
        var tiles = _plan.Panels.Count > 0 ? Masonry.Choose(_plan.Panels, 0, 0, 0) : null;
        var right = Math.Max(Math.Max(page.Right, 900), Math.Max(Math.Sqrt(area * Masonry.Aspect), tiles?.Width + SvgSizes.Margin ?? 0));
        y = Flow(page, blocks, y, right);
        if (_plan.Panels.Count > 0)
        {
            var masonry = Masonry.Choose(_plan.Panels, 0, 0, 0);
            y = DrawTilePanels(page, _plan.Panels, masonry, SvgSizes.Margin, y + SvgSizes.Gap) + 2 * SvgSizes.Gap;
        }
        y = Flow(page, DrawPanels(page, right - SvgSizes.Margin), y + SvgSizes.Gap, right);
        return page;
    }

    private double DrawHeader(Canvas page)
    {
        var snapshot = _index.Topology.Snapshot;
        page.AddLabel(snapshot.Host ?? "node", SvgSizes.Margin, SvgSizes.Margin + 8, "title", 18, isBold: true);
        var facts = new List<string>();
        foreach (var fact in (ReadOnlySpan<string?>)[
            snapshot.Kernel is { } kernel ? $"Linux {kernel}" : null,
            snapshot.Ovs?.Version is { } version ? $"Open vSwitch {version}" : null,
            snapshot.TakenAt is { } time ? $"taken {Words.Text(time)}" : null])
        {
            if (fact is not null)
            {
                facts.Add(fact);
            }
        }
        var y = SvgSizes.Margin + 30;
        if (facts.Count > 0)
        {
            page.AddLabel(string.Join(" · ", facts), SvgSizes.Margin, y, "faint");
            y += 18;
        }
        return y + SvgSizes.Gap;
    }

    /// <summary>Puts parts side by side in rows; returns where the last row ends.</summary>
    private static double Flow(Canvas page, IEnumerable<Canvas> blocks, double y, double right)
    {
        var x = SvgSizes.Margin;
        var bottom = y;
        foreach (var block in blocks)
        {
            if (x > SvgSizes.Margin && x + block.Right > right)
            {
                x = SvgSizes.Margin;
                y = bottom + 2 * SvgSizes.Gap;
            }
            page.Add(block, x, y);
            x += block.Right + 2 * SvgSizes.Gap;
            bottom = Math.Max(bottom, y + block.Bottom);
        }
        return bottom + 2 * SvgSizes.Gap;
    }

    /// <summary>A port or device centred on a point.</summary>
    private static SvgRect DrawChip(Canvas canvas, Element element, double x, double y, string? badge = null)
    {
        var width = ChipWidth(element);
        var rect = new SvgRect(x - width / 2, y - SvgSizes.Chip / 2, width, SvgSizes.Chip);
        badge ??= SvgWords.BadgeOf(element);
        canvas.AddChip(new(rect, badge is null ? "chip" : "chip bad", 4, element.Id, SvgWords.Tooltip(element), element.Name));
        canvas.AddLabel(element.Name, x, y, "name", isCentred: true);
        if (badge is not null)
        {
            DrawBadge(canvas, badge, x, rect.Bottom + 6);
        }
        return rect;
    }

    /// <summary>A word on a ground of its own, as it may stand on the edge of a bridge.</summary>
    private static void DrawBadge(Canvas canvas, string word, double x, double y)
    {
        const double Height = 12;
        var width = TextMeasure.Of(word, 8, true) + 8;
        canvas.AddChip(new(new(x - width / 2, y - Height / 2, width, Height), "badge", 3));
        canvas.AddLabel(word, x, y, "pill-text", 8, isBold: true, isCentred: true);
    }

    private static double ChipWidth(Element? element) => element is null ? 0
        : TextMeasure.Of(Primitives.Printable.Escape(element.Name), SvgSizes.Text, false) + 2 * SvgSizes.ChipPadding;

    private static double RowHeight(params ReadOnlySpan<Element?> elements)
    {
        foreach (var element in elements)
        {
            if (element is not null && SvgWords.BadgeOf(element) is not null)
            {
                return SvgSizes.Row + SvgSizes.Line;
            }
        }
        return SvgSizes.Row;
    }

    private const double PillHeight = 16;

    private static string PillText(int vlan) => vlan == Words.DeadVlan ? "VLAN 4095 DEAD" : $"VLAN {Words.Text(vlan)}";

    private static double PillWidth(int? vlan) => vlan is { } number ? TextMeasure.Of(PillText(number), 9, true) + 10 : 0;

    /// <summary>A port's VLAN, beside it; returns the room it takes.</summary>
    private SvgRect DrawPill(Canvas canvas, int vlan, double x, double y)
    {
        var rect = new SvgRect(x, y - PillHeight / 2, PillWidth(vlan), PillHeight);
        canvas.AddChip(new(rect, $"pill {_colours.ClassOf(vlan)}", PillHeight / 2));
        canvas.AddLabel(PillText(vlan), rect.CentreX, y, "pill-text", 9, isBold: true, isCentred: true);
        return rect;
    }
}
