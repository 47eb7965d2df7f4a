namespace Plumbline.Node.Topologies;

/// <summary>Whose VIF it is.</summary>
public enum VifOwner
{
    /// <summary>A virtual machine.</summary>
    Instance,

    /// <summary>A DHCP server.</summary>
    Dhcp,

    /// <summary>A router's inner port.</summary>
    Router,

    /// <summary>A router's gateway port.</summary>
    Gateway,

    /// <summary>HA, DVR or other service ports.</summary>
    Service,
}
