namespace Plumbline.Operations.Enforcing;

/// <summary>How rules are applied or removed.</summary>
public sealed record EnforcingOptions
{
    /// <summary>Plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Rules of a driver that do not bear our mark may be changed: no agent is running any more.</summary>
    public bool TakeOver { get; init; }

    /// <summary><c>nft</c> or <c>legacy</c>; null: what <c>iptables</c> points to, as the agent uses it.</summary>
    public string? Variant { get; init; }

    /// <summary>How to start <see cref="FirewallEnforcer.RecoverAsync(string)"/> from outside when this process is killed; null: not guarded.</summary>
    public Func<string, Mirroring.GuardLaunch>? Guard { get; init; }

    /// <summary>How long a restore waits for the lock of another iptables, in seconds.</summary>
    public int LockSeconds { get; init; } = 10;
}
