using System.Net;

namespace Plumbline.Operations.Labs;

/// <summary>The way out of a lab with <c>--routed</c>: the router's port outside, and what is there.</summary>
public sealed record LabGateway
{
    /// <summary>The router's port <c>qg-…</c>.</summary>
    public required LabServer Port { get; init; }

    /// <summary>The floating IP.</summary>
    public required IPAddress FloatingAddress { get; init; }

    /// <summary>Whose floating IP it is.</summary>
    public required LabInstance FloatingTo { get; init; }

    /// <summary>The host outside, which is the router's default gateway.</summary>
    public required IPAddress Host { get; init; }

    /// <summary>The host outside: a namespace of its own with the device <see cref="HostDevice"/>.</summary>
    public required string HostNamespaceFile { get; init; }

    /// <summary>The host's device.</summary>
    public const string HostDevice = "eth0";

    /// <summary>The bridge of the physical network.</summary>
    internal const string Bridge = "br-ex";

    /// <summary>The node's NIC on that bridge.</summary>
    internal const string Nic = "eth1";

    internal const string PatchToIntegration = "phy-br-ex";
    internal const string PatchToBridge = "int-br-ex";
}
