using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>A rule and the packets that it matches; no packets at all where its matches contradict each other.</summary>
internal readonly record struct Weighed(Rule Rule, PacketBox? Box)
{
    /// <summary>Does the same to the same packets.</summary>
    public bool Same(Weighed other) => Equals(Rule.Target, other.Rule.Target)
        && (Box is null ? other.Box is null : other.Box is { } its && Box.Same(its));

    /// <summary>The order of the two does not matter.</summary>
    public bool Commutes(Weighed other) =>
        (Equals(Rule.Target, other.Rule.Target) && Rule.Target is VerdictTarget or RejectTarget)
        || Box is null || other.Box is null || Box.And(other.Box) is null
        || (NamesTap(isIn: true) && other.NamesTap(isIn: false)) || (NamesTap(isIn: false) && other.NamesTap(isIn: true));

    /// <summary>By its tap alone: a hybrid bridge has one, so no packet comes by a tap and leaves by one.</summary>
    private bool NamesTap(bool isIn)
    {
        foreach (var match in Rule.Matches)
        {
            if (match is PhysdevMatch physdev && (isIn ? physdev.In : physdev.Out) is { IsInverted: false, Value: var device })
            {
                return device.Name.StartsWith("tap", StringComparison.Ordinal);
            }
        }
        return false;
    }
}
