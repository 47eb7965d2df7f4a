namespace Plumbline.Operations.Mirroring;

/// <summary>What a mirror's output device is (spec mirroring.md §3), in the order tried.</summary>
public enum MonitorKind
{
    /// <summary>A dummy link: the cheapest, but not in every kernel. Copies leave through it.</summary>
    Dummy,

    /// <summary>A veth pair whose far end, in a namespace of its own, is read: no packet of it ever meets the node's stack.</summary>
    Veth,

    /// <summary>An OVS internal port. Copies come in by it, past the node's stack.</summary>
    Internal,
}
