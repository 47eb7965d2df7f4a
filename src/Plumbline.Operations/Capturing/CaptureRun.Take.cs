using System.Runtime.CompilerServices;
using Plumbline.Linux.Capture;

namespace Plumbline.Operations.Capturing;

public sealed partial class CaptureRun
{
    private readonly InnerFilter? _trigger;

    /// <summary>Time of the last packet to keep, once the trigger has come.</summary>
    private long _until = long.MaxValue;

    private bool _isDone;

    /// <summary>Of each point: packets that came in are not its.</summary>
    private bool[] _onlyOutgoing = [];

    /// <summary>A block of the only ring. Where nothing is to be decided for each packet, all of it goes to
    /// the file in one loop, but for a packet that begins the next file.</summary>
    private void TakeBlock(PointState point, ref PacketBlock block)
    {
        if (point.InnerFilter is null && IsWantedWhole(block.Left))
        {
            while (!WriteBlock(point, ref block))
            {
                Take(point, block.Packet, block.Data);
            }
        }
        while (block.MoveNext())
        {
            Take(point, block.Packet, block.Data);
        }
    }

    /// <summary>
    /// False where it stands at a packet that wants to be taken by itself: all before it is written and counted.
    /// </summary>
    private bool WriteBlock(PointState point, ref PacketBlock block)
    {
        var counts = default(BlockCounts);
        var isThrough = true;
        try
        {
            isThrough = _writeFailed
                || _sink!.TryWriteBlock(point.Number, ref block, point.Mirror is { CopiesAreOutgoing: true },
                    ref counts);
        }
        catch (IOException exception)
        {
            Fail(exception);
            point.CountUnwritten();
        }
        Count(point, counts);
        return isThrough;
    }

    /// <summary>Packets of all rings in the order of time; as <see cref="TakeBlock"/>.</summary>
    private void TakeMerged(ref MergedPackets packets)
    {
        if (_since != 0 && Environment.TickCount64 >= _sinceEnds)
        {
            _since = 0;
        }
        if (IsWantedWhole(packets.Left) && !_points.Any(p => p.InnerFilter is not null))
        {
            Span<BlockCounts> counts = stackalloc BlockCounts[_points.Count];
            while (!WriteMerged(ref packets, counts))
            {
                Take(_points[packets.Index], packets.Packet, packets.Data);
            }
        }
        while (packets.MoveNext())
        {
            Take(_points[packets.Index], packets.Packet, packets.Data);
        }
    }

    /// <inheritdoc cref="WriteBlock"/>
    private bool WriteMerged(ref MergedPackets packets, scoped Span<BlockCounts> counts)
    {
        counts.Clear();
        var isThrough = true;
        try
        {
            isThrough = _writeFailed || _sink!.TryWriteMerged(ref packets, _since, _onlyOutgoing, counts);
        }
        catch (IOException exception)
        {
            Fail(exception);
            _points[packets.Index].CountUnwritten();
        }
        for (var i = 0; i < counts.Length; i++)
        {
            Count(_points[i], counts[i]);
        }
        return isThrough;
    }

    private void Count(PointState point, in BlockCounts counts)
    {
        point.Count(counts.Written, counts.Others);
        Volatile.Write(ref _bytes, _bytes + counts.Bytes);
        Volatile.Write(ref _packets, _packets + counts.Written);
    }

    private bool IsWantedWhole(int packets) =>
        !_isDone && !_writeFailed
        && _trigger is null && _options.Comment is null && _options.Bytes is null
        && _packets + packets < (_options.Count ?? long.MaxValue);

    /// <summary>One packet, by the reading thread. No locked instruction, no object: all packets of several rings go this way.</summary>
    private void Take(PointState point, in CapturedPacket packet, ReadOnlySpan<byte> data)
    {
        if (!IsWanted(point, packet, data))
        {
            point.CountOther();
            return;
        }
        if (_writeFailed)
        {
            point.CountUnwritten();
            return;
        }
        try
        {
            _sink!.Write(point.Number, packet, data, _options.Comment?.Invoke(point.Point, packet, data));
        }
        catch (IOException exception)
        {
            Fail(exception);
            point.CountUnwritten();
            return;
        }
        point.Count();
        Volatile.Write(ref _bytes, _bytes + packet.OriginalLength);
        Volatile.Write(ref _packets, _packets + 1);
        if (_packets == _options.Count)
        {
            End(CaptureEnd.Count);
        }
        else if (_bytes >= _options.Bytes)
        {
            End(CaptureEnd.Bytes);
        }
        if (_trigger is not null)
        {
            LookForTrigger(packet, data);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once a packet
    private bool IsWanted(PointState point, in CapturedPacket packet, ReadOnlySpan<byte> data) =>
        !_isDone
        && packet.TimestampNanoseconds >= _since
        && packet.TimestampNanoseconds <= _until
        && (packet.IsOutgoing || point.Mirror is not { CopiesAreOutgoing: true })
        && (point.InnerFilter is not { } inner || inner.Accepts(data, packet.OriginalLength));

    private void LookForTrigger(in CapturedPacket packet, ReadOnlySpan<byte> data)
    {
        if (_until != long.MaxValue || !_trigger!.Accepts(data, packet.OriginalLength))
        {
            return;
        }
        var after = _options.Trigger!.After;
        _until = packet.TimestampNanoseconds + after.Ticks * 100;
        var wait = TimeSpan.FromTicks(Math.Max(0, (_until - PacketCapture.RealTime()) / 100));
        _listener.OnNote($"the packet that was waited for came; the capture ends {after.TotalSeconds:0.###} s after it");
        _ = EndLaterAsync(wait);
    }

    private async Task EndLaterAsync(TimeSpan wait)
    {
        await Task.WhenAny(Task.Delay(wait), _ended.Task);
        _ended.TrySetResult(new(CaptureEnd.Trigger, null));
    }

    private void End(CaptureEnd end)
    {
        _isDone = true;
        _ended.TrySetResult(new(end, null));
    }
}
