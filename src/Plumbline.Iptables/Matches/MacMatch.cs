using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary><c>-m mac --mac-source</c>. False on a packet without an Ethernet header, negated or not.</summary>
public sealed record MacMatch : Match
{
    /// <summary>The frame's source.</summary>
    public required MacAddress Source { get; init; }
}
