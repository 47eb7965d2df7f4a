namespace Plumbline.Neutron.SecurityGroups;

/// <summary>All that the rules of a node follow from, as the agent holds it in memory.</summary>
internal sealed record FirewallFacts
{
    /// <summary>Ports that are filtered, sorted by device (unsorted before Mitaka).</summary>
    public required IReadOnlyList<FirewallPort> Filtered { get; init; }

    /// <summary>Ports without port security, in order of arrival.</summary>
    public required IReadOnlyList<FirewallPort> Unfiltered { get; init; }

    /// <summary>Devices of trusted ports, in order of arrival.</summary>
    public required IReadOnlyList<string> Trusted { get; init; }

    /// <summary>Accept rules of W-FORWARD as the agent remembers them; null: those of the trusted, then of the unfiltered ports.</summary>
    public IReadOnlyList<OpenRule>? OpenRules { get; init; }

    /// <summary>Rules by group.</summary>
    public required IReadOnlyDictionary<string, GroupRules> Groups { get; init; }

    /// <summary>Names of the sets that exist; a rule whose set does not exist is left out.</summary>
    public required IReadOnlySet<string> Sets { get; init; }

    /// <summary>Members of remote groups as told, by group and family; read only without sets.</summary>
    public required Func<string, bool, IReadOnlyList<string>> Members { get; init; }

    /// <summary>Rules of the raw table's PREROUTING, in order; the agent keeps some that it should not.</summary>
    public required IReadOnlyList<string> RawRules { get; init; }
}
