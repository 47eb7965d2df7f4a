namespace Plumbline.Neutron.SecurityGroups;

public sealed partial class AgentFirewall
{
    /// <summary>Deletions after rules, groups of ports and (without sets) members changed.</summary>
    private void AddConntrackOfUpdates(Snapshot before, List<AgentCommand> conntrack)
    {
        foreach (var group in _memory.UpdatedGroups.ToList())
        {
            var old = before.Groups.GetValueOrDefault(group, GroupRules.None);
            var now = _memory.Groups.GetValueOrDefault(group, GroupRules.None);
            // a rule carries whether its group is stateful, so turning that round takes them all away
            var gone = old.Rules.Where(r => old.Stateful != now.Stateful || !now.Rules.Contains(r)).ToList();
            if (gone.Count == 0)
            {
                continue;
            }
            FirewallPort[] ports = [.. _memory.Filtered.Values.Where(p => p.SecurityGroups.Contains(group))];
            foreach (var rule in gone)
            {
                DeleteByRule(ports, rule, conntrack);
            }
            _memory.UpdatedGroups.Remove(group);
        }
        foreach (var device in _memory.UpdatedPorts.ToList())
        {
            var old = before.Filtered.FirstOrDefault(p => p.Id == device);
            if (old is not null && _memory.Filtered.TryGetValue(device, out var now)
                && old.SecurityGroups.Any(g => !now.SecurityGroups.Contains(g)))
            {
                DeleteByRemotes([now], [], conntrack, false);
                DeleteByRemotes([now], [], conntrack, true);
                _memory.UpdatedPorts.Remove(device);
            }
        }
        if (_options.EnableIPSet)
        {
            return;
        }
        foreach (var (group, ports) in _memory.DevicesOfChangedMembers)
        {
            foreach (var ipv6 in (ReadOnlySpan<bool>)[false, true])
            {
                var old = before.Members.GetValueOrDefault(group)?.GetValueOrDefault(ipv6) ?? [];
                string[] gone = [.. old.Except(_memory.MembersOf(group, ipv6), StringComparer.Ordinal)];
                if (gone.Length > 0)
                {
                    DeleteByRemotes(ports, gone, conntrack, ipv6);
                }
            }
        }
        _memory.DevicesOfChangedMembers.Clear();
    }

    private void DeleteByRule(IReadOnlyList<FirewallPort> ports, SecurityGroupRule rule, List<AgentCommand> conntrack)
    {
        var protocol = rule.Protocol == "0" ? "ip" : rule.Protocol;
        Delete(ports, rule.IsIPv6, rule.IsIngress, protocol is null ? [] : ["-p", protocol], null, conntrack);
    }

    private void DeleteByRemotes(
        IReadOnlyList<FirewallPort> ports, IReadOnlyList<string> remotes, List<AgentCommand> conntrack, bool ipv6)
    {
        foreach (var ingress in (ReadOnlySpan<bool>)[true, false])
        {
            if (remotes.Count == 0)
            {
                Delete(ports, ipv6, ingress, [], null, conntrack);
            }
            foreach (var remote in remotes)
            {
                Delete(ports, ipv6, ingress, [], remote, conntrack);
            }
        }
    }

    private void Delete(
        IReadOnlyList<FirewallPort> ports, bool ipv6, bool ingress, string[] protocol, string? remote, List<AgentCommand> conntrack)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var port in ports)
        {
            if (_memory.Zones.Find(port) is not { } zone)
            {
                continue;
            }
            foreach (var address in AddressesOf(port, ipv6))
            {
                List<string> arguments =
                [
                    "conntrack", "-D", .. protocol, "-f", ipv6 ? "ipv6" : "ipv4", ingress ? "-d" : "-s", address,
                    "-w", zone.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ];
                if (remote is not null && remote.Contains(':') == ipv6)
                {
                    arguments.AddRange([ingress ? "-s" : "-d", remote]);
                }
                if (seen.Add(string.Join(' ', arguments)))
                {
                    conntrack.Add(new(arguments));
                }
            }
        }
    }

    private IEnumerable<string> AddressesOf(FirewallPort port, bool ipv6)
    {
        if (_options.Release < NeutronRelease.Release2026_1)
        {
            return port.FixedAddresses.Where(a => IsOfFamily(a, ipv6)).Select(IPText.Of);
        }
        return port.FixedAddresses.Where(a => IsOfFamily(a, ipv6)).Select(a => AddressPrefix.Of(a).ToString())
            .Concat(port.AllowedAddressPairs.Where(p => p.Address.Contains(':') == ipv6)
                .Select(p => AddressPrefix.TryParse(p.Address, out var prefix) ? prefix.ToString() : p.Address));
    }
}
