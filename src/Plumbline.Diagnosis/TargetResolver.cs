using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis;

/// <summary>Finds what an operator means: a VM's name or UUID, a port's UUID or its first characters (4 or more), an IP, a MAC, a device or bridge.</summary>
public static partial class TargetResolver
{
    /// <summary>Resolves <paramref name="text"/>. An exact device or bridge name wins over all else.</summary>
    /// <exception cref="Node.NodeException">
    /// Nothing matches (the problem lists the nearest names), or several do (it lists the candidates).
    /// </exception>
    public static Target Resolve(Topology topology, string text) => throw new NotImplementedException();
}

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

    /// <summary>A device or bridge.</summary>
    public sealed record OfElement(Element Element) : Target;
}
