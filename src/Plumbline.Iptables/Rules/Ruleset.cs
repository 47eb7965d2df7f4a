namespace Plumbline.Iptables;

/// <summary>The tables of one family at one moment, as one text shows them. Immutable.</summary>
public sealed record Ruleset
{
    /// <summary>iptables or ip6tables.</summary>
    public required IPFamily Family { get; init; }

    /// <summary>In the order of the text.</summary>
    public required IReadOnlyList<Table> Tables { get; init; }

    /// <summary>What kind of text it was read from.</summary>
    public RulesetForm Form { get; init; } = RulesetForm.Save;

    /// <summary>The program that printed it, e.g. <c>ip6tables-save v1.8.9 (nf_tables)</c>; null where not told.</summary>
    public string? Printer { get; init; }

    /// <summary>What the text itself warns of (legacy tables present, incompatible tables), and what a reader should doubt.</summary>
    public IReadOnlyList<ParseError> Warnings { get; init; } = [];

    /// <summary>The table of that name; null where the text does not show it.</summary>
    public Table? Find(string table)
    {
        foreach (var candidate in Tables)
        {
            if (candidate.Name == table)
            {
                return candidate;
            }
        }
        return null;
    }
}
