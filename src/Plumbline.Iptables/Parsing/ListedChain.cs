namespace Plumbline.Iptables;

/// <summary>A chain as one listing shows it.</summary>
internal sealed class ListedChain(string name, int at)
{
    /// <summary>Its rules and what its heading says.</summary>
    public ChainDraft Draft { get; } = new(name);

    /// <summary>Where its heading stands.</summary>
    public int At => at;

    /// <summary>The heading told a policy.</summary>
    public bool IsBase { get; set; }

    /// <summary>A command above it named another table or family, or simply asked anew: it belongs to a dump of its own.</summary>
    public bool StartsDump { get; set; }

    /// <summary>Null where no command told it.</summary>
    public string? Table { get; set; }
}
