namespace Plumbline.Views.Text;

/// <summary>What a piece of text is, which <see cref="StyledText"/> may show by colour.</summary>
internal enum Shade
{
    /// <summary>Ordinary text.</summary>
    Plain,

    /// <summary>A heading.</summary>
    Heading,

    /// <summary>An instance's name.</summary>
    Instance,

    /// <summary>A bridge.</summary>
    Bridge,

    /// <summary>A VLAN or network.</summary>
    Network,

    /// <summary>An IP address.</summary>
    Address,

    /// <summary>Lines, and what is said by the way.</summary>
    Faint,

    /// <summary>Something is wrong.</summary>
    Bad,

    /// <summary>Something is worth a look.</summary>
    Warning,
}
