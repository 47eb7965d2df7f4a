using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis;

/// <summary>What was meant. A closed set.</summary>
public abstract record Target
{
    private Target()
    {
    }

    /// <summary>A VIF (a VM with one, or a port).</summary>
    public sealed record OfVif(Vif Vif) : Target;

    /// <summary>A VM with several VIFs.</summary>
    public sealed record OfInstance(string Name, IReadOnlyList<Vif> Vifs) : Target;

    /// <summary>A device or bridge; an instance without any VIF; the far end of a tunnel.</summary>
    public sealed record OfElement(Element Element) : Target;
}
