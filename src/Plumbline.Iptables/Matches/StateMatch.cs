namespace Plumbline.Iptables;

/// <summary><c>-m state --state</c>, or <c>-m conntrack --ctstate</c> with no other option: the same question.</summary>
public sealed record StateMatch : Match
{
    /// <summary>Any of these.</summary>
    public required ConnectionStates States { get; init; }

    /// <summary>Written as <c>-m conntrack --ctstate</c>.</summary>
    public bool IsConntrack { get; init; }
}
