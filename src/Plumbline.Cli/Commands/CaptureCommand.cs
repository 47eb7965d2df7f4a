using System.CommandLine;
using System.Net;
using Plumbline.Diagnosis;
using Plumbline.Diagnosis.Capturing;
using Plumbline.Diagnosis.Verdicts;
using Plumbline.Node;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Operations.Capturing;
using Plumbline.Operations.Mirroring;
using Plumbline.Primitives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumb capture</c>: packets of a target, in a file, a pipe or one a line.</summary>
internal static class CaptureCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var targets = new Argument<string[]>("TARGET")
        {
            Description = "VM, port, IP, MAC, device or bridge; several are captured side by side",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var write = new Option<string?>("--write", "-w")
        {
            Description = "Write pcapng to FILE; - is standard output, for | wireshark -k -i - (default: one line a packet)",
            HelpName = "FILE",
        };
        var filter = new Option<string?>("--filter", "-f")
        {
            Description = "Only packets that match, in tcpdump's syntax, e.g. 'icmp and host 172.16.0.1'",
            HelpName = "BPF",
        };
        var at = new Option<string?>("--at")
        {
            Description = "Where on the VM's way: tap, qbr, qvb, qvo, br-int, br-tun, tunnel, nic, device; several with commas "
                + "(default: the tap; a mirror where no device shows the packets)",
            HelpName = "POINT,…",
        };
        var path = new Option<string[]?>("--path")
        {
            Description = "In place of TARGET: every hop of this node on the way from FROM to TO, in one file",
            HelpName = "FROM TO",
            Arity = new(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        var snapLength = new Option<string?>("--snaplen", "-s")
        {
            Description = "Keep this many bytes of each packet (default: all)",
            HelpName = "BYTES",
        };
        var explain = new Option<bool>("--explain")
        {
            Description = "Say of the first packet of each flow what the security group does to it, and which rule decides",
        };
        var limits = new CaptureLimits();
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "Say what would be read and made, and do nothing" };
        var force = new Option<bool>("--force") { Description = "Go on although hardware offload may hide packets" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No counters and no summary; errors only" };
        var command = new Command("capture", "Capture a VM's (or port's, bridge's, device's) packets; what is made for it is removed")
        {
            targets, write, filter, at, path, snapLength, explain, dryRun, force, quiet,
        };
        limits.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var access = NodeOptions.Resolve(result, console);
            var asked = new Request(
                result.GetValue(targets) ?? [],
                result.GetValue(path) is { Length: > 0 } ends ? ends : null,
                new() { Hops = CapturePlaces.Parse(result.GetValue(at)), Force = result.GetValue(force) },
                result.GetValue(dryRun),
                result.GetValue(explain));
            asked.Check();
            using var reporter = new CaptureReporter(console, result.GetValue(quiet), result.GetValue(write));
            var options = limits.Apply(result, new()
            {
                Destination = result.GetValue(write) switch
                {
                    null => reporter.Lines,
                    "-" => new CaptureDestination.ToStandardOutput(),
                    var path => new CaptureDestination.ToFile(path),
                },
                Filter = result.GetValue(filter),
                SnapLength = result.GetValue(snapLength) is { } bytes
                    ? (int)CaptureLimits.Number(bytes, "--snaplen", CaptureOptions.MaxSnapLength)
                    : CaptureOptions.MaxSnapLength,
                Application = $"plumb {CliApplication.Version}",
                Reason = $"{Environment.GetEnvironmentVariable("SUDO_USER") ?? Environment.UserName}: plumb capture "
                    + asked.Text,
            });
            return (int)await RunAsync(access, asked, options, reporter, cancellationToken);
        });
        return command;
    }

    /// <summary>Captures as asked; what was made is removed when this ends.</summary>
    internal static async Task<ExitStatus> RunAsync(
        NodeAccess access, Request asked, CaptureOptions options, CaptureReporter reporter, CancellationToken cancellationToken)
    {
        var session = MirrorSession.NewName();
        // the guard is started before anybody knows that it is needed, and is sent home where nothing is made
        var mayMirror = !asked.DryRun && CapturePlaces.MayMirror(asked.Options.Hops);
        using var guard = mayMirror ? GuardProcess.Start(GuardCommand.Launch(access, session)) : null;
        // where something may be left, the guard is not released: it goes on trying when our end of the pipe closes
        var mayRelease = true;
        try
        {
            // guests' addresses take two processes to read: they are asked for first only where a target needs them to be found
            var scope = (asked.Path ?? asked.Targets).Any(t => IPAddress.TryParse(t, out _))
                ? SnapshotScope.Topology | SnapshotScope.GuestAddresses
                : SnapshotScope.Topology;
            scope |= asked.Explain ? SnapshotScope.OwnFirewall : 0;
            var snapshot = await LiveNode.ReadAsync(access, scope, cancellationToken);
            var topology = Topology.Build(snapshot);
            var plan = PlanOf(asked, topology, reporter);
            reporter.ShowPlan(plan, asked.DryRun);
            if (asked.DryRun)
            {
                return ExitStatus.Fine;
            }
            if (asked.Explain)
            {
                options = options with { Comment = CommenterOf(new(snapshot, topology), reporter) };
            }
            mayRelease = !plan.ChangesNode;
            var result = await CaptureRun.RunAsync(
                access, snapshot, plan, options, session, guard, reporter, token => ReadNamesAsync(access, token), cancellationToken);
            mayRelease = true; // the run came back: all that it made is gone, verified
            reporter.ShowResult(result);
            return result.Status;
        }
        catch (ProblemException exception) when (exception.Status != ExitStatus.LeftBehind)
        {
            mayRelease = true;
            throw;
        }
        finally
        {
            if (mayRelease)
            {
                guard?.Release();
            }
        }
    }

    /// <summary>Where it fails, what could not be read of the node may be the reason.</summary>
    private static CapturePlan PlanOf(Request asked, Topology topology, CaptureReporter reporter)
    {
        try
        {
            return asked.Plan(topology);
        }
        catch (DiagnosisException exception)
        {
            UnreadSources.Tell(topology.Snapshot, reporter.OnNote);
            throw UnreadSources.Explain(topology.Snapshot, exception);
        }
    }

    private static PacketCommenter CommenterOf(FlowVerdicts verdicts, CaptureReporter reporter)
    {
        foreach (var error in verdicts.Errors)
        {
            reporter.OnNote($"{error.Tool}, line {error.Error.Line}, column {error.Error.Column}: {error.Error.What}");
        }
        return (point, in packet, data) => verdicts.Tell(point.Hop.Number, data);
    }

    private static async Task<IReadOnlyDictionary<IPAddress, string>> ReadNamesAsync(
        NodeAccess access, CancellationToken cancellationToken) => CapturePlanner.NamesOf(Topology.Build(
            await LiveNode.ReadAsync(access, SnapshotScope.Topology | SnapshotScope.GuestAddresses, cancellationToken)));

    /// <summary>What shall be captured.</summary>
    internal sealed record Request(
        IReadOnlyList<string> Targets, string[]? Path, CapturePlanOptions Options, bool DryRun, bool Explain = false)
    {
        public string Text => Path is null ? string.Join(' ', Targets) : "--path " + string.Join(' ', Path);

        public void Check()
        {
            if (Path is null && Targets.Count == 0)
            {
                throw new CliException(new("no target was named", "plumb capture", "name a VM, a port, a device: plumb ports lists them"));
            }
            if (Path is not null && (Targets.Count > 0 || Options.Hops.Count > 0))
            {
                throw new CliException(new(
                    "--path chooses the places by itself", "--path", "leave out TARGET and --at, or use them without --path"));
            }
        }

        public CapturePlan Plan(Topology topology) => Path is [var from, var to]
            ? CapturePlanner.PlanPath(topology, PathEnd.Resolve(topology, from), PathEnd.Resolve(topology, to), Options)
            : CapturePlanner.Plan(topology, [.. Targets.Select(t => TargetResolver.Resolve(topology, t))], Options);
    }
}
