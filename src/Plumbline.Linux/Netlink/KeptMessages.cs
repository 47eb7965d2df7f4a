namespace Plumbline.Linux.Netlink;

/// <summary>Copies of many messages, side by side in blocks that grow: thousands of small arrays would be the collector's to move.</summary>
internal sealed class KeptMessages
{
    private const int LeastInBlock = 4 << 10;
    private const int MostInBlock = 1 << 20;

    private byte[] _block = [];
    private int _used;

    /// <summary>A copy that stays.</summary>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> message)
    {
        if (_block.Length - _used < message.Length)
        {
            var length = Math.Clamp(2 * _block.Length, LeastInBlock, MostInBlock);
            (_block, _used) = (GC.AllocateUninitializedArray<byte>(Math.Max(length, message.Length)), 0);
        }
        var kept = _block.AsMemory(_used, message.Length);
        message.CopyTo(kept.Span);
        _used += message.Length;
        return kept;
    }
}
