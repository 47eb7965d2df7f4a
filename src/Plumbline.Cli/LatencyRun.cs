using Plumbline.Cli.Commands;
using Plumbline.Diagnosis.Timings;
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
            var before = await LiveNode.ReadAsync(access, Counters, cancellationToken);
            console.Note($"capturing every hop between {Printable.Escape(ends[0])} and {Printable.Escape(ends[1])} for {duration.TotalSeconds:0.#} s …");
            using (var reporter = new CaptureReporter(console, quiet: true, file))
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
            var after = await LiveNode.ReadAsync(access, Counters, CancellationToken.None);
            return (read(file), CounterRises.Between(before, after));
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }
}
