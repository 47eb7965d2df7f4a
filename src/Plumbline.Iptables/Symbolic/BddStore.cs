using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// Binary decision diagrams in one growing table. A set of packets is an <i>edge</i>: the number of a node, shifted left by one, with the
/// lowest bit set where the set is the complement of the node's. Every set has exactly one edge, so equal sets are equal numbers and
/// negation is a flipped bit.
/// </summary>
/// <remarks>
/// Levels count from the top; a node asks the bit of its level. The high edge of a node is never complemented, which keeps the form
/// unique. Nodes are never freed one by one: <see cref="Rewind"/> drops all that were made since a mark. Not safe for several threads.
/// </remarks>
internal sealed partial class BddStore
{
    /// <summary>All packets.</summary>
    public const int True = 0;

    /// <summary>No packet.</summary>
    public const int False = 1;

    private const int FirstCache = 1 << 12;
    private const int LastCache = 1 << 21;

    private Node[] _nodes = new Node[1 << 12];
    private int[] _buckets = new int[1 << 13];
    private Operation[] _cache = new Operation[FirstCache];
    private int _cacheMask = FirstCache - 1;
    private int _count = 1;
    private int _maxNodes;
    private long _deadline;

    public BddStore(AnalysisBudget budget)
    {
        _nodes[0] = new() { Level = int.MaxValue };
        Allow(budget);
        ClearCache();
    }

    /// <summary>Nodes in the table, the terminal included.</summary>
    public int Count => _count;

    /// <summary>Starts a new question's budget.</summary>
    public void Allow(AnalysisBudget budget)
    {
        _maxNodes = budget.MaxNodes;
        _deadline = Stopwatch.GetTimestamp() + (long)(budget.MaxTime.TotalSeconds * Stopwatch.Frequency);
    }

    /// <exception cref="BudgetExceededException">The question's time is over.</exception>
    public void CheckTime()
    {
        if (Stopwatch.GetTimestamp() > _deadline)
        {
            throw new BudgetExceededException("the time allowed for the question is over");
        }
    }

    /// <summary>The level that <paramref name="edge"/> asks first; <see cref="int.MaxValue"/> for all and none.</summary>
    public int LevelOf(int edge) => _nodes[edge >> 1].Level;

    /// <summary>The rest of the set where the first bit is 0.</summary>
    public int Low(int edge) => _nodes[edge >> 1].Low ^ edge & 1;

    /// <summary>The rest of the set where the first bit is 1.</summary>
    public int High(int edge) => _nodes[edge >> 1].High ^ edge & 1;

    /// <summary>The set that is <paramref name="low"/> where the bit is 0 and <paramref name="high"/> where it is 1.</summary>
    /// <exception cref="BudgetExceededException">The table is full, or time is over.</exception>
    public int Make(int level, int low, int high)
    {
        if (low == high)
        {
            return low;
        }
        var complement = high & 1;
        low ^= complement;
        high ^= complement;
        var bucket = Hash(level, low, high) & (_buckets.Length - 1);
        for (var i = _buckets[bucket]; i != 0; i = _nodes[i].Next)
        {
            ref readonly var node = ref _nodes[i];
            if (node.Level == level && node.Low == low && node.High == high)
            {
                return i << 1 | complement;
            }
        }
        if (_count == _nodes.Length)
        {
            Grow();
            bucket = Hash(level, low, high) & (_buckets.Length - 1);
        }
        if ((_count & 0xFFFF) == 0)
        {
            CheckTime();
        }
        var index = _count++;
        _nodes[index] = new() { Level = level, Low = low, High = high, Next = _buckets[bucket] };
        _buckets[bucket] = index;
        return index << 1 | complement;
    }

    /// <summary>The set of packets whose bit at <paramref name="level"/> is 1.</summary>
    public int Bit(int level) => Make(level, False, True);

    /// <summary>A place to come back to.</summary>
    public int Mark() => _count;

    /// <summary>Drops every node made since <paramref name="mark"/>; edges to them must not be used any more.</summary>
    public void Rewind(int mark)
    {
        // a bucket's head is always its youngest node, so they come off in reverse order
        for (var i = _count - 1; i >= mark; i--)
        {
            ref readonly var node = ref _nodes[i];
            _buckets[Hash(node.Level, node.Low, node.High) & (_buckets.Length - 1)] = node.Next;
        }
        _count = mark;
        _cacheMask = FirstCache - 1;
        ClearCache();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Hash(int level, int low, int high)
    {
        var hash = (uint)level * 0x9E3779B1u + (uint)low * 0x85EBCA77u + (uint)high * 0xC2B2AE3Du;
        return (int)((hash ^ hash >> 15) & int.MaxValue);
    }

    private void Grow()
    {
        if (_count >= _maxNodes)
        {
            throw new BudgetExceededException($"the question needs more than {_maxNodes} nodes");
        }
        CheckTime();
        Array.Resize(ref _nodes, _nodes.Length * 2);
        _buckets = new int[_nodes.Length * 2];
        for (var i = 1; i < _count; i++)
        {
            ref var node = ref _nodes[i];
            var bucket = Hash(node.Level, node.Low, node.High) & (_buckets.Length - 1);
            node.Next = _buckets[bucket];
            _buckets[bucket] = i;
        }
    }

    private void ClearCache() => Array.Fill(_cache, new() { F = -1 }, 0, _cacheMask + 1);

    /// <summary>The slot of an operation's result. It grows with the table, so that a small question clears little.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Slot(int f, int g, int h)
    {
        var hash = (uint)f * 0x9E3779B1u + (uint)g * 0x85EBCA77u + (uint)h * 0xC2B2AE3Du;
        return (int)(hash ^ hash >> 16) & _cacheMask;
    }

    private void GrowCache()
    {
        if (_count > _cacheMask && _cacheMask + 1 < LastCache)
        {
            var size = _cacheMask + 1;
            while (size < LastCache && size <= _count)
            {
                size *= 2;
            }
            if (_cache.Length < size)
            {
                _cache = new Operation[size];
            }
            _cacheMask = size - 1;
            ClearCache();
        }
    }

    private struct Node
    {
        public int Level;
        public int Low;
        public int High;
        public int Next;
    }

    /// <summary>A remembered result. H tells the operation where it is negative (see BddStore.Quantify.cs).</summary>
    private struct Operation
    {
        public int F;
        public int G;
        public int H;
        public int Result;
    }
}
