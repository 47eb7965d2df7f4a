namespace Plumbline.Iptables;

/// <summary>A table: raw, mangle, nat, filter, security.</summary>
public sealed record Table
{
    private Dictionary<string, Chain>? _byName;

    /// <summary>Its name; <c>filter</c> where the text does not name it (<c>iptables -S</c>, <c>-L</c>), as iptables(8) has it.</summary>
    public required string Name { get; init; }

    /// <summary>In the order of the text; chains that are only jumped to come last, with <see cref="Chain.IsShown"/> false.</summary>
    public required IReadOnlyList<Chain> Chains { get; init; }

    /// <summary>The chain of that name; null where there is none.</summary>
    public Chain? Find(string chain)
    {
        var byName = _byName;
        if (byName is null)
        {
            byName = new(Chains.Count, StringComparer.Ordinal);
            foreach (var candidate in Chains)
            {
                byName.TryAdd(candidate.Name, candidate);
            }
            _byName = byName;
        }
        return byName.GetValueOrDefault(chain);
    }
}
