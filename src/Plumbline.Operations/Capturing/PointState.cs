using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux.Capture;
using Plumbline.Operations.Mirroring;

namespace Plumbline.Operations.Capturing;

/// <summary>A point while it is read. Written by the reading thread, but for what is set before it starts.</summary>
internal sealed class PointState(CapturePoint point, int number)
{
    private long _written;
    private long _others;
    private long _unwritten;

    /// <summary>What was planned.</summary>
    public CapturePoint Point => point;

    /// <summary>Its place in the plan, from 0.</summary>
    public int Number => number;

    /// <summary>Its ring.</summary>
    public PacketCapture? Capture { get; set; }

    /// <summary>Where VMs' packets pass in tunnels: whether one is to be kept; null keeps all.</summary>
    public InnerFilter? InnerFilter { get; set; }

    /// <summary>Its mirror; null for a device.</summary>
    public ActiveMirror? Mirror { get; set; }

    /// <summary>Copies by the monitor device's own counter.</summary>
    public ulong? MonitorReceived { get; set; }

    /// <summary>Copies that the monitor device dropped or refused.</summary>
    public ulong MonitorLost { get; set; }

    /// <summary>Copies as OVS counts them, in its Mirror row's statistics.</summary>
    public ulong? MirrorSent { get; set; }

    /// <summary>Packets written.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>One more; by the reading thread alone.</summary>
    public void Count() => Volatile.Write(ref _written, _written + 1);

    /// <summary>So many more; by the reading thread alone.</summary>
    public void Count(long written, long others)
    {
        Volatile.Write(ref _written, _written + written);
        Volatile.Write(ref _others, _others + others);
    }

    /// <summary>One that the kernel let through, and that is not to be written; by the reading thread alone.</summary>
    public void CountOther() => Volatile.Write(ref _others, _others + 1);

    /// <summary>One that should have been written, and could not be; by the reading thread alone.</summary>
    public void CountUnwritten() => Volatile.Write(ref _unwritten, _unwritten + 1);

    /// <summary>The counters so far.</summary>
    public PointResult ToResult()
    {
        var statistics = Capture?.ReadStatistics() ?? default;
        return new(point.Name, Written, statistics.Received, statistics.Dropped)
        {
            LeftOut = Volatile.Read(ref _others),
            Unwritten = Volatile.Read(ref _unwritten),
            MonitorReceived = MonitorReceived,
            MonitorLost = MonitorLost,
            MirrorSent = MirrorSent,
        };
    }
}
