namespace Plumbline.Neutron.SecurityGroups;

public sealed partial record HybridFirewall
{
    private sealed partial class Compiler
    {
        private readonly IReadOnlyList<FirewallPort> _ports;
        private readonly IReadOnlyList<FirewallPort> _filtered;
        private readonly IReadOnlyDictionary<string, SecurityGroup> _groups;
        private readonly string _wrap;

        public Compiler(
            IReadOnlyList<FirewallPort> ports, IReadOnlyDictionary<string, SecurityGroup> groups, string wrap)
        {
            _ports = ports;
            _groups = groups;
            _wrap = wrap;
            _filtered = [.. ports.Where(IsFiltered).OrderBy(p => p.Id, StringComparer.Ordinal)];
            Zones = _filtered.Select((p, i) => (p.Id, Zone: FirstZone + i)).ToDictionary(z => z.Id, z => z.Zone);
        }

        public IReadOnlyDictionary<string, int> Zones { get; }

        public IReadOnlyList<IPSet> Sets() =>
        [
            .. _filtered
                .SelectMany(p => p.SecurityGroups)
                .Distinct()
                .Select(id => _groups.GetValueOrDefault(id))
                .OfType<SecurityGroup>()
                .SelectMany(g => g.Rules)
                .Where(r => r.RemoteGroupId is not null && _groups.ContainsKey(r.RemoteGroupId))
                .Select(r => (Group: _groups[r.RemoteGroupId!], r.IsIPv6))
                .Distinct()
                .Select(r => IPSet.Of(r.Group, r.IsIPv6))
                .OrderBy(s => s.Name, StringComparer.Ordinal),
        ];

        public IptablesTable Filter(bool ipv6)
        {
            var chains = new Chains();
            chains.Add("INPUT", $"-j {_wrap}-INPUT");
            chains.Add("FORWARD", $"-j {FilterTop}");
            chains.Add("FORWARD", $"-j {_wrap}-FORWARD");
            chains.Add("OUTPUT", $"-j {FilterTop}");
            chains.Add("OUTPUT", $"-j {_wrap}-OUTPUT");
            chains.Add(FilterTop, $"-j {_wrap}-local");
            chains.Declare($"{_wrap}-local");
            chains.Declare($"{_wrap}-OUTPUT");
            chains.Declare($"{_wrap}-FORWARD");
            chains.Declare($"{_wrap}-INPUT");
            chains.Add($"{_wrap}-sg-fallback", $"{Comment(Comments.Fallback)} -j DROP");
            foreach (var port in _filtered)
            {
                AddDispatch(chains, port);
                AddIngress(chains, port, ipv6);
                var spoof = AddSpoofFilter(chains, port, ipv6);
                AddEgress(chains, port, ipv6, spoof);
            }
            foreach (var port in _ports.Where(p => IsTrusted(p)))
            {
                AddOpen(chains, port, Comments.Trusted, input: false);
            }
            foreach (var port in _ports.Where(p => !IsTrusted(p) && !p.PortSecurityEnabled))
            {
                AddOpen(chains, port, Comments.PortSecurityDisabled, input: true);
            }
            chains.Add($"{_wrap}-sg-chain", "-j ACCEPT");
            return chains.ToTable("filter");
        }

        public IptablesTable Raw()
        {
            var chains = new Chains();
            chains.Add("PREROUTING", $"-j {_wrap}-PREROUTING");
            chains.Add("OUTPUT", $"-j {_wrap}-OUTPUT");
            chains.Declare($"{_wrap}-OUTPUT");
            chains.Declare($"{_wrap}-PREROUTING");
            foreach (var port in _filtered)
            {
                var first = port.SecurityGroups.Count > 0 ? _groups.GetValueOrDefault(port.SecurityGroups[0]) : null;
                var tail = first is { Stateful: false, Rules.Count: > 0 }
                    ? $"{Comment($"Make {port.Id} stateless")} -j CT --notrack"
                    : $"{Comment($"Set zone for {port.Id}")} -j CT --zone {Zones[port.Id]}";
                var qvb = DeviceNames.VethBridgeEnd(port.Id);
                chains.Add($"{_wrap}-PREROUTING", $"-m physdev --physdev-in {qvb} {tail}");
                chains.Add($"{_wrap}-PREROUTING", $"-i {qvb} {tail}");
                chains.Add($"{_wrap}-PREROUTING", $"-m physdev --physdev-in {DeviceNames.Tap(port.Id)} {tail}");
            }
            return chains.ToTable("raw");
        }

        private static bool IsTrusted(FirewallPort port) => port.Owner.StartsWith("network:", StringComparison.Ordinal);

        private static bool IsFiltered(FirewallPort port) => !IsTrusted(port) && port.PortSecurityEnabled;

        private static string Comment(string text) => $"-m comment --comment \"{text}\"";

        private static string ToInstance(FirewallPort port) =>
            $"-m physdev --physdev-out {DeviceNames.Tap(port.Id)} --physdev-is-bridged";

        private static string FromInstance(FirewallPort port) =>
            $"-m physdev --physdev-in {DeviceNames.Tap(port.Id)} --physdev-is-bridged";

        private string ChainOf(char kind, FirewallPort port) =>
            $"{_wrap}-{kind}{(port.Id.Length <= DeviceNames.ChainIdLength ? port.Id : port.Id[..DeviceNames.ChainIdLength])}";

        private void AddDispatch(Chains chains, FirewallPort port)
        {
            var (ingress, egress) = (ChainOf('i', port), ChainOf('o', port));
            chains.Add($"{_wrap}-FORWARD", $"{ToInstance(port)} {Comment(Comments.ToGroupChain)} -j {_wrap}-sg-chain");
            chains.Add($"{_wrap}-FORWARD", $"{FromInstance(port)} {Comment(Comments.ToGroupChain)} -j {_wrap}-sg-chain");
            chains.Add($"{_wrap}-sg-chain", $"{ToInstance(port)} {Comment(Comments.ToPortChain)} -j {ingress}");
            chains.Add($"{_wrap}-sg-chain", $"{FromInstance(port)} {Comment(Comments.ToPortChain)} -j {egress}");
            chains.Add($"{_wrap}-INPUT", $"{FromInstance(port)} {Comment(Comments.InputToGroupChain)} -j {egress}");
        }

        private void AddOpen(Chains chains, FirewallPort port, string comment, bool input)
        {
            chains.Add($"{_wrap}-FORWARD", $"{ToInstance(port)} {Comment(comment)} -j ACCEPT");
            chains.Add($"{_wrap}-FORWARD", $"{FromInstance(port)} {Comment(comment)} -j ACCEPT");
            if (input)
            {
                chains.Add($"{_wrap}-INPUT", $"{FromInstance(port)} {Comment(comment)} -j ACCEPT");
            }
        }
    }

    /// <summary>Chains under construction, in order of first mention.</summary>
    private sealed class Chains
    {
        private readonly Dictionary<string, List<string>> _rules = [];

        public List<string> Declare(string chain)
        {
            if (!_rules.TryGetValue(chain, out var rules))
            {
                _rules[chain] = rules = [];
            }
            return rules;
        }

        public void Add(string chain, string rule) => Declare(chain).Add(rule);

        /// <summary>Adds a rule whose text the chain does not have yet.</summary>
        public void AddOnce(string chain, string rule)
        {
            if (!Declare(chain).Contains(rule))
            {
                Add(chain, rule);
            }
        }

        public IptablesTable ToTable(string name) =>
            new(name, _rules.ToDictionary(c => c.Key, c => (IReadOnlyList<string>)c.Value));
    }
}
