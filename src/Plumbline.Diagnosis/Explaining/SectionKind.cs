namespace Plumbline.Diagnosis.Explaining;

/// <summary>A part of a packet's way through the chains.</summary>
public enum SectionKind
{
    /// <summary>Table raw: zones.</summary>
    Tracking,

    /// <summary>From FORWARD to the port's chains.</summary>
    Way,

    /// <summary>The ingress chain and what it leads to.</summary>
    ToInstance,

    /// <summary>The egress chain and what it leads to.</summary>
    FromInstance,

    /// <summary>Chains that no port was asked about.</summary>
    Other,
}
