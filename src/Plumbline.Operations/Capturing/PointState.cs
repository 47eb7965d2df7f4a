using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux.Capture;
using Plumbline.Operations.Mirroring;

namespace Plumbline.Operations.Capturing;

/// <summary>A point while it is read. Written by the reading thread, but for what is set before it starts.</summary>
internal sealed class PointState(CapturePoint point, int number)
{
    private long _written;
    private long _others;

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

    /// <summary>Copies as OVS counts them.</summary>
    public long? MirrorSent { get; set; }

    /// <summary>Packets written.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>One more.</summary>
    public void Count() => Interlocked.Increment(ref _written);

    /// <summary>One that the kernel let through, and that is not to be written.</summary>
    public void CountOther() => Interlocked.Increment(ref _others);

    /// <summary>The counters so far.</summary>
    public PointResult ToResult()
    {
        var statistics = Capture?.ReadStatistics() ?? default;
        return new(
            point.Name, Written, statistics.Received - Math.Min(statistics.Received, (ulong)Interlocked.Read(ref _others)), statistics.Dropped)
        {
            MirrorSent = MirrorSent,
            MonitorReceived = MonitorReceived,
            MonitorLost = MonitorLost,
        };
    }
}
