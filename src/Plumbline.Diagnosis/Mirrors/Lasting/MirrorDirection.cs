namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>Which way packets go that a lasting mirror copies, seen from what stands behind the port: a VM, a router, a tunnel's far end.</summary>
public enum MirrorDirection
{
    /// <summary>Both ways.</summary>
    Both,

    /// <summary>To the VM: what leaves the bridge by its port (select_dst_port), delivered or not.</summary>
    In,

    /// <summary>From the VM: what comes in by its port (select_src_port), before any flow decides.</summary>
    Out,
}
