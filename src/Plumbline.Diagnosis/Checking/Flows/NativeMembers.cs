using System.Globalization;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>Addresses of remote groups in one network's conjunctions: those that are missing and those that are left over. One finding a group.</summary>
internal sealed class NativeMembers
{
    private readonly Dictionary<string, (SortedSet<string> Missing, SortedSet<string> Stale)> _drifts = new(StringComparer.Ordinal);

    public void Add(int table, int vlan, string group, HashSet<string> wanted, HashSet<string> found)
    {
        foreach (var address in wanted)
        {
            if (!found.Contains(address))
            {
                Of(group).Missing.Add(Place(address));
            }
        }
        foreach (var address in found)
        {
            if (!wanted.Contains(address))
            {
                Of(group).Stale.Add(Place(address));
            }
        }

        string Place(string address) => string.Create(CultureInfo.InvariantCulture, $"{address} (table {table}, reg6=0x{vlan:x})");
    }

    public void Tell(FlowContext context, string bridge)
    {
        foreach (var (group, (missing, stale)) in _drifts)
        {
            context.Add("set-drift", $"{bridge} {group}", $"{bridge}: the conjunctions' addresses are not those of the members of group {group}",
                [.. missing.Select(m => "missing: " + m), .. stale.Select(s => "too many: " + s)],
                missing.Count > 0 ? "members that are missing are not let through by rules that name the group"
                    : "who has such an address is let through as if it belonged to the group");
        }
    }

    private (SortedSet<string> Missing, SortedSet<string> Stale) Of(string group)
    {
        if (!_drifts.TryGetValue(group, out var drift))
        {
            _drifts[group] = drift = (new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        }
        return drift;
    }
}
