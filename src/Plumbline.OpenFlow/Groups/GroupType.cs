namespace Plumbline.OpenFlow.Groups;

/// <summary>How a group chooses among its buckets (ovs-ofctl(8), "Group Syntax").</summary>
public enum GroupType
{
    /// <summary>All of them, each with a packet of its own.</summary>
    All,

    /// <summary>One, by a hash of the packet.</summary>
    Select,

    /// <summary>The only one.</summary>
    Indirect,

    /// <summary>The first whose watched port or group is alive.</summary>
    FastFailover,
}
