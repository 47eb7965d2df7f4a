using System.Net.Sockets;

namespace Plumbline.Neutron.SecurityGroups;

public sealed partial class AgentFirewall
{
    private void Apply(IReadOnlyList<string> devices, bool isUpdate)
    {
        var answer = _server.Ask(devices);
        var known = answer.Ports.Select(p => p.Id).Concat(_memory.Ports.Select(p => p.Id)).ToHashSet(StringComparer.Ordinal);
        var before = Snapshot.Of(_memory);
        var conntrack = new List<AgentCommand>();
        foreach (var (group, rules) in answer.Groups)
        {
            _memory.Groups[group] = rules;
        }
        foreach (var (group, families) in answer.Remotes)
        {
            FetchMembers(group, families, conntrack);
        }
        foreach (var port in answer.Ports)
        {
            if (!isUpdate || _memory.Filtered.ContainsKey(port.Id) || _memory.Unfiltered.ContainsKey(port.Id))
            {
                _memory.Keep(port);
                _memory.Sources[port.Id] = _server.SourceGroupsOf(port).ToHashSet(StringComparer.Ordinal);
            }
        }
        foreach (var device in devices)
        {
            if (!known.Contains(device))
            {
                _memory.Trust(device, _compiler.TapOf(device));
            }
        }
        Finish(before, conntrack);
    }

    private void Remove(string device)
    {
        var before = Snapshot.Of(_memory);
        var conntrack = new List<AgentCommand>();
        if (_memory.Filtered.TryGetValue(device, out var port))
        {
            DeleteByRemotes([port], [], conntrack, false);
            DeleteByRemotes([port], [], conntrack, true);
        }
        if (!_memory.Filtered.Remove(device) && !_memory.Unfiltered.Remove(device))
        {
            _memory.Distrust(device, _compiler.TapOf(device));
        }
        Finish(before, conntrack);
    }

    private void FetchMembers(string group, IReadOnlyList<bool> families, List<AgentCommand> conntrack)
    {
        var fetched = families.ToDictionary(f => f, f => _server.MembersOf(group, f));
        _memory.Members[group] = fetched;
        if (!_options.EnableIPSet)
        {
            return;
        }
        _memory.DevicesOfChangedMembers.Remove(group, out var devices);
        foreach (var (ipv6, members) in fetched)
        {
            var gone = _memory.Sets.SetMembers(group, ipv6, members, _commands);
            if (devices is { Count: > 0 } && gone.Count > 0)
            {
                DeleteByRemotes(devices, [.. gone.Select(AddressOf)], conntrack, ipv6);
            }
        }
    }

    /// <summary>The deferred end of a pass: chains and tables, then conntrack, then what nobody needs any more.</summary>
    private void Finish(Snapshot before, List<AgentCommand> conntrack)
    {
        var removed = before.Filtered.SelectMany(p => _memory.Zones.Find(p) is { } zone ? RawRulesOf(p, zone) : []);
        var rules = Without(_memory.RawRules, removed);
        var filtered = _options.Release < NeutronRelease.Mitaka
            ? (IReadOnlyList<FirewallPort>)[.. _memory.Filtered.Values]
            : [.. _memory.Filtered.Values.OrderBy(p => p.Id, StringComparer.Ordinal)];
        foreach (var port in filtered)
        {
            if (_memory.Zones.Find(port) is null && _memory.Zones.IsExhausted)
            {
                _memory.Zones.Free(_memory.Ports);
            }
            rules.AddRange(RawRulesOf(port, _memory.Zones.Get(port)));
        }
        _memory.RawRules = rules;
        foreach (var port in before.Unfiltered)
        {
            _memory.Close(_compiler.TapOf(port.Id));
        }
        foreach (var port in _memory.Unfiltered.Values)
        {
            _memory.Open(_compiler.TapOf(port.Id), trusted: false);
        }
        var facts = new FirewallFacts
        {
            OpenRules = _memory.OpenRules,
            Filtered = filtered,
            Unfiltered = [.. _memory.Unfiltered.Values],
            Trusted = _memory.Trusted,
            Groups = _memory.Groups,
            Sets = _memory.Sets.Names,
            Members = _memory.MembersOf,
            RawRules = rules,
        };
        var common = _compiler.Common(facts);
        Restore("iptables-restore", _ipv4, _compiler.Tables(facts, common, ipv6: false));
        if (_options.IPv6)
        {
            Restore("ip6tables-restore", _ipv6, _compiler.Tables(facts, common, ipv6: true));
        }
        AddConntrackOfUpdates(before, conntrack);
        if (_options.Release >= NeutronRelease.Liberty)
        {
            _commands.AddRange(conntrack);
        }
        Forget(before);
    }

    private void Restore(string program, LiveTables live, IEnumerable<ChainTable> tables)
    {
        var text = AgentPass.Run(live, tables, _options);
        if (text.Length > 0)
        {
            _commands.Add(new([program, _options.Release < NeutronRelease.Mitaka ? "-c" : "-n"], RestoreText: text));
        }
    }

    private IEnumerable<string> RawRulesOf(FirewallPort port, int zone) =>
        RawRules.Of(port, Statefulness.Of(port, _memory.Groups, _memory.MembersOf, _options), zone, _options);

    /// <summary>The list without the first occurrence of each of some texts.</summary>
    private static List<string> Without(List<string> rules, IEnumerable<string> removed)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var rule in removed)
        {
            counts[rule] = counts.GetValueOrDefault(rule) + 1;
        }
        var rest = new List<string>();
        foreach (var rule in rules)
        {
            if (counts.GetValueOrDefault(rule) is > 0 and var count)
            {
                counts[rule] = count - 1;
            }
            else
            {
                rest.Add(rule);
            }
        }
        return rest;
    }

    /// <summary>Sets, members and rules that no filtered port needs; those that came with this very pass stay until the next.</summary>
    private void Forget(Snapshot before)
    {
        var used = new HashSet<(string, bool)>();
        foreach (var rule in _memory.Filtered.Values.SelectMany(p => p.SecurityGroups).Distinct(StringComparer.Ordinal)
            .SelectMany(id => _memory.Groups.GetValueOrDefault(id, GroupRules.None).Rules))
        {
            if (GroupLines.RemoteOf(rule, _options) is { } remote)
            {
                used.Add((remote, rule.IsIPv6));
            }
        }
        foreach (var ipv6 in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var group in before.Members.Keys.Where(g => !used.Contains((g, ipv6))))
            {
                if (_options.EnableIPSet)
                {
                    _memory.Sets.Destroy(group, ipv6, _commands);
                }
            }
        }
        foreach (var group in before.Members.Keys.Where(g => !used.Contains((g, false)) && !used.Contains((g, true))))
        {
            _memory.Members.Remove(group);
        }
        var needed = _memory.Filtered.Values.SelectMany(p => p.SecurityGroups).ToHashSet(StringComparer.Ordinal);
        foreach (var group in before.Groups.Keys.Where(g => !needed.Contains(g)))
        {
            _memory.Groups.Remove(group);
        }
    }

    private static string AddressOf(string member) =>
        AddressPrefix.TryParse(member, out var prefix) ? IPText.Of(prefix.ToAddress()) : member;

    private static bool IsOfFamily(System.Net.IPAddress address, bool ipv6) =>
        (address.AddressFamily == AddressFamily.InterNetworkV6) == ipv6;

    /// <summary>What was before the pass.</summary>
    private sealed record Snapshot(
        IReadOnlyList<FirewallPort> Filtered,
        IReadOnlyList<FirewallPort> Unfiltered,
        IReadOnlyDictionary<string, GroupRules> Groups,
        IReadOnlyDictionary<string, Dictionary<bool, IReadOnlyList<string>>> Members)
    {
        public static Snapshot Of(Memory memory) => new(
            [.. memory.Filtered.Values],
            [.. memory.Unfiltered.Values],
            new Dictionary<string, GroupRules>(memory.Groups, StringComparer.Ordinal),
            new Dictionary<string, Dictionary<bool, IReadOnlyList<string>>>(memory.Members, StringComparer.Ordinal));
    }
}
