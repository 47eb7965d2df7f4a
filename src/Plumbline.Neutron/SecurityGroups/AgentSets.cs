namespace Plumbline.Neutron.SecurityGroups;

/// <summary>The agent's address sets: what it believes is in them, what the kernel has, and the commands between.</summary>
internal sealed class AgentSets(FirewallOptions options, SortedDictionary<string, IPSet> kernel)
{
    private const int BulkThreshold = 5; // from so many changes on a set is made anew and swapped

    private readonly Dictionary<string, List<string>> _known = new(StringComparer.Ordinal);

    /// <summary>Names of the sets that this agent knows.</summary>
    public IReadOnlySet<string> Names => _known.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>Makes a group's set hold these members.</summary>
    /// <returns>Members that left it.</returns>
    public IReadOnlyList<string> SetMembers(string group, bool ipv6, IEnumerable<string> members, List<AgentCommand> commands)
    {
        var wanted = IPSet.Sanitise(members);
        var name = IPSet.NameOf(group, ipv6, options.Release);
        var isNew = !_known.TryGetValue(name, out var current);
        if (isNew && options.Release <= NeutronRelease.Kilo && wanted.Count == 0)
        {
            return [];
        }
        current ??= [];
        var added = wanted.Except(current, StringComparer.Ordinal).ToList();
        var removed = current.Except(wanted, StringComparer.Ordinal).ToList();
        if (isNew)
        {
            commands.Add(new(["ipset", "create", "-exist", name, .. TypeOf(ipv6)]));
            kernel.TryAdd(name, new(name, FamilyOf(ipv6), []));
            Refresh(name, ipv6, wanted, commands);
        }
        else if (added.Count + removed.Count >= BulkThreshold)
        {
            Refresh(name, ipv6, wanted, commands);
        }
        else
        {
            foreach (var member in added)
            {
                commands.Add(new(["ipset", "add", "-exist", name, member]));
                current.Add(member);
            }
            foreach (var member in removed)
            {
                commands.Add(new(["ipset", "del", name, member]));
                current.Remove(member);
            }
            Change(name, added, removed);
        }
        return removed;
    }

    /// <summary>Destroys a group's set, if this agent made it.</summary>
    public void Destroy(string group, bool ipv6, List<AgentCommand> commands)
    {
        var name = IPSet.NameOf(group, ipv6, options.Release);
        if (_known.Remove(name))
        {
            commands.Add(new(["ipset", "destroy", name]));
            kernel.Remove(name);
        }
    }

    private void Refresh(string name, bool ipv6, IReadOnlyList<string> members, List<AgentCommand> commands)
    {
        var next = name + "-n";
        commands.Add(new(
            ["ipset", "restore", "-exist"],
            [$"create {next} {string.Join(' ', TypeOf(ipv6))}", .. members.Select(m => $"add {next} {m}")]));
        commands.Add(new(["ipset", "swap", next, name]));
        commands.Add(new(["ipset", "destroy", next]));
        _known[name] = [.. members];
        kernel[name] = new(name, FamilyOf(ipv6), Sorted(members));
    }

    private void Change(string name, List<string> added, List<string> removed)
    {
        if (added.Count + removed.Count > 0 && kernel.TryGetValue(name, out var set))
        {
            kernel[name] = set with { Members = Sorted([.. set.Members.Union(added.Select(IPSet.Masked)).Except(removed.Select(IPSet.Masked))]) };
        }
    }

    private static List<string> Sorted(IReadOnlyList<string> members) =>
        [.. members.Select(IPSet.Masked).Distinct().Order(StringComparer.Ordinal)];

    private string[] TypeOf(bool ipv6) =>
        [options.Release == NeutronRelease.Juno ? "hash:ip" : "hash:net", "family", FamilyOf(ipv6)];

    private static string FamilyOf(bool ipv6) => ipv6 ? "inet6" : "inet";
}
