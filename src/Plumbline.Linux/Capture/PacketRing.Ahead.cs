namespace Plumbline.Linux.Capture;

/// <summary>Looking ahead: several blocks are kept from the kernel while their packets wait for those of other rings.</summary>
internal sealed unsafe partial class PacketRing
{
    /// <summary>Blocks that were handed over and not yet handed back.</summary>
    public int Held => _held;

    /// <summary>The kernel has put packets into the block that it fills now.</summary>
    public bool IsFilling => _held < blockCount && Status == TP_STATUS_KERNEL && Volatile.Read(ref Field(PacketCountOffset)) > 0;

    /// <summary>
    /// Adds the packets of the next block that the kernel handed over to <paramref name="queue"/>, and keeps the block until
    /// <see cref="GiveBackOldest"/>; false where there is none. Not to be mixed with <see cref="OpenBlock"/>.
    /// </summary>
    public bool TryHoldNext(WaitingPackets queue)
    {
        if (_held == blockCount || (Status & TP_STATUS_USER) == 0)
        {
            return false;
        }
        var header = Block + Field(FirstPacketOffset);
        var count = (int)Field(PacketCountOffset);
        var number = (_index + _held) % blockCount;
        for (var left = count; left > 0; left--)
        {
            queue.Add(Timestamp(header), (nint)header, number);
            header += *(uint*)header;
        }
        queue.AddBlock(number, count);
        _held++;
        return true;
    }

    /// <summary>Number of the block that was handed over first.</summary>
    public int OldestHeld => _index;

    /// <summary>Hands the block that was held first back to the kernel.</summary>
    public void GiveBackOldest()
    {
        var block = (byte*)memory + (nint)_index * blockSize;
        *(uint*)(block + PacketCountOffset) = 0;
        Volatile.Write(ref *(uint*)(block + StatusOffset), TP_STATUS_KERNEL);
        _index = (_index + 1) % blockCount;
        _held--;
    }
}
