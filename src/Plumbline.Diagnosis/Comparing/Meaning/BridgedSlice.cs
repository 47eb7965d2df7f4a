using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing.Meaning;

/// <summary>Which packets are looked at: those of one port, one way, across its bridge.</summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Bridge">qbr: what <c>-i</c> and <c>-o</c> see.</param>
/// <param name="In">The bridge's port by which they come.</param>
/// <param name="Out">The one by which they leave; null where that is not decided yet (PREROUTING).</param>
internal sealed record BridgedSlice(IPFamily Family, string Bridge, string In, string? Out)
{
    /// <summary>Whether devices can be as the match asks; null where the match asks something else.</summary>
    public bool? Decide(Match match) => match switch
    {
        InInterfaceMatch device => device.Interface.Covers(Bridge) != device.IsInverted,
        OutInterfaceMatch device when Out is not null => device.Interface.Covers(Bridge) != device.IsInverted,
        OutInterfaceMatch device => device.IsInverted,
        PhysdevMatch physdev => Decide(physdev),
        _ => null,
    };

    private bool Decide(PhysdevMatch match)
    {
        if (match.In is { } input && input.Value.Covers(In) == input.IsInverted)
        {
            return false;
        }
        if (match.Out is { } output && (Out is not null && output.Value.Covers(Out)) == output.IsInverted)
        {
            return false;
        }
        return match.IsIn != false && (match.IsOut is not { } isOut || isOut == Out is not null)
            && (match.IsBridged is not { } isBridged || isBridged == Out is not null);
    }
}
