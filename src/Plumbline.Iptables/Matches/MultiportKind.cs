namespace Plumbline.Iptables;

/// <summary>Which port <c>multiport</c> looks at.</summary>
public enum MultiportKind
{
    /// <summary>--sports.</summary>
    Source,

    /// <summary>--dports.</summary>
    Destination,

    /// <summary>--ports: source or destination, one suffices.</summary>
    Either,
}
