using System.Runtime.CompilerServices;

namespace Plumbline.Linux.Capture;

/// <summary>
/// Packets of several rings in the order of time, to be gone through once; what was not gone through comes with the next. All that
/// <see cref="MoveNext"/> shows is a ring's memory and valid until it is called again. Each packet of a capture of several places goes this way.
/// </summary>
public unsafe ref struct MergedPackets
{
    private readonly PacketMerger _merger;
    private readonly long _horizon;
    private MergedSource? _source;
    private long _limit;
    private long _lastTime;
    private PacketBlock _packet;
    private int _taken;
    private bool _endsBlock;

    internal MergedPackets(PacketMerger merger, long horizon)
    {
        _merger = merger;
        _horizon = horizon;
        _lastTime = merger.LastTime;
    }

    /// <summary>Which capture the packet came from.</summary>
    public readonly int Index => _source!.Index;

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public readonly long TimestampNanoseconds => _packet.TimestampNanoseconds;

    /// <summary>Bytes on the wire, VLAN tag included.</summary>
    public readonly int OriginalLength => _packet.OriginalLength;

    /// <summary>The host sent it through this device.</summary>
    public readonly bool IsOutgoing => _packet.IsOutgoing;

    /// <summary>The bytes that are kept, the VLAN tag that the kernel took off put back.</summary>
    public readonly ReadOnlySpan<byte> Data => _packet.Data;

    /// <summary>The same for who takes packets one by one.</summary>
    public readonly CapturedPacket Packet => _packet.Packet;

    /// <summary>So many wait at most, those included that it is too early for.</summary>
    public readonly int Left => _merger.Waiting;

    /// <summary>Packets shown so far.</summary>
    internal readonly int Taken => _taken;

    /// <summary>Time of the latest of them.</summary>
    internal readonly long LastTime => _lastTime;

    /// <summary>The next packet; false where it is too early for those that wait.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once a packet
    public bool MoveNext()
    {
        do
        {
            if (_endsBlock)
            {
                GiveBack();
            }
            // the ring with the oldest packet gives as long as no other has an older one
            if ((_source is null || !_source.Packets.HasUntil(_limit)) && !GoOn())
            {
                return false;
            }
            _packet = _source!.Open(_source.Packets.Take(out _endsBlock));
        }
        while (!_packet.MoveNext() && LeaveOut());
        _taken++;
        if (_packet.TimestampNanoseconds >= _lastTime)
        {
            _lastTime = _packet.TimestampNanoseconds;
        }
        else
        {
            NoteOlder();
        }
        return true;
    }

    /// <summary>Hands back the block whose last packet was shown.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // once a block
    internal void GiveBack()
    {
        _endsBlock = false;
        _source?.GiveBack();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteOlder()
    {
        if (ClockStep.IsBetween(_lastTime, _packet.TimestampNanoseconds))
        {
            _merger.ClockSteps++;
            _lastTime = _packet.TimestampNanoseconds;
            return;
        }
        _merger.OutOfOrder++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool GoOn()
    {
        _source = _merger.Oldest(_horizon, out _limit);
        return _source is not null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly bool LeaveOut()
    {
        _source!.Capture.CountLeftOut(1);
        return true;
    }
}
