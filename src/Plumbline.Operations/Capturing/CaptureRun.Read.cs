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
    private long _packets;
    private long _bytes;
    private volatile bool _writeFailed;
    private IReadOnlyDictionary<IPAddress, string>? _newNames;

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
                    Filter = _options.Filter,
                    SnapLength = _options.SnapLength,
                });
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
                : new PcapngSink(file!, snapshot, _plan, _options);
        }
        catch (IOException exception)
        {
            throw new OperationsException(
                EndOf(exception).Problem ?? CaptureRunProblems.OutputFailed(file?.Name ?? "standard output", exception), inner: exception);
        }
    }

    private Task StartReading()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                ReadAll();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception); // a defect of ours: the one who waits gets it
                _ended.TrySetException(exception);
            }
        })
        { IsBackground = true, Name = "capture" };
        thread.Start();
        return done.Task;
    }

    private void ReadAll()
    {
        var open = _points.ToList();
        var captures = open.ConvertAll(p => p.Capture!);
        var handlers = open.ConvertAll<PacketHandler>(p => (in packet, data) => Take(p, packet, data));
        while (captures.Count > 0)
        {
            PacketCapture.WaitAny(captures, TimeSpan.FromMilliseconds(-1));
            Guarded(UseNewNames);
            var taken = 0;
            for (var i = captures.Count - 1; i >= 0; i--)
            {
                if (!ReadOne(captures[i], handlers[i], open[i], ref taken))
                {
                    captures.RemoveAt(i);
                    handlers.RemoveAt(i);
                    open.RemoveAt(i);
                }
            }
            if (taken > 0)
            {
                Guarded(_sink!.Flush);
            }
        }
    }

    /// <returns>False when this one has ended.</returns>
    private bool ReadOne(PacketCapture capture, PacketHandler handler, PointState point, ref int taken)
    {
        try
        {
            var count = capture.Read(TimeSpan.Zero, handler);
            taken += Math.Max(0, count);
            return count >= 0;
        }
        catch (LinuxException exception)
        {
            _ended.TrySetResult(new(CaptureEnd.SourceGone, CaptureRunProblems.DeviceGone(point.Point.Name, exception.Problem)));
            return false;
        }
    }

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

    private void Take(PointState point, in CapturedPacket packet, ReadOnlySpan<byte> data)
    {
        if (_writeFailed || _packets == _options.Count || point.Mirror is { CopiesAreOutgoing: true } && !packet.IsOutgoing)
        {
            return;
        }
        try
        {
            _sink!.Write(point.Number, packet, data);
        }
        catch (IOException exception)
        {
            Fail(exception);
            return;
        }
        point.Count();
        Interlocked.Add(ref _bytes, packet.OriginalLength);
        if (Interlocked.Increment(ref _packets) == _options.Count)
        {
            _ended.TrySetResult(new(CaptureEnd.Count, null));
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
