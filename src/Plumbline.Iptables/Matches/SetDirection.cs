namespace Plumbline.Iptables;

/// <summary>Which side of the packet one dimension of a set looks at.</summary>
public enum SetDirection
{
    /// <summary><c>src</c>.</summary>
    Source,

    /// <summary><c>dst</c>.</summary>
    Destination,
}
