using System.Net;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>The packet left the bridges.</summary>
public sealed record SimulatedOutput
{
    /// <summary>Where to.</summary>
    public required OutputKind Kind { get; init; }

    /// <summary>From which bridge.</summary>
    public required string Bridge { get; init; }

    /// <summary>OpenFlow number of the port.</summary>
    public required int Port { get; init; }

    /// <summary>The port's name; null where not told.</summary>
    public string? Name { get; init; }

    /// <summary>The packet as it leaves.</summary>
    public required FlowKey Packet { get; init; }

    /// <summary>The tunnel's other end; null where it is no tunnel.</summary>
    public IPAddress? TunnelRemote { get; init; }

    /// <summary>The tunnel's key; null where it is no tunnel.</summary>
    public ulong? TunnelKey { get; init; }

    /// <summary>The flow that sent it; null where it was an action set of no flow that we know.</summary>
    public Flow? By { get; init; }

    /// <summary>How many of <see cref="SimulationResult.Steps"/> came before it left.</summary>
    public int Step { get; init; }

    /// <summary>False: it may leave here, as a hash or a fact that was not told decides.</summary>
    public bool IsCertain { get; init; } = true;

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        OutputKind.Controller => $"{Bridge}: to the controller",
        OutputKind.Tunnel => $"{Bridge}: tunnel {Name ?? OfPort.Write(Port)} to {TunnelRemote}, key 0x{TunnelKey:x}",
        _ => $"{Bridge}: port {OfPort.Write(Port)}{(Name is null ? "" : $" ({Name})")}",
    };
}
