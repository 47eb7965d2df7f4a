using System.Runtime.CompilerServices;

namespace Plumbline.Linux.Capture;

public sealed partial class PacketCapture
{
    /// <summary>
    /// Waits up to <paramref name="timeout"/> for packets and hands each to <paramref name="handler"/>, oldest first.
    /// The bytes are the ring's and are valid only during the call. A VLAN tag that the kernel took off is put back.
    /// What the handler throws comes through; the next call goes on with the packet after.
    /// </summary>
    /// <param name="timeout"><see cref="Timeout.InfiniteTimeSpan"/> waits without end; zero only looks.</param>
    /// <param name="handler">May call <see cref="Stop()"/>.</param>
    /// <returns>
    /// Packets handed over, at most one ring full; 0 on timeout. After <see cref="Stop()"/>: what was left in the ring,
    /// then -1.
    /// </returns>
    /// <exception cref="LinuxException">
    /// The device went away or down (<see cref="LinuxException.Errno"/> ENODEV, ENETDOWN) and all that it had delivered
    /// was handed over.
    /// </exception>
    public int Read(TimeSpan timeout, PacketHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return ReadBlocks(timeout, (ref block) =>
        {
            while (block.MoveNext())
            {
                handler(block.Packet, block.Data);
            }
        });
    }

    /// <summary>
    /// As <see cref="Read"/>, block by block. What the handler throws comes through; the next call goes on with the
    /// packet behind the one at which it stood.
    /// </summary>
    public int ReadBlocks(TimeSpan timeout, PacketBlockHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var deadline = After(timeout);
        while (true)
        {
            Advance();
            var count = HandOver(handler);
            if (count > 0)
            {
                return count;
            }
            if (IsEnded())
            {
                return _failure is null ? -1 : throw _failure;
            }
            if (!WaitUntil(_self, deadline))
            {
                return 0;
            }
        }
    }

    private int HandOver(PacketBlockHandler handler)
    {
        var count = 0;
        for (var blocks = 0; blocks < _ring.BlockCount && _ring.OpenBlock(); blocks++)
        {
            var block = _ring.Rest(_snapLength, _lastNanoseconds, _skipsOutgoing);
            var before = block.Left;
            try
            {
                handler(ref block);
            }
            finally
            {
                _ring.ReadUpTo(in block);
                if (block.LeftOut > 0)
                {
                    CountLeftOut(block.LeftOut);
                }
            }
            count += before - block.Left - block.LeftOut;
            _ring.CloseBlock();
        }
        return count;
    }

    /// <summary>The packet whose tpacket3_hdr stands at <paramref name="header"/>. To be opened once, since a tag is put back in its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once a packet
    internal unsafe PacketBlock Open(nint header) => new((byte*)header, 1, _snapLength, _lastNanoseconds, _skipsOutgoing);

    /// <summary>Came after <see cref="Stop()"/>, or go the way that was not asked for: they are counted as never received.</summary>
    internal void CountLeftOut(int count) => Interlocked.Add(ref _leftOut, (ulong)count);
}
