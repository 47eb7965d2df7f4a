using System.Text;
using Plumbline.Diagnosis.Timings;
using Plumbline.Packets;
using Plumbline.Packets.Timing;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary><c>plumb latency</c> as text: what changed, the ways with their legs, what vanished where, what cannot be concluded.</summary>
public sealed class LatencyText
{
    private const int LineWidth = 24;
    private const int MostWays = 8;
    private const int MostRows = 10;

    private readonly LatencyReading _reading;
    private readonly RenderOptions _options;
    private readonly StringBuilder _output = new();

    private LatencyText(LatencyReading reading, RenderOptions options) => (_reading, _options) = (reading, options);

    private LatencyReport Report => _reading.Report;

    private string Arrow => _options.Unicode ? "→" : "->";

    /// <summary>The answer as text.</summary>
    public static string Render(
        LatencyReading reading, RenderOptions options, LatencyComparison? comparison = null, IReadOnlyList<CounterRise>? rises = null)
    {
        var text = new LatencyText(reading, options);
        text.WriteHead();
        if (comparison is not null)
        {
            text.WriteComparison(comparison);
        }
        foreach (var way in reading.Report.Ways.Where(w => w.Hops.Count > 1).Take(MostWays))
        {
            text.WriteWay(way);
        }
        text.WriteVanished();
        text.WriteLosses(rises);
        text.WriteDoubts();
        return text._output.ToString();
    }

    private void WriteHead()
    {
        var time = TimeSpan.FromTicks((Report.EndNanoseconds - Report.StartNanoseconds) / 100);
        Line($"{PacketWords.Number(Report.Packets)} packets at {PacketWords.Number(Report.Hops.Count)} hops in {PacketWords.Time(time)}; "
            + $"{PacketWords.Number(Report.Recognised)} recognised at more than one", Shade.Heading);
        if (Report.Recognised == 0)
        {
            Line("no packet was seen at two hops: nothing to compare", Shade.Bad);
        }
        if (_reading.Damage is { } damage)
        {
            Line($"{damage.What} ({damage.Where}): what stands before was used", Shade.Bad);
        }
        var beyond = Report.Ways.Count(w => w.Hops.Count > 1) - MostWays;
        if (beyond > 0)
        {
            Line($"{PacketWords.Number(beyond)} ways with fewer packets are not shown (--json has all)", Shade.Faint);
        }
    }

    private void WriteWay(WayReport way)
    {
        _output.Append('\n');
        var ends = $"{Source(way.Example)} {Arrow} {Destination(way.Example)}";
        var nat = way.Example == way.ExampleAtEnd ? ""
            : $", at the end {Source(way.ExampleAtEnd)} {Arrow} "
                + Destination(way.ExampleAtEnd);
        Line($"{PacketWords.ProtocolName(way.Example.Protocol)} {ends}{nat}"
            + (way.Flows > 1 ? $" and {PacketWords.Number(way.Flows - 1)} more" : "") + $": {PacketWords.Number(way.Packets)} packets", Shade.Heading);
        var table = new Columns([
            new("FROM", 0), new("TO", 0), new("PACKETS", 2), new("P50", 0), new("P90", 4), new("P99", 0), new("MAX", 0), new("JITTER", 3),
            new("LOST", 0), new("REORDERED", 5), new("OVER TIME", 1)]);
        foreach (var leg in way.Legs)
        {
            table.Add(Cells(Name(leg.From), Name(leg.To), leg, way.Legs.Max(l => l.Lost) == leg.Lost), Notes(leg));
        }
        if (way.Legs.Count > 1)
        {
            var lost = way.Legs.Sum(l => l.Lost);
            table.Add(Cells("all the way", "", way.Whole with { Lost = lost }, false));
        }
        table.Write(_output, _options);
        if (way.SlowestLeg is { } slowest && way.Whole.Delay is { } whole)
        {
            var delay = slowest.Delay!;
            Line($"most of the delay: {Name(slowest.From)} {Arrow} {Name(slowest.To)}, {LatencyWords.Delay(delay.P50)} of {LatencyWords.Delay(whole.P50)} (medians)");
        }
    }

    private List<StyledText> Cells(string from, string to, LegReport leg, bool isWorst)
    {
        var delay = leg.Delay;
        return [
            new(from), new(to), new(PacketWords.Number(leg.Left)),
            new(delay is null ? "-" : LatencyWords.Delay(delay.P50)), new(delay is null ? "-" : LatencyWords.Delay(delay.P90)),
            new(delay?.P99 is { } p99 ? LatencyWords.Delay(p99) : "-"), new(delay is null ? "-" : LatencyWords.Delay(delay.Greatest)),
            new(delay?.Jitter is { } jitter ? LatencyWords.Delay(jitter) : "-"),
            leg.Lost == 0 ? new("0")
                : new($"{PacketWords.Number(leg.Lost)} ({LatencyWords.Percent(leg.LossRate ?? 0)})", isWorst ? Shade.Bad : Shade.Plain),
            new(PacketWords.Number(leg.Reordered)), new(LatencyWords.Sparkline(leg, LineWidth, _options.Unicode)),
        ];
    }

    private List<StyledText> Notes(LegReport leg)
    {
        var notes = new List<StyledText>();
        foreach (var spike in leg.Spikes.OrderByDescending(s => s.Greatest).Take(3).OrderBy(s => s.StartNanoseconds))
        {
            var at = TimeSpan.FromTicks((spike.StartNanoseconds - Report.StartNanoseconds) / 100);
            var packets = $"{PacketWords.Number(spike.Packets)} packet{(spike.Packets == 1 ? "" : "s")}";
            notes.Add(new($"spike at +{PacketWords.Time(at)}: {packets}, up to {LatencyWords.Delay(spike.Greatest)}", Shade.Warning));
        }
        if (leg.Spikes.Count > 3)
        {
            notes.Add(new($"{PacketWords.Number(leg.Spikes.Count - 3)} more spikes", Shade.Faint));
        }
        if (leg.IsLossDoubtful)
        {
            notes.Add(new($"no conclusion about loss: the capture itself dropped {leg.CaptureDropped} packets at {Name(leg.To)}", Shade.Warning));
        }
        if (leg.Ambiguous > 0)
        {
            notes.Add(new($"{PacketWords.Number(leg.Ambiguous)} packets are like others and lie too near to be told apart: their delays are left out", Shade.Faint));
        }
        if (leg.Undecided > 0)
        {
            notes.Add(new($"{PacketWords.Number(leg.Undecided)} packets left too near the capture's end to say", Shade.Faint));
        }
        if (leg.Unseen > 0)
        {
            notes.Add(new($"{PacketWords.Number(leg.Unseen)} were missed by the capture at {Name(leg.To)}: they were seen behind it", Shade.Faint));
        }
        if (leg.Delay is { Negative: > 0 } delay)
        {
            notes.Add(Report.Hops[leg.From].IsCopy || Report.Hops[leg.To].IsCopy
                ? new($"{PacketWords.Number(delay.Negative)} delays below 0: a mirror's copies are stamped some microseconds late", Shade.Faint)
                : new($"{PacketWords.Number(delay.Negative)} delays below 0: the clocks disagree", Shade.Warning));
        }
        return notes;
    }

    private void WriteVanished()
    {
        if (Report.Vanished.Count == 0)
        {
            return;
        }
        _output.Append('\n');
        Line("Flows that end on the way", Shade.Heading);
        foreach (var flow in Report.Vanished.Take(MostRows))
        {
            Line($"{PacketWords.ProtocolName(flow.Flow.Protocol)} {Source(flow.Flow)} {Arrow} "
                + $"{Destination(flow.Flow)}: {PacketWords.Number(flow.Packets)} packets, last seen at {Name(flow.LastHop)}, "
                + (flow.IsCertain ? $"not at {Name(flow.NextHop)}"
                    : $"not at {Name(flow.NextHop)}, where others of the same sender go (or they are meant to end there)"),
                flow.IsCertain ? Shade.Bad : Shade.Plain);
        }
        if (Report.Vanished.Count > MostRows)
        {
            Line($"{PacketWords.Number(Report.Vanished.Count - MostRows)} more", Shade.Faint);
        }
    }

    private void WriteLosses(IReadOnlyList<CounterRise>? rises)
    {
        if (rises is null)
        {
            return; // a file: nobody read counters
        }
        var told = new HashSet<CounterRise>();
        foreach (var loss in LossCauses.Of(Report, rises).Take(MostRows))
        {
            _output.Append('\n');
            Line($"{PacketWords.Number(loss.Lost)} packets end between {Name(loss.From)} and {Name(loss.To)}"
                + (loss.Causes.Count > 0 ? "; what dropped packets there meanwhile:" : "; no rule, flow or device there counted drops"), Shade.Heading);
            foreach (var rise in loss.Causes.Take(MostRows))
            {
                told.Add(rise);
                WriteRise(rise);
            }
        }
        var others = rises.Where(r => r.Drops && r.Site.Device is null && !told.Contains(r)).ToList();
        if (others.Count > 0)
        {
            _output.Append('\n');
            Line("Rules and flows elsewhere that dropped packets meanwhile", Shade.Faint);
            foreach (var rise in others.Take(MostRows))
            {
                WriteRise(rise);
            }
        }
    }

    private void WriteRise(CounterRise rise) => Line($"  +{PacketWords.Number(rise.Packets)}  {rise.Place}: {rise.What}");

    private void WriteDoubts()
    {
        foreach (var doubt in Report.Doubts)
        {
            var pair = $"{Name(doubt.From)} and {Name(doubt.To)}";
            Line(doubt.Moved is { } moved
                ? $"A clock of {pair} moved by {LatencyWords.Delay(moved)} against the other while the capture went on: no conclusion about this leg"
                : doubt is { Ahead: { } ahead, RoundTrip: { } both }
                ? $"The clocks of {pair} disagree (by about {LatencyWords.Delay(Math.Abs(ahead))}): no conclusion about one direction; "
                    + $"both together take {LatencyWords.Delay(both)}"
                : $"Packets arrive at {Name(doubt.To)} before they left {Name(doubt.From)}: the clocks disagree, no conclusion about this leg", Shade.Bad);
        }
        if (Report.Ways.SelectMany(w => w.Legs).Any(l => !l.SharesClock))
        {
            Line("Hops of several machines are in the file: delays between them are as true as their clocks agree", Shade.Warning);
        }
        if (_reading.ProcessorPressure is { } pressure and >= 0.2)
        {
            Line($"Some work waited for a processor in {LatencyWords.Percent(pressure)} of the time: delays of Open vSwitch and of bridges are its delays, too",
                Shade.Warning);
        }
        if (Report.Beyond > 0)
        {
            Line($"{PacketWords.Number(Report.Beyond)} packets were not used: the file is not in the order of time (mergecap puts it in order)", Shade.Warning);
        }
        if (Report.IsCut)
        {
            Line("Payloads were cut off (snaplen): packets were told apart by their headers alone", Shade.Faint);
        }
    }

    private void WriteComparison(LatencyComparison comparison)
    {
        _output.Append('\n');
        Line(Verdict(comparison), Shade.Heading);
        var table = new Columns([
            new("FROM", 0), new("TO", 0), new("CHANGE", 0), new("P50", 0), new("P99", 1), new("LOST", 2), new("P-VALUE", 3)]);
        foreach (var leg in comparison.Legs)
        {
            table.Add(
                [
                    new(leg.From), new(leg.To),
                    new(LatencyWords.Sentence(leg), leg.IsBlamed ? Shade.Bad : leg.IsInconclusive ? Shade.Warning : Shade.Plain),
                    new(leg.P50 is { } p50 ? $"{LatencyWords.Delay(p50.Before)} {Arrow} {LatencyWords.Delay(p50.After)}" : "-"),
                    new(leg.P99 is { } p99 ? $"{LatencyWords.Delay(p99.Before)} {Arrow} {LatencyWords.Delay(p99.After)}" : "-"),
                    new(leg.Loss is { } loss ? $"{LatencyWords.Percent(loss.Before)} {Arrow} {LatencyWords.Percent(loss.After)}" : "-"),
                    new(leg.DelayP is { } p ? p < 1e-6 ? "< 1e-6" : p.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture) : "-"),
                ],
                leg.RoundTrip is { } both
                    ? [new($"both directions together: {LatencyWords.Delay(both.Before)} {Arrow} {LatencyWords.Delay(both.After)} "
                        + "(medians; true whatever the clocks say)")]
                    : []);
        }
        table.Write(_output, _options);
    }

    private static string Verdict(LatencyComparison comparison)
    {
        var inconclusive = comparison.Legs.Count(l => l.IsInconclusive);
        if (comparison.Legs.Count > 0 && inconclusive == comparison.Legs.Count && !comparison.HasChanges)
        {
            return "Whether something changed since the earlier run cannot be concluded";
        }
        var text = comparison.HasChanges ? "Changed since the earlier run"
            : "Nothing changed since the earlier run that is certain and large enough to matter";
        return inconclusive == 0 ? text
            : $"{text}; no conclusion about {PacketWords.Number(inconclusive)} of {PacketWords.Number(comparison.Legs.Count)} legs";
    }

    private string Name(int hop) => Report.Hops[hop].Name;

    private string Source(in FlowTuple flow) => End(flow, flow.Source, flow.SourcePort);

    private string Destination(in FlowTuple flow) => End(flow, flow.Destination, flow.DestinationPort);

    private string End(in FlowTuple flow, InternetAddress address, int port) =>
        LatencyWords.End(_reading.Names, flow, address, port);

    private void Line(string text, Shade shade = Shade.Plain) => new StyledText(text, shade).WriteLine(_output, _options.Colour);
}
