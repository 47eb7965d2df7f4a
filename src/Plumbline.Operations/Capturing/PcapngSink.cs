using System.Net;
using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux;
using Plumbline.Linux.Capture;
using Plumbline.Node.Facts;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Operations.Capturing;

/// <summary>pcapng: an interface block a point, names of the instances, packets, and at the end a statistics block a point.</summary>
internal sealed class PcapngSink : ICaptureSink
{
    private readonly NodeSnapshot _snapshot;
    private readonly CapturePlan _plan;
    private readonly CaptureOptions _options;
    private readonly Func<IReadOnlyList<PointResult>> _readCounters;
    private readonly IReadOnlyList<CapturePoint> _points;
    private readonly bool[] _isMirror;
    private readonly Dictionary<IPAddress, string> _named = [];
    private readonly Queue<string> _kept = [];
    private readonly FileLimits? _limits;
    private OutputFile _file;
    private PcapngWriter _writer;
    private int _number = 1;
    private long _begun;
    private long _lengthBefore;
    private IReadOnlyList<long> _before;

    /// <summary>Writes the head of the file.</summary>
    /// <param name="file">Where to; the sink owns it.</param>
    /// <param name="snapshot">For the head.</param>
    /// <param name="plan">What is captured.</param>
    /// <param name="options">How.</param>
    /// <param name="readCounters">The counters so far, for a file that is full.</param>
    public PcapngSink(
        OutputFile file, NodeSnapshot snapshot, CapturePlan plan, CaptureOptions options, Func<IReadOnlyList<PointResult>> readCounters)
    {
        _file = file;
        _snapshot = snapshot;
        _plan = plan;
        _options = options;
        _readCounters = readCounters;
        _points = plan.Points;
        _isMirror = [.. plan.Points.Select(p => p is CapturePoint.OfMirror)];
        _limits = options.Files;
        _before = new long[plan.Points.Count];
        _kept.Enqueue(file.Name);
        _writer = Begin(plan.Names);
    }

    /// <inheritdoc/>
    public long? Length => _lengthBefore + (_file.Length ?? _writer.Length);

    /// <inheritdoc/>
    public bool MayWait => _file.IsDirect;

    /// <inheritdoc/>
    public void Write(int point, in CapturedPacket packet, ReadOnlySpan<byte> data, string? comment)
    {
        if (_limits is not null)
        {
            Rotate(packet.TimestampNanoseconds);
        }
        _writer.WritePacket(
            point, packet.TimestampNanoseconds, data, packet.OriginalLength,
            _isMirror[point] ? PacketDirection.Unknown // nobody knows which way a copy went (mirroring-traps 5.21)
                : packet.IsOutgoing ? PacketDirection.Outbound : PacketDirection.Inbound,
            comment);
    }

    /// <inheritdoc/>
    public WrittenFile? Current =>
        _options.Destination is CaptureDestination.ToFile ? new(_file.Name, _before) : null;

    /// <inheritdoc/>
    public bool TryWriteBlock(int point, ref PacketBlock block, bool onlyOutgoing, ref BlockCounts counts)
    {
        var direction = _isMirror[point] ? PacketDirection.Unknown : PacketDirection.Inbound;
        var batch = _writer.StartPackets();
        var isThrough = _limits is null
            ? CopyAll(point, ref block, ref batch, direction, onlyOutgoing, ref counts, default(IFileEnd.Never))
            : CopyAll(point, ref block, ref batch, direction, onlyOutgoing, ref counts, End);
        batch.Close();
        return isThrough;
    }

    /// <summary>
    /// Of the file that is written now; the first packet of all comes by itself, and says when its file begins.
    /// </summary>
    private IFileEnd.At End => new(_limits!.Bytes ?? long.MaxValue, _begun, _begun == 0 ? TimeSpan.Zero : _limits.Time);

    /// <summary>The loop of a fast capture: without handlers of exceptions, so that all it uses stays in registers.</summary>
    /// <returns>False where it stands at the first packet of the next file.</returns>
    private static bool CopyAll<TEnd>(
        int point, ref PacketBlock block, ref PcapngWriter.PacketBatch batch, PacketDirection incoming, bool onlyOutgoing,
        ref BlockCounts counts, TEnd end)
        where TEnd : struct, IFileEnd
    {
        var isThrough = true;
        var packets = block;
        var to = batch;
        var (written, bytes, others) = (0L, 0L, 0L);
        var outgoing = incoming == PacketDirection.Unknown ? PacketDirection.Unknown : PacketDirection.Outbound;
        while (packets.MoveNext())
        {
            var isOutgoing = packets.IsOutgoing;
            if (onlyOutgoing && !isOutgoing)
            {
                others++;
                continue;
            }
            if (end.IsBefore(packets.TimestampNanoseconds, in to))
            {
                isThrough = false;
                break;
            }
            if (!to.TryAdd(point, packets.TimestampNanoseconds, packets.Data, packets.OriginalLength, isOutgoing ? outgoing : incoming))
            {
                break;
            }
            written++;
            bytes += packets.OriginalLength;
        }
        block = packets;
        batch = to;
        (counts.Written, counts.Bytes, counts.Others) = (written, bytes, others);
        return isThrough;
    }

    /// <inheritdoc/>
    public bool TryWriteMerged(ref MergedPackets packets, long since, scoped ReadOnlySpan<bool> onlyOutgoing, scoped Span<BlockCounts> counts)
    {
        var batch = _writer.StartPackets();
        var isThrough = _limits is null
            ? CopyAll(ref packets, ref batch, since, _isMirror, onlyOutgoing, counts, default(IFileEnd.Never))
            : CopyAll(ref packets, ref batch, since, _isMirror, onlyOutgoing, counts, End);
        batch.Close();
        return isThrough;
    }

    /// <summary>As the loop of one point.</summary>
    private static bool CopyAll<TEnd>(
        ref MergedPackets merged, ref PcapngWriter.PacketBatch batch, long since, scoped ReadOnlySpan<bool> isMirror,
        scoped ReadOnlySpan<bool> onlyOutgoing, scoped Span<BlockCounts> counts, TEnd end)
        where TEnd : struct, IFileEnd
    {
        var isThrough = true;
        var packets = merged;
        var to = batch;
        while (packets.MoveNext())
        {
            var point = packets.Index;
            var isOutgoing = packets.IsOutgoing;
            ref var count = ref counts[point];
            if (packets.TimestampNanoseconds < since || onlyOutgoing[point] && !isOutgoing)
            {
                count.Others++;
                continue;
            }
            var direction = isMirror[point] ? PacketDirection.Unknown : isOutgoing ? PacketDirection.Outbound : PacketDirection.Inbound;
            if (end.IsBefore(packets.TimestampNanoseconds, in to))
            {
                isThrough = false;
                break;
            }
            if (!to.TryAdd(point, packets.TimestampNanoseconds, packets.Data, packets.OriginalLength, direction))
            {
                break;
            }
            count.Written++;
            count.Bytes += packets.OriginalLength;
        }
        merged = packets;
        batch = to;
        return isThrough;
    }

    private PcapngWriter Begin(IReadOnlyDictionary<IPAddress, string> names)
    {
        _writer = new(_file.Stream, new()
        {
            OperatingSystem = _snapshot.Kernel is null ? "Linux" : $"Linux {_snapshot.Kernel}",
            Application = _options.Application,
            Comment = Describe(_snapshot, _plan),
        }, isAligned: _file.IsDirect);
        var clock = ProcessIdentity.Current.BootId[..8]; // one kernel, one clock
        foreach (var point in _points)
        {
            _writer.AddInterface(new()
            {
                Name = point.Name,
                Description = point.Notes.Count == 0 ? point.Description : $"{point.Description}. {string.Join(" ", point.Notes)}",
                Filter = _options.Filter,
                SnapLength = _options.SnapLength,
                Address = point is CapturePoint.OfDevice device ? device.Address : null,
                Comment = (point.Hop with { Clock = clock }).ToComment(),
            });
        }
        _named.Clear();
        SetNames(names);
        Flush();
        return _writer;
    }

    /// <summary>Ends a file that is full, and begins the next; the oldest goes when there are too many.</summary>
    private void Rotate(long time)
    {
        _begun = _begun == 0 ? time : _begun;
        if (_writer.Length < (_limits!.Bytes ?? long.MaxValue) && (_limits.Time is not { } most
            || IFileEnd.At.IsWithin(time - _begun, most)))
        {
            return;
        }
        var counters = _readCounters();
        WriteStatistics(counters, DateTimeOffset.UnixEpoch.AddTicks(_begun / 100),
            DateTimeOffset.UnixEpoch.AddTicks(time / 100));
        Flush();
        _file.Complete();
        _lengthBefore += _file.Length ?? 0;
        _file.Dispose();
        _begun = time;
        var next = FileLimits.NameOf(((CaptureDestination.ToFile)_options.Destination).Path, ++_number, DateTimeOffset.UnixEpoch.AddTicks(time / 100));
        _file = OutputFile.OpenNext(next);
        _before = [.. counters.Select(c => c.Written)];
        _kept.Enqueue(next);
        while (_kept.Count > (_limits.Count ?? int.MaxValue))
        {
            File.Delete(_kept.Dequeue());
        }
        _writer = Begin(new Dictionary<IPAddress, string>(_named));
    }

    /// <summary>Adds what the file does not say yet.</summary>
    public void SetNames(IReadOnlyDictionary<IPAddress, string> names)
    {
        var added = new List<KeyValuePair<IPAddress, string>>();
        foreach (var (address, name) in names)
        {
            if (!_named.TryGetValue(address, out var before) || before != name)
            {
                _named[address] = name;
                added.Add(new(address, name));
            }
        }
        if (added.Count > 0)
        {
            _writer.WriteNames(added);
        }
    }

    /// <inheritdoc/>
    public void Flush() => _writer.Flush();

    /// <inheritdoc/>
    public void Finish(IReadOnlyList<PointResult> points, DateTimeOffset started, DateTimeOffset ended)
    {
        WriteStatistics(points, started, ended);
        Flush();
        _file.Complete();
    }

    private void WriteStatistics(IReadOnlyList<PointResult> points, DateTimeOffset started, DateTimeOffset ended)
    {
        for (var i = 0; i < points.Count; i++)
        {
            _writer.WriteStatistics(i, new()
            {
                StartNanoseconds = Nanoseconds(started),
                EndNanoseconds = Nanoseconds(ended),
                Received = points[i].MonitorReceived,
                FilterAccepted = points[i].Accepted,
                Dropped = points[i].Dropped,
                Delivered = (ulong)points[i].Written,
                Comment = points[i].Account(),
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string Describe(NodeSnapshot snapshot, CapturePlan plan)
    {
        var lines = new List<string>
        {
            $"captured on {snapshot.Host ?? "an unnamed node"}"
                + (snapshot.Ovs?.Version is { } version ? $", Open vSwitch {version}" : ""),
        };
        foreach (var point in plan.Points)
        {
            lines.Add($"{point.Name}: {point.Description}"
                + (point is CapturePoint.OfMirror mirror ? $" (a mirror, because: {mirror.Reason})" : ""));
            lines.AddRange(point.Notes.Select(n => $"  {n}"));
        }
        lines.AddRange(plan.Notes);
        return string.Join("\n", lines);
    }

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
