namespace Plumbline.Diagnosis.Timings;

/// <summary>Where on a node a counter counts: what <see cref="LossCauses"/> needs to tell which hops it stands between.</summary>
public sealed record CounterSite
{
    /// <summary>The network namespace; empty: the node's own.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The iptables chain of a rule or policy.</summary>
    public string? Chain { get; init; }

    /// <summary>The bridge of a flow or of a port.</summary>
    public string? Bridge { get; init; }

    /// <summary>The port or network device that drops.</summary>
    public string? Device { get; init; }
}
