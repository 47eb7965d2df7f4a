using Plumbline.Diagnosis.Tracing;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>A packet through the router of a lab, or to its servers, and what was planted on the node that has them.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="From">A VM's name, or <c>outside</c>.</param>
/// <param name="To">As a question has it: a name, an address, <c>dhcp</c>, <c>metadata</c>.</param>
/// <param name="Address">Where the packet really goes; for <c>dhcp</c> nothing.</param>
internal sealed record RoutedPath(string Name, string From, string To, string Address)
{
    /// <summary>Port of TCP; 0: a ping.</summary>
    public int Port { get; init; }

    /// <summary>Bytes from the IP header on of a ping that may not be cut up; null: small.</summary>
    public int? Size { get; init; }

    /// <summary>UDP to a port where nobody listens: success is that the sender hears so.</summary>
    public bool IsRefused { get; init; }

    /// <summary>A router finds the packet too large: does its sender hear that? Null: not asked.</summary>
    public bool? IsTold { get; init; }

    /// <summary>Shell commands in the node's namespace, with $ROUTER, $DHCP, $DHCP2, $QR, $QR2, $QG and $TAP set.</summary>
    public string Plant { get; init; } = "";

    /// <summary>Those that undo it.</summary>
    public string Mend { get; init; } = "";

    /// <summary>Where it ends; null: it does not. A start of the place's name is enough.</summary>
    public string? Ends { get; init; }

    /// <summary>The part of the exchange that ends; null: any.</summary>
    public TracePhase? Phase { get; init; }
}
