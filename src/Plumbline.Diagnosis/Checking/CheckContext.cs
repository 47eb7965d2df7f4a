using Plumbline.Neutron.Api;

namespace Plumbline.Diagnosis.Checking;

/// <summary>What every check is given.</summary>
/// <param name="Nodes">The nodes.</param>
/// <param name="Cloud">What Neutron wants; null where not told.</param>
/// <param name="Found">Where findings go.</param>
internal sealed record CheckContext(IReadOnlyList<CheckNode> Nodes, Cloud? Cloud, FindingCollector Found)
{
    /// <summary>The API's port of a VIF; null where the API was not asked or does not know it.</summary>
    public CloudPort? Wanted(string? portId) =>
        portId is null || Cloud?.Ports is not { } ports ? null
        : ports.TryGetValue(portId, out var exact) ? exact
        : portId.Length < 36 ? ports.Values.FirstOrDefault(p => p.Id.StartsWith(portId, StringComparison.Ordinal))
        : null;
}
