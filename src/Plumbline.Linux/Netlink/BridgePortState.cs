namespace Plumbline.Linux.Netlink;

/// <summary>BR_STATE_ values (linux/if_bridge.h).</summary>
public enum BridgePortState
{
    /// <summary>BR_STATE_DISABLED.</summary>
    Disabled = 0,

    /// <summary>BR_STATE_LISTENING.</summary>
    Listening = 1,

    /// <summary>BR_STATE_LEARNING.</summary>
    Learning = 2,

    /// <summary>BR_STATE_FORWARDING.</summary>
    Forwarding = 3,

    /// <summary>BR_STATE_BLOCKING.</summary>
    Blocking = 4,
}
