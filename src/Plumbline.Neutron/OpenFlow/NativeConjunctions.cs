using System.Globalization;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.OpenFlow;

/// <summary>
/// Rules with a remote group as the native firewall writes them (firewall.ConjIPFlowManager, rules.merge_port_ranges): one dimension is
/// the members' addresses, once a network; the other a port's protocol and ports. A block of eight numbers belongs to a group, remote
/// group, direction and family: two for each of four priorities, the even one for connections that run, the odd one for new ones.
/// </summary>
internal sealed class NativeConjunctions(IReadOnlyList<SecurityGroup> groups)
{
    private static readonly string[] _states = ["+est-rel-rpl", "+new-est"];

    private readonly Dictionary<(string Group, string Remote, bool IsIngress, bool IsIPv6), int> _blocks = [];
    private readonly SortedDictionary<(int Vlan, bool IsIngress, bool IsIPv6), SortedDictionary<int, string>> _used = [];
    private readonly List<string> _lines = [];

    public IEnumerable<string> Lines => _lines.Concat(Members());

    public void Add(NativeFirewallPort port, IReadOnlyList<SecurityGroup> own)
    {
        var wanted = own.SelectMany(g => g.Rules.Where(r => r.RemoteGroupId is not null).Select(r => (Rule: r, Id: NumberOf(port, g, r))))
            .Where(r => NativeFirewallFlows.ProtocolOf(r.Rule) is not null).ToList();
        foreach (var alike in wanted.GroupBy(r => (r.Rule.IsIngress, r.Rule.IsIPv6, NativeFirewallFlows.ProtocolOf(r.Rule))))
        {
            var (word, further) = alike.Key.Item3!.Value;
            var table = alike.Key.IsIngress ? 82 : 72;
            foreach (var (rule, ids) in word is "tcp" or "tcp6" or "udp" or "udp6" or "sctp" or "sctp6" ? Ranges([.. alike]) : Same([.. alike]))
            {
                foreach (var ports in NativeFirewallFlows.PortsOf(rule))
                {
                    var match = string.Create(CultureInfo.InvariantCulture, $"{word},reg5=0x{port.OfPort:x}{further}{ports}");
                    AddParts(table, 70 + NativeFirewallFlows.OffsetOf(rule), match, 2, ids);
                }
            }
        }
        foreach (var (rule, id) in wanted.DistinctBy(r => (r.Id, r.Rule.IsIngress, r.Rule.IsIPv6)))
        {
            var (running, opening) = NativeFirewallFlows.AcceptingActions(rule.IsIngress, port.OfPort);
            for (var i = 0; i < 2; i++)
            {
                _lines.Add(NativeFirewallFlows.LineOf(rule.IsIngress ? 82 : 72, 70 + id % 8 / 2,
                    string.Create(CultureInfo.InvariantCulture,
                        $"conj_id={id + i},ct_state={_states[i]},{(rule.IsIPv6 ? "ipv6" : "ip")},reg5=0x{port.OfPort:x}"),
                    string.Create(CultureInfo.InvariantCulture, $"load:0x{id + i:x}->NXM_NX_REG7[],{(i == 0 ? running : opening)}")));
            }
        }
    }

    private int NumberOf(NativeFirewallPort port, SecurityGroup group, SecurityGroupRule rule)
    {
        var key = (group.Id, rule.RemoteGroupId!, rule.IsIngress, rule.IsIPv6);
        if (!_blocks.TryGetValue(key, out var block))
        {
            _blocks[key] = block = 8 * (_blocks.Count + 1);
        }
        var id = block + 2 * NativeFirewallFlows.OffsetOf(rule);
        var network = (port.LocalVlan, rule.IsIngress, rule.IsIPv6);
        if (!_used.TryGetValue(network, out var ids))
        {
            _used[network] = ids = [];
        }
        ids[id] = rule.RemoteGroupId!;
        return id;
    }

    private void AddParts(int table, int priority, string match, int dimension, IEnumerable<int> ids)
    {
        for (var i = 0; i < 2; i++)
        {
            var state = i;
            _lines.Add(Part(table, priority, match, dimension, ids, state));
        }
    }

    private static string Part(int table, int priority, string match, int dimension, IEnumerable<int> ids, int state) =>
        NativeFirewallFlows.LineOf(table, priority, $"ct_state={_states[state]},{match}", string.Join(',', ids.Select(id =>
            string.Create(CultureInfo.InvariantCulture, $"conjunction({id + state},{dimension}/2)"))));

    /// <summary>The first dimension: members' addresses, in each network that has a port with such a rule.</summary>
    private IEnumerable<string> Members()
    {
        foreach (var ((vlan, isIngress, isIPv6), ids) in _used)
        {
            var byAddress = new SortedDictionary<string, SortedSet<int>>(StringComparer.Ordinal);
            foreach (var (id, remote) in ids)
            {
                foreach (var member in groups.FirstOrDefault(g => g.Id == remote)?.Members ?? [])
                {
                    if (member.Contains(':') == isIPv6 && NativeFirewallFlows.Address(member) is { } address)
                    {
                        if (!byAddress.TryGetValue(address, out var set))
                        {
                            byAddress[address] = set = [];
                        }
                        set.Add(id);
                    }
                }
            }
            foreach (var (address, set) in byAddress)
            {
                foreach (var offset in set.GroupBy(id => id % 8 / 2))
                {
                    for (var i = 0; i < 2; i++)
                    {
                        yield return Part(isIngress ? 82 : 72, 70 + offset.Key, string.Create(CultureInfo.InvariantCulture,
                            $"{(isIPv6 ? "ipv6" : "ip")},reg6=0x{vlan:x},{NativeFirewallFlows.FarField(isIngress, isIPv6)}={address}"),
                            1, offset, i);
                    }
                }
            }
        }
    }

    /// <summary>Ranges of ports cut up until none overlap, each with all the conjunctions that want it.</summary>
    private static IEnumerable<(SecurityGroupRule Rule, IReadOnlyList<int> Ids)> Ranges(List<(SecurityGroupRule Rule, int Id)> rules)
    {
        var edges = new SortedSet<int>();
        foreach (var (rule, _) in rules)
        {
            var (first, last) = RangeOf(rule);
            edges.Add(first);
            edges.Add(last + 1);
        }
        var starts = edges.ToList();
        for (var i = 0; i + 1 < starts.Count; i++)
        {
            var ids = rules.Where(r => RangeOf(r.Rule) is var (first, last) && first <= starts[i] && last >= starts[i + 1] - 1)
                .Select(r => r.Id).Distinct().ToList();
            if (ids.Count > 0)
            {
                var isAll = (starts[i], starts[i + 1]) == (1, 65536);
                yield return (rules[0].Rule with
                {
                    PortRangeMin = isAll ? null : starts[i],
                    PortRangeMax = isAll ? null : starts[i + 1] - 1,
                }, ids);
            }
        }

        static (int First, int Last) RangeOf(SecurityGroupRule rule) => (rule.PortRangeMin ?? 1, rule.PortRangeMax ?? 65535);
    }

    private static IEnumerable<(SecurityGroupRule Rule, IReadOnlyList<int> Ids)> Same(List<(SecurityGroupRule Rule, int Id)> rules) =>
        rules.GroupBy(r => (r.Rule.PortRangeMin, r.Rule.PortRangeMax)).Select(g => (g.First().Rule, (IReadOnlyList<int>)[.. g.Select(r => r.Id).Distinct()]));
}
