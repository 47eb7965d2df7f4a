namespace Plumbline.Node.Facts;

/// <summary>What ovs-vswitchd told of one bridge. Null: not told; empty: told, and there is none.</summary>
public sealed record BridgeSwitching
{
    /// <summary>The bridge's name.</summary>
    public required string Bridge { get; init; }

    /// <summary>Flows as <c>ovs-ofctl dump-flows</c> prints them, one a line, without the header; ports by number or by name.</summary>
    public string? Flows { get; init; }

    /// <summary>Groups as <c>ovs-ofctl dump-groups</c> prints them, without the header.</summary>
    public string? Groups { get; init; }

    /// <summary><c>ovs-ofctl show</c> or <c>dump-ports-desc</c>: ports with number, name, state.</summary>
    public string? Ports { get; init; }

    /// <summary><c>ovs-ofctl dump-ports</c>: packets, bytes, drops and errors a port.</summary>
    public string? PortCounters { get; init; }

    /// <summary>Learned addresses (<c>ovs-appctl fdb/show</c>); only action NORMAL learns and looks here.</summary>
    public IReadOnlyList<OvsFdbEntry>? Fdb { get; init; }
}
