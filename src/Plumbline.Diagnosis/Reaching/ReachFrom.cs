using Plumbline.Diagnosis.Explaining;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>The other side of the question: who talks to the port. A closed set.</summary>
public abstract record ReachFrom
{
    private ReachFrom()
    {
    }

    /// <summary>Anybody.</summary>
    public sealed record Anyone : ReachFrom;

    /// <summary>An address or prefix.</summary>
    public sealed record Prefix(MaskedAddress Address) : ReachFrom;

    /// <summary>Another port of the node: its own rules stand in the way, too.</summary>
    public sealed record Port(FirewallTarget Target, PortDevices Devices) : ReachFrom;
}
