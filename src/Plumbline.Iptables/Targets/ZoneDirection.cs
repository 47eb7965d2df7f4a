namespace Plumbline.Iptables;

/// <summary>For which direction of a connection a zone is.</summary>
public enum ZoneDirection
{
    /// <summary>--zone.</summary>
    Both,

    /// <summary>--zone-orig.</summary>
    Original,

    /// <summary>--zone-reply.</summary>
    Reply,
}
