namespace Plumbline.Iptables;

/// <summary><c>-m limit</c>: true while a bucket of tokens is not empty; a snapshot can't decide it.</summary>
public sealed record LimitMatch : Match
{
    /// <summary>Time between two tokens in units of 0.1 ms (XT_LIMIT_SCALE 10,000 a second).</summary>
    public required uint Interval { get; init; }

    /// <summary>The bucket's size.</summary>
    public uint Burst { get; init; } = 5;

    /// <summary>As iptables prints it: <c>3/hour</c>.</summary>
    public string Rate => Rates.ToText(Interval, Rates.LimitScale);
}
