using Plumbline.Linux.Netlink;

namespace Plumbline.Operations.Plugging;

/// <summary>What is there before a port is plugged or unplugged: the plan is a pure function of it.</summary>
internal sealed partial record PlugFacts
{
    /// <summary>Links of the node's namespace.</summary>
    public required IReadOnlyList<Link> Links { get; init; }

    /// <summary>Sysctls of the qbr by key, as far as they exist.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of the OVS bridges.</summary>
    public required IReadOnlyList<string> Bridges { get; init; }

    /// <summary>All OVS ports.</summary>
    public required IReadOnlyList<PlugPort> Ports { get; init; }

    public Link? FindLink(string name) => Links.FirstOrDefault(l => l.Name == name);

    public PlugPort? FindPort(string name) => Ports.FirstOrDefault(p => p.Name == name);

    /// <summary>The name of a link's master; null where it has none.</summary>
    public string? MasterOf(Link link) =>
        link.MasterIndex is { } index and not 0 ? Links.FirstOrDefault(l => l.IfIndex == index)?.Name : null;
}
