namespace Plumbline.Neutron.SecurityGroups;

public sealed partial class AgentFirewall
{
    /// <summary>What an agent remembers from one pass to the next, and forgets when it ends.</summary>
    private sealed class Memory
    {
        public Memory(FirewallOptions options, LiveTables ipv4, SortedDictionary<string, IPSet> kernelSets)
        {
            Sets = new(options, kernelSets);
            var raw = ipv4.Find("raw");
            Zones = new(options, raw is null ? [] : raw.SelectMany(c => c.Value.Rules.Select(r => $"-A {c.Key} {r}")));
        }

        public OrderedDictionary<string, FirewallPort> Filtered { get; } = new(StringComparer.Ordinal);

        public OrderedDictionary<string, FirewallPort> Unfiltered { get; } = new(StringComparer.Ordinal);

        public List<string> Trusted { get; } = [];

        /// <summary>Accept rules of W-FORWARD, in order.</summary>
        public List<OpenRule> OpenRules { get; } = [];

        public Dictionary<string, GroupRules> Groups { get; } = new(StringComparer.Ordinal);

        /// <summary>Members as fetched, by group; of a family that was not announced: nothing.</summary>
        public Dictionary<string, Dictionary<bool, IReadOnlyList<string>>> Members { get; } = new(StringComparer.Ordinal);

        public AgentSets Sets { get; }

        public ConntrackZones Zones { get; }

        public HashSet<string> UpdatedGroups { get; } = new(StringComparer.Ordinal);

        public HashSet<string> UpdatedPorts { get; } = new(StringComparer.Ordinal);

        /// <summary>Ports as they were when their remote group's members changed.</summary>
        public Dictionary<string, List<FirewallPort>> DevicesOfChangedMembers { get; } = new(StringComparer.Ordinal);

        /// <summary>Rules of the raw table's PREROUTING: once in, a rule goes only when the very same text is made again.</summary>
        public List<string> RawRules { get; set; } = [];

        /// <summary>Remote groups that the server named with a port.</summary>
        public Dictionary<string, HashSet<string>> Sources { get; } = new(StringComparer.Ordinal);

        public IEnumerable<FirewallPort> Ports => Filtered.Values.Concat(Unfiltered.Values);

        public HashSet<string> SourcesOf(string device) => Sources.GetValueOrDefault(device) ?? [];

        public IReadOnlyList<string> MembersOf(string group, bool ipv6) =>
            Members.TryGetValue(group, out var families) && families.TryGetValue(ipv6, out var members) ? members : [];

        public void Trust(string device, string tap)
        {
            if (!Trusted.Contains(device))
            {
                Trusted.Add(device);
                Open(tap, trusted: true);
            }
        }

        public void Distrust(string device, string tap)
        {
            if (Trusted.Remove(device))
            {
                Close(tap);
            }
        }

        public void Open(string tap, bool trusted)
        {
            OpenRules.Add(new(tap, true, trusted));
            OpenRules.Add(new(tap, false, trusted));
        }

        /// <summary>Takes a device's first two rules away, whosever they are: the agent does not look at the comment.</summary>
        public void Close(string tap)
        {
            foreach (var toInstance in (ReadOnlySpan<bool>)[true, false])
            {
                if (OpenRules.FindIndex(r => r.Tap == tap && r.ToInstance == toInstance) is >= 0 and var first)
                {
                    OpenRules.RemoveAt(first);
                }
            }
        }

        public void Keep(FirewallPort port)
        {
            var (to, from) = port.PortSecurityEnabled ? (Filtered, Unfiltered) : (Unfiltered, Filtered);
            to[port.Id] = port;
            from.Remove(port.Id);
        }
    }
}
