using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Views.Svg;

internal sealed partial class TopologyLayout
{
    /// <summary>Devices in no bridge, each with what it stands on or is paired with.</summary>
    private List<Canvas> DrawDevices()
    {
        var open = _plan.Devices.ToDictionary(device => device.Id);
        var blocks = new List<Canvas>();
        foreach (var device in _plan.Devices.OrderBy(device => device.Kind == ElementKind.Stacked ? 0 : 1))
        {
            if (open.Remove(device.Id))
            {
                blocks.Add(DrawDevice(device, open));
            }
        }
        return blocks;
    }

    private Canvas DrawDevice(Element device, Dictionary<string, Element> open)
    {
        var canvas = new Canvas();
        var badge = SvgWords.BadgeOf(device);
        var lower = _index.Below(device).ToList();
        var facts = new List<string> { Words.Of(device.Kind) };
        facts.AddRange(device.IPAddresses.Where(address => !Words.IsLinkLocal(address)));
        facts.AddRange(device.Note is { } note ? [note] : []);
        var elsewhere = lower.Where(below => !open.ContainsKey(below.Id)).Select(below => below.Name).ToList();
        facts.AddRange(elsewhere.Count > 0 ? [$"on {string.Join(", ", elsewhere)}"] : []);
        var width = facts.Select(fact => TextMeasure.Of(Printable.Escape(fact), SvgSizes.Small, false))
            .Append(TextMeasure.Of(Printable.Escape(device.Name), SvgSizes.Text, true))
            .Append(badge is null ? 0 : TextMeasure.Of(badge, 9, true)).Max() + 2 * BoxPadding;
        var rect = new SvgRect(0, 0, width, 26 + facts.Count * SvgSizes.Line + (badge is null ? 0 : SvgSizes.Line));
        canvas.AddFrame(new(rect, badge is null ? "device" : "device bad", 6, device.Id, SvgWords.Tooltip(device), device.Name));
        var y = 14.0;
        canvas.AddLabel(device.Name, BoxPadding, y, "name", isBold: true);
        foreach (var fact in facts)
        {
            canvas.AddLabel(fact, BoxPadding, y += SvgSizes.Line, "faint", SvgSizes.Small);
        }
        if (badge is not null)
        {
            canvas.AddLabel(badge, BoxPadding, y + SvgSizes.Line, "bad-text", 9, isBold: true);
        }

        var next = lower.Select(below => (Element: below, IsPair: false));
        if (_index.PeerOf(device) is { } peer)
        {
            next = next.Append((peer, true));
        }
        var top = 0.0;
        foreach (var (element, isPair) in next.ToList())
        {
            if (open.Remove(element.Id))
            {
                var part = DrawDevice(element, open);
                // straight across; the later ones leave the line of the first
                canvas.AddLine(new(rect.Right, top + 14), new(rect.Right + SvgSizes.Wire, top + 14), "wire", isPair);
                if (top > rect.Bottom - 14)
                {
                    canvas.AddLine(new(rect.Right, rect.Bottom - 6), new(rect.Right, top + 14), "wire");
                }
                canvas.Add(part, rect.Right + SvgSizes.Wire, top);
                top += part.Bottom + SvgSizes.Gap;
            }
        }
        return canvas;
    }

    /// <summary>Longer lists go on beside.</summary>
    private const int MostLines = 50;

    /// <summary>What words say better: networks, troubles, mirrors, sources that were not read, and the legend.</summary>
    private List<Canvas> DrawPanels(Canvas page, double width)
    {
        var panels = new List<Canvas>();
        if (_colours.Vlans.Count > 0)
        {
            for (var first = 0; first < _colours.Vlans.Count; first += MostLines)
            {
                panels.Add(DrawNetworks(first));
            }
        }
        AddPanel("Troubles", "bad-text", Troubles());
        AddPanel("Mirrors", "faint", _mirrors
            .Select(mirror => $"{mirror.Name} on {mirror.Bridge}: {mirror.Selects} → {mirror.Output}"));
        AddPanel("Not read", "faint", _index.Topology.Snapshot.Sources.Where(source => source.Outcome != SourceOutcome.Read)
            .Select(source => $"{source.Source} {Words.Of(source.Outcome)}: {source.Detail ?? source.Where}"));
        panels.Add(DrawLegend(page));
        return panels;

        void AddPanel(string title, string style, IEnumerable<string> texts)
        {
            var lines = texts.SelectMany(text => TextMeasure.Wrap(Printable.Escape(text), SvgSizes.Small, Math.Min(width, 620))).ToList();
            for (var first = 0; first < lines.Count; first += MostLines)
            {
                var canvas = new Canvas();
                canvas.AddLabel(first == 0 ? title : $"{title}, continued", 0, 8, "name", SvgSizes.Heading, isBold: true);
                for (var i = first; i < lines.Count && i < first + MostLines; i++)
                {
                    canvas.AddLabel(lines[i], 0, 28 + (i - first) * 16, style, SvgSizes.Small);
                }
                panels.Add(canvas);
            }
        }
    }

    // those of chains stand beside the chains
    private IEnumerable<string> Troubles() => _index.Topology.Elements
        .Where(element => _index.VifOf(element) is not { Owner: VifOwner.Instance })
        .SelectMany(element => element.Troubles.Select(trouble => $"{element.Name}: {trouble}"))
        .Concat(_index.Topology.Vifs.Where(vif => vif.Owner != VifOwner.Instance && _index.DevicesOf(vif).Count == 0)
            .SelectMany(vif => vif.Troubles.Select(trouble => trouble.Text)))
        .Concat(_mirrors.SelectMany(mirror => mirror.Faults.Select(fault => $"mirror {mirror.Name}: {fault}")));

    private Canvas DrawNetworks(int first)
    {
        var canvas = new Canvas();
        canvas.AddLabel(first == 0 ? "Networks" : "Networks, continued", 0, 8, "name", SvgSizes.Heading, isBold: true);
        var y = 28.0;
        foreach (var vlan in _colours.Vlans.Skip(first).Take(MostLines))
        {
            var network = _index.Topology.Networks.FirstOrDefault(network => network.LocalVlan == vlan);
            var pill = DrawPill(canvas, vlan, 0, y);
            var text = string.Join(" · ", ((string?[])[
                network is null ? null : Words.SegmentOf(network), network is null ? null : Words.NetworkOf(network)]).OfType<string>());
            canvas.AddLabel(text.Length > 0 ? text : "network not told", Math.Max(60, pill.Right + 8), y, "faint", SvgSizes.Small);
            y += 20;
        }
        return canvas;
    }

    /// <summary>What the strokes mean, and the colours of the boxes that this drawing has.</summary>
    private Canvas DrawLegend(Canvas page)
    {
        var canvas = new Canvas();
        canvas.AddLabel("Legend", 0, 8, "name", SvgSizes.Heading, isBold: true);
        var y = 28.0;
        var x = 0.0;
        Row("veth pair or patch pair", (x, y) => canvas.AddLine(new(x, y), new(x + 44, y), "wire", isPair: true));
        Row("tunnel", (x, y) => canvas.AddLine(new(x, y), new(x + 44, y), "wire tunnel"));
        Box("down, missing or in trouble", "chip bad", 4);
        Row("network inside a bridge, with its local VLAN", (x, y) =>
        {
            canvas.AddLine(new(x, y), new(x + 44, y), "bus net0");
            canvas.AddDot(new(x + 22, y), "bus net0");
        });
        if (_plan.Panels.Count > 0 || _plan.Roots.Exists(root => root.Panels.Count > 0))
        {
            Box("one of many, told in full by a click or its tooltip; those with troubles come first", "tile", 4);
        }
        (x, y) = (canvas.Right + 2 * SvgSizes.Gap, 28);
        foreach (var (style, text) in (ReadOnlySpan<(string, string)>)[
            ("instance", "instance"), ("instance unknown", "instance of which its port alone is known"), ("bridge", "Open vSwitch bridge"),
            ("linux-bridge", "Linux bridge"), ("namespace", "namespace"), ("remote", "other end of a tunnel"), ("device", "device in no bridge")])
        {
            if (page.HasFrame(style))
            {
                Box(text, style, style == "remote" ? 7 : 4);
            }
        }
        return canvas;

        void Box(string text, string style, double radius) =>
            Row(text, (x, y) => canvas.AddChip(new(new(x + 2, y - 7, 40, 14), style, radius)));

        void Row(string text, Action<double, double> draw)
        {
            draw(x, y);
            canvas.AddLabel(text, x + 56, y, "faint", SvgSizes.Small);
            y += 20;
        }
    }
}
