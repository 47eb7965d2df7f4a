using System.Net;
using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux;
using Plumbline.Linux.Capture;
using Plumbline.Node.Facts;
using Plumbline.Operations.Mirroring;
using Plumbline.Primitives;

namespace Plumbline.Operations.Capturing;

public sealed partial class CaptureRun
{
    private readonly IReadOnlyList<PointState> _points;
    private readonly List<NetworkNamespace> _namespaces = [];
    private ICaptureSink? _sink;

    /// <summary>
    /// Packets of several points are kept from this time on, when all of them were open: a hop that began earlier would
    /// tell of loss. What bears an older time after a while was not caught before, but after the clock was set back.
    /// </summary>
    private long _since;


    private long _sinceEnds;
    private long _outOfOrder;
    private long _clockSteps;
    private long _packets;
    private long _bytes;
    private volatile bool _writeFailed;
    private bool _isFlushDue;
    private long _flushedAt;
    private IReadOnlyDictionary<IPAddress, string>? _newNames;

    private const int FlushMilliseconds = 100;

    private void OpenDevices()
    {
        foreach (var point in _points)
        {
            if (point.Point is CapturePoint.OfDevice device)
            {
                point.Capture = PacketCapture.Open(new()
                {
                    Device = device.Device,
                    Namespace = NamespaceOf(device),
                    Filter = device.CarriesTunnels ? InnerFilter.Widen(_options.Filter) : _options.Filter,
                    SnapLength = _options.SnapLength,
                    RingBytes = _ring.Bytes,
                    BlockBytes = _ring.BlockBytes,
                    RetireMilliseconds = _ring.RetireMilliseconds,
                });
                point.InnerFilter = device.CarriesTunnels && _options.Filter is { } filter ? new(filter) : null;
            }
        }
    }

    private NetworkNamespace? NamespaceOf(CapturePoint.OfDevice device)
    {
        var path = device.Namespace.Length > 0 ? Path.Combine(_access.NamespaceDirectory, device.Namespace) : _access.NamespaceFile;
        if (path is null)
        {
            return null;
        }
        var opened = NetworkNamespace.Open(path);
        _namespaces.Add(opened);
        return opened;
    }

    private void TakeMirrors(MirrorSession session)
    {
        var mirrors = session.Mirrors.GetEnumerator();
        foreach (var point in _points.Where(p => p.Point is CapturePoint.OfMirror))
        {
            mirrors.MoveNext();
            point.Mirror = mirrors.Current;
            point.Capture = point.Mirror.Capture;
        }
    }

    /// <summary>Copies carry the bridge's VLAN, which libpcap's filters do not look behind by themselves.</summary>
    private static string? Tagged(string? filter) =>
        filter is null || filter.Contains("vlan", StringComparison.Ordinal) ? filter : $"({filter}) or (vlan and ({filter}))";

    private void OpenSink(OutputFile? file, NodeSnapshot snapshot)
    {
        try
        {
            _sink = _options.Destination is CaptureDestination.ToLines lines
                ? new LineSink(lines, [.. _plan.Points.Select(p => p.Name)], _plan.Names)
                : new PcapngSink(file!, snapshot, _plan, _options, () => [.. _points.Select(p => p.ToResult())]);
        }
        catch (IOException exception)
        {
            throw new OperationsException(
                EndOf(exception).Problem ?? CaptureRunProblems.OutputFailed(file?.Name ?? "standard output", exception), inner: exception);
        }
    }

    private void ReadAll()
    {
        if (_points.Count == 1)
        {
            ReadOne(_points[0]);
        }
        else
        {
            ReadSeveral();
        }
    }

    private void ReadOne(PointState point)
    {
        PacketBlockHandler handler = (ref block) => TakeBlock(point, ref block);
        try
        {
            while (point.Capture!.ReadBlocks(FlushIn, handler) is var count and >= 0)
            {
                FlushAfter(count);
            }
        }
        catch (LinuxException exception)
        {
            EndAt(point, exception);
        }
    }

    /// <summary>All rings as one, in the order of time.</summary>
    private void ReadSeveral()
    {
        _onlyOutgoing = [.. _points.Select(p => p.Mirror is { CopiesAreOutgoing: true })];
        var merger = new PacketMerger([.. _points.Select(p => p.Capture!)]);
        MergedPacketsHandler handler = TakeMerged;
        while (merger.Read(FlushIn, handler, (index, exception) => EndAt(_points[index], exception)) is var count and >= 0)
        {
            FlushAfter(count);
        }
        (_outOfOrder, _clockSteps) = (merger.OutOfOrder, merger.ClockSteps);
    }

    /// <summary>How long what was written may wait for company before others see it.</summary>
    private TimeSpan FlushIn => _isFlushDue ? TimeSpan.FromMilliseconds(FlushMilliseconds / 2) : Timeout.InfiniteTimeSpan;

    /// <summary>A pipe's reader gets each batch at once; to a disk it goes by the window, or when no more comes, or when it is old.</summary>
    private void FlushAfter(int packets)
    {
        Guarded(UseNewNames);
        var now = Environment.TickCount64;
        if (packets > 0 && _sink!.MayWait && now - _flushedAt < FlushMilliseconds)
        {
            _isFlushDue = true;
            return;
        }
        _isFlushDue = false;
        _flushedAt = now;
        Guarded(_sink!.Flush);
    }

    private void EndAt(PointState point, LinuxException exception) =>
        _ended.TrySetResult(new(CaptureEnd.SourceGone, CaptureRunProblems.DeviceGone(point.Point.Name, exception.Problem)));

    private async Task ReadNamesAsync(
        Func<CancellationToken, Task<IReadOnlyDictionary<IPAddress, string>>> readNames, CancellationToken cancellationToken)
    {
        try
        {
            _newNames = await readNames(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // a short capture: it ended first
        }
        catch (ProblemException exception)
        {
            _listener.OnNote($"addresses stay without names: {exception.Problem.What}");
        }
    }

    private void UseNewNames()
    {
        if (Interlocked.Exchange(ref _newNames, null) is { } names)
        {
            _sink!.SetNames(names);
        }
    }

    private void Guarded(Action write)
    {
        if (_writeFailed)
        {
            return;
        }
        try
        {
            write();
        }
        catch (IOException exception)
        {
            Fail(exception);
        }
    }

    private void Fail(IOException exception)
    {
        _writeFailed = true;
        _ended.TrySetResult(EndOf(exception));
    }

    private Ending EndOf(IOException exception)
    {
        var name = _options.Destination is CaptureDestination.ToFile file ? file.Path : "standard output";
        return OutputFile.IsReaderGone(exception) ? new(CaptureEnd.ReaderGone, null)
            : OutputFile.IsFull(exception) ? new(CaptureEnd.OutputFailed, CaptureRunProblems.OutputFull(name, exception))
            : new(CaptureEnd.OutputFailed, CaptureRunProblems.OutputFailed(name, exception));
    }

    private ulong Dropped()
    {
        var sum = 0UL;
        foreach (var point in _points)
        {
            sum += point.Capture?.ReadStatistics().Dropped ?? 0;
        }
        return sum;
    }

    private void CloseAll()
    {
        foreach (var point in _points)
        {
            point.Capture?.Dispose();
        }
        _namespaces.ForEach(n => n.Dispose());
        _sink?.Dispose();
    }
}
