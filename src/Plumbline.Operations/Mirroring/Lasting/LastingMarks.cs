using Plumbline.Node;
using Plumbline.Node.Facts;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>Finds what of lasting mirrors stands in a database, by the marks alone.</summary>
internal static class LastingMarks
{
    /// <summary>One mark a session: that of the Mirror row, whose lease is renewed, where there is one.</summary>
    public static IReadOnlyList<OwnershipMark> In(OvsFacts facts)
    {
        var found = new Dictionary<string, OwnershipMark>(StringComparer.Ordinal);
        foreach (var ids in facts.Bridges.SelectMany(b => b.Mirrors.Select(m => m.ExternalIds).Concat(b.Ports.Select(p => p.ExternalIds))))
        {
            if (OwnershipMark.Read(ids) is { Mirror: not null } mark)
            {
                found.TryAdd(mark.Session, mark);
            }
        }
        return [.. found.Values];
    }
}
