using System.Diagnostics;
using System.Numerics;

namespace Plumbline.Linux.Capture;

/// <summary>
/// The packets of one ring that were seen and not yet handed over, by time. The kernel fills a ring almost in order (several processors
/// may overtake each other by microseconds), so putting one in its place costs next to nothing.
/// </summary>
internal sealed class WaitingPackets(int blockCount)
{
    private readonly int[] _leftInBlock = new int[blockCount];
    private Entry[] _entries = new Entry[4096];
    private int _head;
    private int _count;

    /// <summary>How many wait.</summary>
    public int Count => _count;

    /// <summary>None waits.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Time of the first.</summary>
    public long First => _entries[_head].Time;

    /// <summary>Time of the last packet ever added, by the clock of now; 0 before the first.</summary>
    public long Last { get; private set; }

    public void Add(long time, nint header, int block)
    {
        if (_count == _entries.Length)
        {
            Grow();
        }
        var mask = _entries.Length - 1;
        var place = _count++;
        while (place > 0 && _entries[(_head + place - 1) & mask].Time > time)
        {
            _entries[(_head + place) & mask] = _entries[(_head + place - 1) & mask];
            place--;
        }
        _entries[(_head + place) & mask] = new(time, header, block);
        Last = ClockStep.Later(Last, time);
    }

    /// <summary>A block whose packets were added.</summary>
    public void AddBlock(int block, int packets) => _leftInBlock[block] = packets;

    /// <summary>One waits that is not later.</summary>
    public bool HasUntil(long time) => _count > 0 && _entries[_head].Time <= time;

    /// <summary>Takes the first one out.</summary>
    /// <param name="endsBlock">It was the last of its block.</param>
    public nint Take(out bool endsBlock)
    {
        Debug.Assert(_count > 0, "nothing waits");
        ref var entry = ref _entries[_head];
        endsBlock = --_leftInBlock[entry.Block] == 0;
        _head = (_head + 1) & (_entries.Length - 1);
        _count--;
        return entry.Header;
    }

    /// <summary>All packets of the block were taken.</summary>
    public bool IsDone(int block) => _leftInBlock[block] == 0;

    private void Grow()
    {
        var larger = new Entry[(int)BitOperations.RoundUpToPowerOf2((uint)_entries.Length * 2)];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = _entries[(_head + i) & (_entries.Length - 1)];
        }
        (_entries, _head) = (larger, 0);
    }

    private readonly record struct Entry(long Time, nint Header, int Block);
}
