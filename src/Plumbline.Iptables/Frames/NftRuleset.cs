namespace Plumbline.Iptables.Frames;

/// <summary>
/// Tables of nft that are not iptables': of every family that a VM's frame may meet. Each base chain of a hook is asked in the order of priorities;
/// one that accepts only lets the next be asked, one that drops ends the frame. Pure.
/// </summary>
public sealed class NftRuleset
{
    internal NftRuleset(IReadOnlyList<NftBaseChain> bases, FrameTables tables) => (Bases, Tables) = (bases, tables);

    /// <summary>In the order in which they are asked.</summary>
    public IReadOnlyList<NftBaseChain> Bases { get; }

    /// <summary>All chains; a table's name stands behind its family's.</summary>
    public FrameTables Tables { get; }

    /// <summary>What the base chains of a hook make of a frame; null where there are none.</summary>
    /// <param name="families">Of these families.</param>
    /// <param name="hook">The hook.</param>
    /// <param name="device">Of ingress and egress: the device.</param>
    /// <param name="frame">The frame.</param>
    public FrameDecision? Decide(ReadOnlySpan<string> families, string hook, string? device, FrameFacts frame)
    {
        List<string>? passed = null, depends = null;
        FrameDecision? last = null;
        foreach (var start in Bases)
        {
            if (start.Hook != hook || !families.Contains(start.Family) || device is not null && !start.Devices.Contains(device)
                || Tables.Decide(start.Key, start.Name, frame) is not { } decision)
            {
                continue;
            }
            (passed ??= []).AddRange(decision.Passed);
            (depends ??= []).AddRange(decision.DependsOn);
            last = decision.By.StartsWith("policy of ", StringComparison.Ordinal) ? decision : decision with { By = $"{start.Key} {decision.By}" };
            if (decision.IsDropped)
            {
                break;
            }
        }
        return last is null ? null : last with { Passed = passed!, DependsOn = depends! };
    }
}
