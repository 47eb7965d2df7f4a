using System.CommandLine;
using Plumbline.Diagnosis.Reading;
using Plumbline.Diagnosis.Timings;
using Plumbline.Primitives;
using Plumbline.Views;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb latency</c>: delay, jitter, loss and reordering from hop to hop, from real packets.</summary>
internal static class LatencyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var ends = new Argument<string[]>("FROM TO")
        {
            Description = "Both ends: VM, port, MAC or IP address (with --from: names and addresses in the file; none: all packets)",
            Arity = new ArgumentArity(0, 2),
        };
        var from = new Option<string?>("--from")
        {
            Description = "A capture of several hops (plumb capture --path FROM TO -w FILE), in place of the live node; - is standard input",
            HelpName = "FILE",
        };
        var baseline = new Option<string?>("--baseline")
        {
            Description = "Compare with an earlier run (its --json) and say which hop changed; exit 1 if one did, 5 if that cannot be concluded everywhere",
            HelpName = "JSON",
        };
        var svg = new Option<string?>("--svg") { Description = "Draw the legs over time into FILE", HelpName = "FILE" };
        var names = CaptureFileOptions.CreateNames();
        var json = ViewOptions.CreateJson();
        var write = new Option<string?>("--write", "-w")
        {
            Description = "Live: keep the capture in FILE (default: it is removed)",
            HelpName = "FILE",
        };
        var duration = new Option<string?>("--for") { Description = "Live: capture this long (default: 10s)", HelpName = "TIME" };
        var filter = new Option<string?>("--filter", "-f")
        {
            Description = "Live: only packets that match, in tcpdump's syntax",
            HelpName = "BPF",
        };
        var command = new Command("latency", "Where delay and loss come from: the same packets at every hop, p50 to max, jitter, loss, spikes")
        {
            ends, from, write, duration, filter, baseline, svg, names, json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var asked = result.GetValue(ends) ?? [];
            if (asked.Length == 1)
            {
                throw new CliException(new("one end alone is no way", "FROM TO", "name both ends, or none"));
            }
            var earlier = result.GetValue(baseline) is { } before ? LatencyBaseline.Read(before) : null;
            IReadOnlyList<CounterRise>? rises = null;
            LatencyReading reading;
            if (result.GetValue(from) is { } path)
            {
                reading = Read(path, asked, result.GetValue(names), cancellationToken);
            }
            else if (asked.Length == 2)
            {
                (reading, rises) = await LatencyRun.RunAsync(
                    console, NodeOptions.Resolve(result, console), asked, result.GetValue(write), result.GetValue(filter),
                    CaptureLimits.Time(result.GetValue(duration), "--for") ?? TimeSpan.FromSeconds(10),
                    file => Read(file, asked, result.GetValue(names), cancellationToken), cancellationToken);
            }
            else
            {
                throw new CliException(new("nothing was named", "plumb latency", "name both ends, or a capture with --from FILE"));
            }
            var comparison = earlier is null ? null : LatencyComparison.Compare(earlier, reading.Report, reading.ProcessorPressure);
            Draw(result.GetValue(svg), reading);
            ViewOptions.Write(console, result.GetValue(json)
                ? LatencyJson.Render(reading, comparison, rises)
                : LatencyText.Render(reading, ViewOptions.For(console), comparison, rises));
            return (int)(reading.Damage is not null ? ExitStatus.BadInput
                : comparison?.HasChanges == true ? ExitStatus.Findings
                : comparison?.IsInconclusive == true ? ExitStatus.Unknown : ExitStatus.Fine);
        });
        return command;
    }

    private static LatencyReading Read(string path, string[] ends, string? names, CancellationToken cancellationToken)
    {
        using var capture = CaptureFile.Open(path, follow: false, cancellationToken);
        return LatencyReading.Read(capture, path, ends, CaptureFileOptions.ReadNames(names), cancellationToken);
    }

    private static void Draw(string? path, LatencyReading reading)
    {
        if (path is null)
        {
            return;
        }
        try
        {
            File.WriteAllText(path, LatencySvg.Render(reading));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(new($"cannot write the drawing: {exception.Message}", path, "choose another place with --svg"));
        }
    }
}
