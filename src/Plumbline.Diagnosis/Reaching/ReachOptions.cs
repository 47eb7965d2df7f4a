using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>What of the answer is wanted.</summary>
public sealed record ReachOptions
{
    /// <summary>The other side.</summary>
    public ReachFrom From { get; init; } = new ReachFrom.Anyone();

    /// <summary>IANA number by IPv4; null: all.</summary>
    public byte? Protocol { get; init; }

    /// <summary>Destination ports; null: all.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>True: to the instance only; false: from it only; null: both.</summary>
    public bool? IsIncoming { get; init; }

    /// <summary>Null: both.</summary>
    public IPFamily? Family { get; init; }

    /// <summary>Of each question.</summary>
    public AnalysisBudget Budget { get; init; } = AnalysisBudget.Default;
}
