namespace Plumbline.Iptables.Frames;

/// <summary>
/// Tables of nft that are not iptables': of every family that a VM's frame may meet. Each base chain of a hook is asked in the order of priorities;
/// one that accepts only lets the next be asked, one that drops ends the frame. Pure.
/// </summary>
public sealed class NftRuleset
{
    private const uint Invalid = 1;
    private const uint New = 8;
    private const int Conntrack = -200;

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
    public FrameDecision? Decide(ReadOnlySpan<string> families, string hook, string? device, FrameFacts frame) =>
        Decide(families, hook, device, frame, int.MinValue, int.MaxValue);

    /// <summary>The same of the base chains with a priority from <paramref name="least"/> to below <paramref name="end"/>.</summary>
    /// <param name="families">Of these families.</param>
    /// <param name="hook">The hook.</param>
    /// <param name="device">Of ingress and egress: the device.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="least">The least priority.</param>
    /// <param name="end">The first priority that is no longer asked.</param>
    public FrameDecision? Decide(ReadOnlySpan<string> families, string hook, string? device, FrameFacts frame, int least, int end)
    {
        List<string>? passed = null, depends = null;
        FrameDecision? last = null;
        Target? translation = null;
        var isNotrack = false;
        foreach (var start in Bases)
        {
            if (start.Hook != hook || !families.Contains(start.Family) || device is not null && !start.Devices.Contains(device)
                || start.Priority < least || start.Priority >= end
                // connections other than new ones keep what nat once did to them
                || start.IsNat && (frame.ConnectionState is { } state && state != New || translation is not null)
                || Tables.Decide(start.Key, start.Name, SeenAt(start, frame)) is not { } decision)
            {
                continue;
            }
            translation ??= decision.Translation;
            isNotrack |= decision.IsNotrack;
            (passed ??= []).AddRange(decision.Passed);
            (depends ??= []).AddRange(decision.DependsOn);
            last = decision.By.StartsWith("policy of ", StringComparison.Ordinal) ? decision : decision with { By = $"{start.Key} {decision.By}" };
            if (decision.IsDropped)
            {
                break;
            }
        }
        return last is null ? null : last with { Passed = passed!, DependsOn = depends!, Translation = translation, IsNotrack = isNotrack };
    }

    /// <summary>Before the connection tracker has seen it (NF_IP_PRI_CONNTRACK) a packet's state is "invalid" (nft_ct.c).</summary>
    private static FrameFacts SeenAt(NftBaseChain start, FrameFacts frame) =>
        frame.ConnectionState is not null && start is { Hook: "prerouting" or "output", Priority: < Conntrack, Family: "inet" or "ip" or "ip6" }
            ? frame with { ConnectionState = Invalid } : frame;
}
