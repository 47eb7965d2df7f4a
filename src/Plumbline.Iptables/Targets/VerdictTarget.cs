namespace Plumbline.Iptables;

/// <summary><c>-j ACCEPT</c>, DROP, RETURN, QUEUE.</summary>
public sealed record VerdictTarget(Verdict Verdict) : Target
{
    internal static VerdictTarget Accept { get; } = new(Verdict.Accept);

    internal static VerdictTarget Drop { get; } = new(Verdict.Drop);

    internal static VerdictTarget Return { get; } = new(Verdict.Return);

    internal static VerdictTarget Queue { get; } = new(Verdict.Queue);
}
