using System.Net;
using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux;
using Plumbline.Linux.Capture;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Operations.Mirroring;
using Plumbline.Primitives;

namespace Plumbline.Operations.Capturing;

/// <summary>
/// One capture from start to end: opens the output and the devices, makes the mirrors, copies packets until there is a reason to
/// stop, drains the rings, and removes what it made, whatever the reason was. One thread reads all rings and writes all packets.
/// </summary>
public sealed partial class CaptureRun
{
    /// <summary>A write that hangs (a pipe that nobody reads) may not keep the mirror on the node for longer.</summary>
    private static readonly TimeSpan _drainPatience = TimeSpan.FromSeconds(5);

    /// <summary>Names that a short capture was too short for are worth a moment.</summary>
    private static readonly TimeSpan _namesPatience = TimeSpan.FromMilliseconds(300);

    /// <summary>What the rings held when all were open has been read by then.</summary>
    private static readonly TimeSpan _sincePatience = TimeSpan.FromSeconds(2);

    private readonly NodeAccess _access;
    private readonly CapturePlan _plan;
    private readonly CaptureOptions _options;
    private readonly ICaptureListener _listener;
    private readonly RingSize _ring;
    private readonly TaskCompletionSource<Ending> _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CaptureRun(NodeAccess access, CapturePlan plan, CaptureOptions options, ICaptureListener listener)
    {
        _access = access;
        _plan = plan;
        _options = options;
        _listener = listener;
        _trigger = options.Trigger is { } trigger ? new(Tagged(trigger.Filter)!) : null;
        _ring = RingSize.For(plan.Points.Count);
        _points = [.. plan.Points.Select((p, i) => new PointState(p, i))];
    }

    /// <summary>Captures.</summary>
    /// <param name="access">The node.</param>
    /// <param name="snapshot">The facts that the plan was made from, for the file's head.</param>
    /// <param name="plan">Where.</param>
    /// <param name="options">How.</param>
    /// <param name="session">Name of this session, as the guard knows it (<see cref="MirrorSession.NewName"/>).</param>
    /// <param name="guard">The guard being started; null where nobody guards (a test). It is armed before anything is made.</param>
    /// <param name="listener">Hears how it goes.</param>
    /// <param name="readNames">
    /// Reads more names of addresses, once packets are being captured: it may take its time. Null: the plan's names are all.
    /// </param>
    /// <param name="cancellationToken">Interrupts: the capture ends in good order with <see cref="CaptureEnd.Interrupted"/>.</param>
    /// <exception cref="ProblemException">
    /// It could not start (and nothing is left), or something was left behind (status <see cref="ExitStatus.LeftBehind"/>).
    /// </exception>
    /// <exception cref="OperationCanceledException">Interrupted before it was ready.</exception>
    public static async Task<CaptureResult> RunAsync(
        NodeAccess access,
        NodeSnapshot snapshot,
        CapturePlan plan,
        CaptureOptions options,
        string session,
        GuardProcess? guard,
        ICaptureListener listener,
        Func<CancellationToken, Task<IReadOnlyDictionary<IPAddress, string>>>? readNames,
        CancellationToken cancellationToken)
    {
        CheckFilter(options.Filter, "--filter");
        CheckFilter(options.Trigger?.Filter, "--when");
        var run = new CaptureRun(access, plan, options, listener);
        var file = options.Destination switch
        {
            CaptureDestination.ToFile to => OutputFile.Open(
                options.Files is null ? to.Path : FileLimits.NameOf(to.Path, 1, DateTimeOffset.UtcNow)),
            CaptureDestination.ToStandardOutput => OutputFile.OpenStandardOutput(),
            _ => null,
        };
        MirrorSession? mirrors = null;
        try
        {
            run.OpenDevices();
            if (plan.ChangesNode)
            {
                guard?.WaitUntilArmed(cancellationToken);
                mirrors = await MirrorSession.StartAsync(
                    access, MarkOf(session, guard, options), [.. plan.Points.OfType<CapturePoint.OfMirror>()],
                    new(Tagged(options.Filter), options.SnapLength) { Ring = run._ring }, MonitorKind.Dummy, cancellationToken);
                run.TakeMirrors(mirrors);
            }
            run.OpenSink(file, snapshot);
        }
        catch
        {
            run.CloseAll();
            file?.Discard();
            if (mirrors is not null)
            {
                await mirrors.RemoveAsync();
            }
            throw;
        }
        return await run.CaptureAsync(mirrors, readNames, cancellationToken);
    }

    private async Task<CaptureResult> CaptureAsync(
        MirrorSession? mirrors,
        Func<CancellationToken, Task<IReadOnlyDictionary<IPAddress, string>>>? readNames,
        CancellationToken cancellationToken)
    {
        var started = DateTimeOffset.UtcNow;
        CleanupResult? cleanup = null;
        OperationsException? leftBehind = null;
        Ending ending;
        DateTimeOffset ended;
        bool drained;
        using var watching = new CancellationTokenSource();
        try
        {
            _since = _points.Count > 1 ? PacketCapture.RealTime() : 0;
            _sinceEnds = Environment.TickCount64 + (long)_sincePatience.TotalMilliseconds;
            var reading = StartThread("capture", ReadAll);
            _listener.OnReady(mirrors?.Mirrors ?? []);
            var watch = mirrors is null ? Task.CompletedTask : WatchAsync(mirrors, watching.Token);
            var naming = readNames is null ? Task.CompletedTask : ReadNamesAsync(readNames, watching.Token);
            ending = await WaitForEndAsync(cancellationToken);
            ended = DateTimeOffset.UtcNow;
            var last = PacketCapture.RealTime() + 99;
            foreach (var point in _points)
            {
                point.Capture?.Stop(last); // the same moment for all: a hop that goes on longer would tell of loss
            }
            drained = await Task.WhenAny(reading, Task.Delay(_drainPatience, CancellationToken.None)) == reading;
            if (ending.End != CaptureEnd.ReaderGone)
            {
                await Task.WhenAny(naming, Task.Delay(_namesPatience, CancellationToken.None));
            }
            await watching.CancelAsync();
            await watch;
            await naming;
            if (mirrors is not null)
            {
                ReadMonitorCounters();
            }
        }
        finally
        {
            if (mirrors is not null)
            {
                (cleanup, leftBehind) = await RemoveAsync(mirrors);
            }
        }
        var results = _points.Select(p => p.ToResult()).ToList();
        if (_outOfOrder > 0)
        {
            _listener.OnNote($"{_outOfOrder} packets stand behind later ones: they came too fast to be put in order");
        }
        if (_clockSteps > 0)
        {
            _listener.OnNote(
                "the node's clock was set back meanwhile: packets after that bear its new time, and stand behind the others");
        }
        long? length = null;
        if (drained)
        {
            ending = Finish(results, started, ended, ending);
            length = _sink!.Length;
            results = CountAgain(results, ending);
        }
        else
        {
            _listener.OnNote("whoever reads our output did not take it any more; the last packets were not written");
        }
        var result = new CaptureResult
        {
            End = ending.End,
            Problem = ending.Problem,
            Points = results,
            Packets = results.Sum(r => r.Written),
            FileLength = length,
            LastFile = _sink?.Current?.Path,
            Cleanup = cleanup,
        };
        if (drained)
        {
            CloseAll();
        }
        return leftBehind is null ? result : throw leftBehind;
    }

    /// <summary>The file is ended in good order also where something is left behind; that is told then.</summary>
    private static async Task<(CleanupResult? Cleanup, OperationsException? LeftBehind)> RemoveAsync(MirrorSession mirrors)
    {
        try
        {
            return (await mirrors.RemoveAsync(), null);
        }
        catch (OperationsException exception) when (exception.Status == ExitStatus.LeftBehind)
        {
            return (null, exception);
        }
    }

    /// <summary>
    /// Where the disk failed, packets that were handed to it may not be there: the file itself says which are, for the account must close.
    /// </summary>
    private List<PointResult> CountAgain(List<PointResult> results, Ending ending)
    {
        if (ending.End != CaptureEnd.OutputFailed || _sink!.Current is not { } file)
        {
            return results;
        }
        _sink.Dispose();
        try
        {
            var counts = file.CountPackets();
            return [.. results.Select((r, i) => r with { Written = counts[i], Unwritten = r.Unwritten + r.Written - counts[i] })];
        }
        catch (Exception exception) when (exception is IOException or ProblemException or InvalidDataException)
        {
            _listener.OnNote($"how many packets reached {file.Path} is not known: {exception.Message}");
            return results;
        }
    }

    private Ending Finish(
        List<PointResult> results, DateTimeOffset started, DateTimeOffset ended, Ending ending)
    {
        if (_writeFailed || ending.End == CaptureEnd.ReaderGone)
        {
            return ending;
        }
        try
        {
            UseNewNames();
            _sink!.Finish(results, started, ended);
        }
        catch (IOException exception)
        {
            return ending.End == CaptureEnd.SourceGone ? ending : EndOf(exception);
        }
        return ending;
    }

    /// <summary>A class, for the runtime compiles tasks of structs anew at each start.</summary>
    private sealed record Ending(CaptureEnd End, Problem? Problem);

    private static OwnershipMark MarkOf(string session, GuardProcess? guard, CaptureOptions options) => new()
    {
        Session = session,
        Owner = ProcessIdentity.Current,
        Guard = guard?.Identity,
        Lease = DateTimeOffset.UtcNow + _leaseTime,
        Reason = options.Reason,
    };

    private static void CheckFilter(string? filter, string option)
    {
        if (filter is not null && PacketFilter.FindError(filter) is { } complaint)
        {
            throw CaptureRunProblems.BadFilter(filter, complaint, option);
        }
    }
}
