namespace Plumbline.OpenFlow.Fields;

/// <summary>Bits of <c>ct_state</c> (ovs-fields(7)).</summary>
[Flags]
public enum CtState
{
    /// <summary>Not tracked.</summary>
    None = 0,

    /// <summary>The packet is not of a committed connection.</summary>
    New = 1,

    /// <summary>The connection has seen packets both ways.</summary>
    Established = 2,

    /// <summary>It belongs to another connection that exists.</summary>
    Related = 4,

    /// <summary>It flows against the connection's opening direction.</summary>
    Reply = 8,

    /// <summary>It fits no connection.</summary>
    Invalid = 16,

    /// <summary>It went through the tracker.</summary>
    Tracked = 32,

    /// <summary>Its source was translated.</summary>
    SourceNat = 64,

    /// <summary>Its destination was translated.</summary>
    DestinationNat = 128,
}
