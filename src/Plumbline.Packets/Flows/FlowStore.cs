namespace Plumbline.Packets.Flows;

/// <summary>
/// Conversations by key: an open-addressing table of numbers over chunks of states that never move, so that growing copies 4 bytes a
/// conversation. No objects a conversation: the collector has nothing to walk.
/// </summary>
internal sealed class FlowStore
{
    /// <summary>More than these are not kept apart: about 100 MiB.</summary>
    public const int MaxFlows = 200_000;

    private const int ChunkBits = 10;
    private readonly List<FlowState[]> _chunks = [];
    private int[] _table = new int[1 << 12]; // number + 1; 0 is free
    private int _last = -1;

    public int Count { get; private set; }

    public ref FlowState this[int number] => ref _chunks[number >> ChunkBits][number & (1 << ChunkBits) - 1];

    /// <summary>The conversation's number, a new one where it was not known; −1 where there is no more room.</summary>
    public int FindOrAdd(in FlowKey key, out bool isNew)
    {
        isNew = false;
        if (_last >= 0 && this[_last].Key.Equals(key))
        {
            return _last;
        }
        var mask = _table.Length - 1;
        var slot = key.GetHashCode() & mask;
        while (_table[slot] is var number and > 0)
        {
            if (this[number - 1].Key.Equals(key))
            {
                return _last = number - 1;
            }
            slot = slot + 1 & mask;
        }
        if (Count == MaxFlows)
        {
            return -1;
        }
        isNew = true;
        if (Count >> ChunkBits == _chunks.Count)
        {
            _chunks.Add(new FlowState[1 << ChunkBits]);
        }
        _table[slot] = Count + 1;
        _last = Count++;
        this[_last].Key = key;
        if (Count * 2 > _table.Length)
        {
            Grow();
        }
        return _last;
    }

    private void Grow()
    {
        _table = new int[_table.Length * 2];
        var mask = _table.Length - 1;
        for (var number = 0; number < Count; number++)
        {
            var slot = this[number].Key.GetHashCode() & mask;
            while (_table[slot] > 0)
            {
                slot = slot + 1 & mask;
            }
            _table[slot] = number + 1;
        }
    }
}
