namespace Plumbline.Diagnosis.Mirrors;

/// <summary>Who made a mirror or a monitor port.</summary>
public enum MirrorOwner
{
    /// <summary>Not told: made by hand or by another tool.</summary>
    Unknown,

    /// <summary>plumb: it carries our mark.</summary>
    Ours,

    /// <summary>ovs-tcpdump: <c>m_PORT</c> with an output of <c>miPORT</c> or <c>ovsmiNNNNNN</c>.</summary>
    OvsTcpdump,

    /// <summary>Tap-as-a-Service.</summary>
    TapAsAService,
}
