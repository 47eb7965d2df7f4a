using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Checking;

/// <summary>What the agent's shared chains say of each device, read in one pass: thousands of ports have thousands of rules in them.</summary>
internal sealed class PortRules
{
    /// <summary>Packets that come from the device.</summary>
    public const int In = 1;

    /// <summary>Packets that go to it.</summary>
    public const int Out = 2;

    private const int TapIn = 1, VethIn = 2, VethInterface = 4;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(bool IsInterface, int? Zone)>> _zones = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ledTo = new(StringComparer.Ordinal);

    /// <summary>What is known of a device.</summary>
    /// <param name="IsAccepted">FORWARD lets all of it pass: port security is off.</param>
    /// <param name="ToGroup">Which ways FORWARD leads to sg-chain: <see cref="In"/>, <see cref="Out"/>.</param>
    /// <param name="Into">The chain of packets to it.</param>
    /// <param name="OutOf">The chain of packets from it.</param>
    public readonly record struct Entry(bool IsAccepted, int ToGroup, string? Into, string? OutOf);

    public static PortRules Read(Chain group, Chain? forward, Chain? zones)
    {
        var rules = new PortRules();
        foreach (var rule in group.Rules)
        {
            if (rule.Target is JumpTarget { Chain: var chain } && DeviceOf(rule) is var (device, way))
            {
                var entry = rules.Of(device);
                rules._entries[device] = way == Out ? entry with { Into = entry.Into ?? chain } : entry with { OutOf = entry.OutOf ?? chain };
                rules._ledTo.Add(chain);
            }
        }
        foreach (var rule in forward?.Rules ?? [])
        {
            if (DeviceOf(rule) is var (device, way))
            {
                var entry = rules.Of(device);
                rules._entries[device] = rule.Target switch
                {
                    JumpTarget { Chain: var to } when to == group.Name => entry with { ToGroup = entry.ToGroup | way },
                    VerdictTarget { Verdict: Verdict.Accept } => entry with { IsAccepted = true },
                    _ => entry,
                };
            }
        }
        foreach (var rule in zones?.Rules ?? [])
        {
            rules.ReadZone(rule);
        }
        return rules;
    }

    /// <summary>No rule gives any device's packets a zone, nor leaves them untracked.</summary>
    public bool IsWithoutZones => _zones.Count == 0;

    public Entry Of(string device) => _entries.GetValueOrDefault(device);

    /// <summary>A rule leads to the chain: from sg-chain, or, to a spoof filter, from the port's own.</summary>
    public bool IsLedTo(string chain, Dictionary<string, Chain> chains)
    {
        if (_ledTo.Contains(chain))
        {
            return true;
        }
        return chain[^11] == 's' && chains.TryGetValue($"{chain[..^11]}o{chain[^10..]}", out var from) && _ledTo.Contains(from.Name)
            && from.Rules.Any(r => r.Target is JumpTarget { Chain: var to } && to == chain);
    }

    /// <summary>The kinds of packets that get a zone at most ports, as bits; 0 where ports differ too much to say.</summary>
    public int UsualZones()
    {
        var counts = new Dictionary<int, int>();
        var ports = 0;
        foreach (var (device, entry) in _entries)
        {
            if (device.StartsWith("tap", StringComparison.Ordinal) && entry.ToGroup != 0 && ZonesOf(device, "qvb" + device[3..]).Kinds is var kinds and not 0)
            {
                counts[kinds] = counts.GetValueOrDefault(kinds) + 1;
                ports++;
            }
        }
        foreach (var (kinds, count) in counts)
        {
            if (count > 1 && count * 2 > ports || ports == 1)
            {
                return kinds;
            }
        }
        return 0;
    }

    /// <summary>Which of a port's packets get a zone, and which zones these are.</summary>
    public (int Kinds, IReadOnlySet<int> Zones) ZonesOf(string tap, string veth)
    {
        var kinds = 0;
        var zones = new HashSet<int>();
        foreach (var (isInterface, zone) in _zones.GetValueOrDefault(tap) ?? [])
        {
            kinds |= isInterface ? 0 : TapIn;
            Add(zone);
        }
        foreach (var (isInterface, zone) in _zones.GetValueOrDefault(veth) ?? [])
        {
            kinds |= isInterface ? VethInterface : VethIn;
            Add(zone);
        }
        return (kinds, zones);

        void Add(int? zone)
        {
            if (zone is { } number)
            {
                zones.Add(number);
            }
        }
    }

    /// <summary>The packets that <see cref="UsualZones"/> means by its bits.</summary>
    public static string Words(int kinds, string tap, string veth)
    {
        var words = new List<string>();
        if ((kinds & TapIn) != 0)
        {
            words.Add(tap);
        }
        if ((kinds & (VethIn | VethInterface)) != 0)
        {
            words.Add(veth);
        }
        return string.Join(" and ", words);
    }

    private void ReadZone(Rule rule)
    {
        if (rule.Target is not CtTarget target)
        {
            return;
        }
        foreach (var match in rule.Matches)
        {
            var device = match switch
            {
                PhysdevMatch { In: { IsInverted: false } port } => port.Value.Name,
                InInterfaceMatch { Interface: var name } => name.Name,
                _ => null,
            };
            if (device is not null)
            {
                if (!_zones.TryGetValue(device, out var list))
                {
                    _zones[device] = list = [];
                }
                list.Add((match is InInterfaceMatch, target.Zone));
            }
        }
    }

    private static (string Device, int Way)? DeviceOf(Rule rule)
    {
        foreach (var match in rule.Matches)
        {
            switch (match)
            {
                case PhysdevMatch { In: { IsInverted: false } port }:
                    return (port.Value.Name, In);
                case PhysdevMatch { Out: { IsInverted: false } port }:
                    return (port.Value.Name, Out);
            }
        }
        return null;
    }
}
