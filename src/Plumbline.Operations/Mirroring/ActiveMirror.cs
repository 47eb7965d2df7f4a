using Plumbline.Diagnosis.Capturing;
using Plumbline.Linux.Capture;

namespace Plumbline.Operations.Mirroring;

/// <summary>A mirror that was made and proved.</summary>
public sealed class ActiveMirror
{
    internal ActiveMirror(MonitorDevice monitor) => Monitor = monitor;

    /// <summary>What was planned.</summary>
    public required CapturePoint.OfMirror Point { get; init; }

    /// <summary>The Mirror row.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The row's name.</summary>
    public required string Name { get; init; }

    /// <summary>What the output device is.</summary>
    public MonitorKind MonitorKind => Monitor.Kind;

    /// <summary>The output port's and its device's name.</summary>
    public string MonitorPort => Monitor.Port;

    /// <summary>Which monitor was taken and why not another, and its MTU, in words.</summary>
    public string MonitorText => Monitor.Kind switch
    {
        MonitorKind.Dummy => $"dummy {Monitor.Port}, MTU {Monitor.Mtu}",
        MonitorKind.Veth => $"veth {Monitor.Port}, MTU {Monitor.Mtu}{Why}",
        MonitorKind.Internal => $"OVS internal port {Monitor.Port}, MTU {Monitor.Mtu}{Why}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private string Why => Monitor.Why is null ? "" : $" ({Monitor.Why})";

    internal MonitorDevice Monitor { get; }

    /// <summary>Reads the copies, from the first one on; null where the session was asked for none. Whoever reads closes it.</summary>
    public PacketCapture? Capture { get; internal set; }

    /// <summary>The copies leave through the device that is read: what comes in by it is the node's own.</summary>
    public bool CopiesAreOutgoing => Monitor.CopiesAreOutgoing;
}
