using Plumbline.Linux;
using Plumbline.Linux.Capture;

namespace Plumbline.Operations.Mirroring;

/// <summary>The device that a mirror puts its copies out to, and where to read them.</summary>
internal sealed class MonitorDevice : IDisposable
{
    /// <summary>What it is.</summary>
    public required MonitorKind Kind { get; init; }

    /// <summary>Why not one of the kinds tried before, in the kernel's words; null for the first choice.</summary>
    public required string? Why { get; init; }

    /// <summary>The device that is the OVS port.</summary>
    public required string Port { get; init; }

    /// <summary>The device that is read: <see cref="Port"/> itself, or the far end.</summary>
    public required string ReadDevice { get; init; }

    /// <summary>The namespace of <see cref="ReadDevice"/>. For a veth it is a nameless one: it dies with this process, and the pair with it.</summary>
    public required NetworkNamespace ReadNamespace { get; init; }

    /// <summary>The copies leave through the device that is read, rather than coming in by it.</summary>
    public bool CopiesAreOutgoing => Kind == MonitorKind.Dummy;

    /// <summary>Bytes.</summary>
    public required int Mtu { get; init; }

    /// <summary>
    /// Reads the copies. A device that is there before its mirror may be opened then: while it is down nothing comes, and when it
    /// comes up nothing is missed.
    /// </summary>
    /// <exception cref="LinuxException">As <see cref="PacketCapture.Open"/>.</exception>
    public PacketCapture Open(MirrorReading reading) => PacketCapture.Open(new()
    {
        Device = ReadDevice,
        Namespace = ReadNamespace,
        Filter = reading.Filter,
        SnapLength = reading.SnapLength,
        RingBytes = reading.Ring.Bytes,
        BlockBytes = reading.Ring.BlockBytes,
        RetireMilliseconds = reading.Ring.RetireMilliseconds,
        IncomingOnly = !CopiesAreOutgoing,
        AwaitUp = true,
    });

    /// <summary>Closes the handle on a nameless <see cref="ReadNamespace"/>: it ends, unless a socket still holds it.</summary>
    public void Dispose()
    {
        if (Kind == MonitorKind.Veth)
        {
            ReadNamespace.Dispose();
        }
    }
}
