namespace Plumbline.Diagnosis.Tests.Checking;

/// <summary>A plant with what must be found of it, as "id object"; empty: nothing; null: not asked.</summary>
/// <param name="WithApi">With Neutron's API.</param>
/// <param name="Without">From the nodes alone.</param>
/// <param name="Plant">Makes it.</param>
/// <param name="State">One of <see cref="Plumbline.Testing.PlayedStates"/>; null: the recorded deployment.</param>
internal sealed record Examined(string? WithApi, string? Without, Func<Deployment, Deployment> Plant, string? State = null)
{
    /// <summary>The healthy deployment that it is planted into.</summary>
    public Deployment Healthy() => State is null ? Deployment.Healthy : Deployment.Played(State);
}
