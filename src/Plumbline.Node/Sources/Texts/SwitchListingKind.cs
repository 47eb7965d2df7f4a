namespace Plumbline.Node.Sources.Texts;

/// <summary>Kinds of listings of a bridge.</summary>
internal enum SwitchListingKind
{
    /// <summary>Flows with counters, ports by number.</summary>
    Flows,

    /// <summary>Flows without counters or with ports by name.</summary>
    NamedFlows,

    /// <summary>Groups.</summary>
    Groups,

    /// <summary>Ports with numbers and names.</summary>
    Ports,

    /// <summary>Ports' counters.</summary>
    PortCounters,

    /// <summary>Learned addresses.</summary>
    Fdb,
}
