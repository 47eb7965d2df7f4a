using System.Diagnostics;
using Plumbline.Cli.Commands;
using Plumbline.Diagnosis.Timings;
using Plumbline.Linux.Processes;
using Plumbline.Node;
using Plumbline.Node.Sources;
using Plumbline.Operations.Capturing;
using Plumbline.Primitives;

namespace Plumbline.Cli;

/// <summary>The live form of <c>plumb latency</c>: captures all hops of the way into a file, with the node's counters before and after.</summary>
internal static class LatencyRun
{
    private const SnapshotScope Counters = SnapshotScope.Topology | SnapshotScope.Firewall | SnapshotScope.Switching;

    /// <summary>Enough of each packet for all headers in two tunnels and what tells one from another.</summary>
    private const int SnapLength = 320;

    /// <summary>Captures, reads, removes the file where nobody asked for it.</summary>
    /// <exception cref="CliException">The capture did not end as it should.</exception>
    public static async Task<(LatencyReading Reading, IReadOnlyList<CounterRise> Rises)> RunAsync(
        CliConsole console, NodeAccess access, string[] ends, string? keep, string? filter, TimeSpan duration,
        Func<string, LatencyReading> read, CancellationToken cancellationToken)
    {
        var folder = keep is null ? Directory.CreateTempSubdirectory("plumb-latency-") : null;
        var file = keep ?? Path.Combine(folder!.FullName, "hops.pcapng");
        try
        {
            (TimeSpan? Waited, long Time) begin = default;
            var before = await LiveNode.ReadAsync(access, Counters, cancellationToken);
            using (var reporter = new CaptureReporter(console, quiet: true, file)
            {
                AtReady = () => begin = (ProcessorPressure.ReadWaited(), Stopwatch.GetTimestamp()),
                // only now: who starts traffic when he reads this has all of it in the capture
                ReadyNote = $"capturing every hop between {Printable.Escape(ends[0])} and {Printable.Escape(ends[1])} for {duration.TotalSeconds:0.#} s …",
            })
            {
                var options = new CaptureOptions
                {
                    Destination = new CaptureDestination.ToFile(file),
                    Filter = filter,
                    Duration = duration,
                    SnapLength = SnapLength,
                    Application = $"plumb {CliApplication.Version}",
                    Reason = $"{Environment.GetEnvironmentVariable("SUDO_USER") ?? Environment.UserName}: plumb latency {ends[0]} {ends[1]}",
                };
                var status = await CaptureCommand.RunAsync(access, new([], ends, new(), false), options, reporter, cancellationToken);
                if (status is not (ExitStatus.Fine or ExitStatus.Interrupted))
                {
                    throw new CliException(new("the capture ended early", null, "see above; plumb capture --path shows more"));
                }
            }
            var pressure = ProcessorPressure.ReadWaited() - begin.Waited is { } waited && begin.Time != 0
                ? Math.Min(waited / Stopwatch.GetElapsedTime(begin.Time), 1) : (double?)null;
            var after = await LiveNode.ReadAsync(access, Counters, CancellationToken.None);
            return (read(file) with { ProcessorPressure = pressure }, CounterRises.Between(before, after, links: true));
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }
}
