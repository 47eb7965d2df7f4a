using System.Globalization;
using System.Security;
using System.Text;
using Plumbline.Diagnosis.Timings;
using Plumbline.Packets.Timing;
using Plumbline.Primitives;

namespace Plumbline.Views;

/// <summary><c>plumb latency --svg</c>: a strip a leg, time from left to right, delay upwards on a logarithmic scale that all strips share.</summary>
public static class LatencySvg
{
    private const int Left = 300;
    private const int TimeMarks = 5;
    private const int Width = 720;
    private const int Strip = 90;
    private const int Gap = 28;
    private const int Between = 22; // of two ways

    private const string Style = """
        text { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; font-size: 12px; fill: #1f2328 }
        .title { font-weight: bold; font-size: 14px } .faint { fill: #59636e; font-size: 10px }
        .scale { text-anchor: end } .mark { text-anchor: middle }
        .page { fill: #ffffff } .frame { fill: #f6f8fa; stroke: #d1d9e0 } .grid { stroke: #d1d9e0; stroke-width: 0.5 }
        .range { fill: #0969da; fill-opacity: 0.18 } .median { fill: none; stroke: #0969da; stroke-width: 1.6 }
        .greatest { fill: #9a6700 } .lost { fill: #cf222e }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 } .faint { fill: #9ea7b3 } .page { fill: #0d1117 } .frame { fill: #161b22; stroke: #3d444d }
        .grid { stroke: #3d444d } .range { fill: #4493f8; fill-opacity: 0.25 } .median { stroke: #4493f8 } .greatest { fill: #d29922 }
        .lost { fill: #ff7b72 } }
        """;

    /// <summary>The drawing.</summary>
    public static string Render(LatencyReading reading)
    {
        var report = reading.Report;
        var ways = report.Ways.Where(w => w.Hops.Count > 1).Take(8).ToList();
        var (low, high) = Scale(ways);
        var body = new StringBuilder();
        var y = 24.0;
        foreach (var way in ways)
        {
            Text(body, 12, y, "title", $"{PacketWords.ProtocolName(way.Example.Protocol)} "
                + $"{LatencyWords.End(reading.Names, way.Example, way.Example.Source, way.Example.SourcePort)} → "
                + LatencyWords.End(reading.Names, way.Example, way.Example.Destination, way.Example.DestinationPort));
            y += 14;
            foreach (var leg in way.Legs)
            {
                Draw(body, report, leg, y, low, high);
                y += Strip + Gap;
            }
            DrawTimes(body, report, y - Gap + 13);
            y += Between;
        }
        y -= ways.Count == 0 ? 0 : Between;
        Text(body, Left, y, "faint", "line: median · band: median to 99th percentile · dot: greatest · bar at the bottom: packets lost");
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Left + Width + 20}" height="{y + 16:0}" viewBox="0 0 {Left + Width + 20} {y + 16:0}">
            <style>{Style}</style>
            <rect class="page" width="100%" height="100%"/>
            {body}</svg>

            """);
    }

    private static (double Low, double High) Scale(List<WayReport> ways)
    {
        var delays = ways.SelectMany(w => w.Legs).Where(l => l.Delay is not null).Select(l => l.Delay!).ToList();
        var low = delays.Count == 0 ? 3 : Math.Floor(Math.Log10(Math.Max(delays.Min(d => d.P50), 100)));
        var high = delays.Count == 0 ? 6 : Math.Ceiling(Math.Log10(Math.Max(delays.Max(d => d.Greatest), 1000)));
        return (low, Math.Max(high, low + 1));
    }

    private static void Draw(StringBuilder body, LatencyReport report, LegReport leg, double y, double low, double high)
    {
        Text(body, 12, y + 18, "", report.Hops[leg.From].Name);
        Text(body, 12, y + 34, "", "→ " + report.Hops[leg.To].Name);
        Text(body, 12, y + 54, "faint", leg.Delay is { } d
            ? $"p50 {LatencyWords.Delay(d.P50)}, p99 {(d.P99 is { } slow ? LatencyWords.Delay(slow) : "-")}, max {LatencyWords.Delay(d.Greatest)}"
            : "no packet at both");
        Text(body, 12, y + 68, "faint", $"{leg.Left} packets, {leg.Lost} lost, {leg.Reordered} reordered");
        Add(body, $"<rect class=\"frame\" x=\"{Left}\" y=\"{y:0}\" width=\"{Width}\" height=\"{Strip}\"/>");
        for (var decade = low; decade <= high; decade++)
        {
            var at = y + Height(Math.Pow(10, decade), low, high);
            Add(body, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Left + Width}\" y1=\"{at:0.0}\" y2=\"{at:0.0}\"/>");
            if (decade > low && decade < high)
            {
                Text(body, Left - 5, at + 3, "faint scale", LatencyWords.Delay(Math.Pow(10, decade)));
            }
        }
        var step = (double)Width / Math.Max(leg.Bins.Count, 1);
        var median = new StringBuilder();
        var most = Math.Max(leg.Bins.Max(b => b.Lost), 1);
        for (var i = 0; i < leg.Bins.Count; i++)
        {
            var (bin, x) = (leg.Bins[i], Left + i * step);
            if (bin is { P50: { } p50, P99: { } p99, Greatest: { } greatest })
            {
                var (top, bottom) = (y + Height(p99, low, high), y + Height(p50, low, high));
                Add(body, $"<rect class=\"range\" x=\"{x:0.0}\" y=\"{top:0.0}\" width=\"{step:0.0}\" height=\"{Math.Max(bottom - top, 0.5):0.0}\"/>");
                Add(body, $"<circle class=\"greatest\" cx=\"{x + step / 2:0.0}\" cy=\"{y + Height(greatest, low, high):0.0}\" r=\"1.4\"/>");
                median.Append(CultureInfo.InvariantCulture, $"{(median.Length == 0 ? 'M' : 'L')}{x + step / 2:0.0} {bottom:0.0}");
            }
            if (bin.Lost > 0)
            {
                var height = 3 + 20.0 * bin.Lost / most;
                Add(body, $"<rect class=\"lost\" x=\"{x:0.0}\" y=\"{y + Strip - height:0.0}\" width=\"{Math.Max(step - 1, 1):0.0}\" height=\"{height:0.0}\"/>");
            }
        }
        if (median.Length > 0)
        {
            Add(body, $"<path class=\"median\" d=\"{median}\"/>");
        }
    }

    /// <summary>Times since the capture's begin, below a way's last strip.</summary>
    private static void DrawTimes(StringBuilder body, LatencyReport report, double y)
    {
        for (var mark = 0; mark < TimeMarks; mark++)
        {
            var part = (double)mark / (TimeMarks - 1);
            var time = TimeSpan.FromTicks((long)((report.EndNanoseconds - report.StartNanoseconds) / 100 * part));
            Text(body, Left + Width * part, y, mark == TimeMarks - 1 ? "faint scale" : mark == 0 ? "faint" : "faint mark", "+" + PacketWords.Time(time));
        }
    }

    /// <summary>From the strip's top, 0 for the greatest.</summary>
    private static double Height(double nanoseconds, double low, double high) =>
        Strip - Math.Clamp((Math.Log10(Math.Max(nanoseconds, 1)) - low) / (high - low), 0, 1) * Strip;

    private static void Text(StringBuilder body, double x, double y, string style, string text) =>
        Add(body, $"<text class=\"{style}\" x=\"{x:0}\" y=\"{y:0}\">{SecurityElement.Escape(Printable.Escape(text))}</text>");

    private static void Add(StringBuilder body, FormattableString line) => body.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
