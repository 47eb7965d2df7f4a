using System.Net;
using Plumbline.Diagnosis.Tracing;

namespace Plumbline.Diagnosis.Observing;

/// <summary>Echoes that may safely be sent beside a trace: from a router's or DHCP server's namespace to one of the trace's own ends.</summary>
public sealed record TraceProbe
{
    /// <summary>The node to send from.</summary>
    public required string Node { get; init; }

    /// <summary>The namespace to send from: <c>qrouter-…</c> or <c>qdhcp-…</c>.</summary>
    public required string Namespace { get; init; }

    /// <summary>Whom they go to.</summary>
    public required IPAddress Target { get; init; }

    /// <summary>The target in words.</summary>
    public required string TargetName { get; init; }

    /// <summary>Bytes from the IP header on; null: a small packet.</summary>
    public int? Size { get; init; }

    /// <summary>What is predicted of the first one.</summary>
    public required TraceResult Predicted { get; init; }
}
