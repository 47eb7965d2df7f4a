using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>What acts on the packets of one family on one of the two sides of a comparison.</summary>
public sealed record DifferenceSide
{
    /// <summary>Of one family, at least one: those of nftables and, beside them, legacy ones. A packet must pass all.</summary>
    public required IReadOnlyList<Ruleset> Rulesets { get; init; }

    /// <summary>That they name; what is in a set that is missing is unknown.</summary>
    public IReadOnlyList<AddressSet> Sets { get; init; } = [];

    /// <summary>The node's own; null: not told.</summary>
    public NodeAddresses? Addresses { get; init; }

    /// <summary>The base chain in each ruleset that has it; a table that is not there lets everything pass.</summary>
    internal List<(Table Table, Chain Chain)> Chains(string table, string chain)
    {
        var result = new List<(Table, Chain)>();
        foreach (var ruleset in Rulesets)
        {
            if (ruleset.Find(table) is { } found && found.Find(chain) is { } start)
            {
                result.Add((found, start));
            }
        }
        return result;
    }
}
