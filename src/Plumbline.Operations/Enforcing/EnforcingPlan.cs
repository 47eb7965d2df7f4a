using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Operations.Enforcing;

/// <summary>All that is to be changed, before anything is.</summary>
internal sealed record EnforcingPlan(FamilyPlan IPv4, FamilyPlan IPv6, SetPlan Sets, IReadOnlyList<IReadOnlyList<string>> Conntrack)
{
    /// <summary>True where all is as wanted.</summary>
    public bool IsEmpty => IPv4.RestoreText.Length + IPv6.RestoreText.Length + Sets.Before.Length + Sets.After.Length == 0;

    public static EnforcingPlan Make(LiveState live, FamilyPlan ipv4, FamilyPlan ipv6, IReadOnlyList<IPSet> wanted, IReadOnlySet<string> needed)
    {
        var used = live.IPv4.Sets.Union(live.IPv6.Sets, StringComparer.Ordinal);
        var sets = SetPlan.Make(SetPlan.ReadSaved(live.SavedSets), wanted, used.Where(s => !needed.Contains(s)));
        return new(ipv4, ipv6, sets,
        [
            .. ConntrackPlan.Make(live.IPv4, ipv4.Changes, sets.Withdrawn), .. ConntrackPlan.Make(live.IPv6, ipv6.Changes, sets.Withdrawn),
        ]);
    }

    public EnforcingResult ToResult(bool dryRun) => new()
    {
        IsDryRun = dryRun,
        IPv4 = [.. IPv4.Changes.Select(c => c.ToString())],
        IPv6 = [.. IPv6.Changes.Select(c => c.ToString())],
        Sets = Sets.Changes,
        Conntrack = [.. Conntrack.Select(c => string.Join(' ', c))],
    };
}
