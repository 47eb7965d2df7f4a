using System.Globalization;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// Which port (or network, with the Linux bridge driver) has which conntrack zone: a new one gets the highest in use plus one, beyond
/// the last the first gap.
/// </summary>
internal sealed class ConntrackZones
{
    /// <summary>Where zones of ports begin (before Queens: at 1).</summary>
    public const int First = 4097;

    private const int Last = 65535;
    private const int KeyLength = 11; // of a device name, behind its prefix

    private readonly FirewallOptions _options;
    private readonly Dictionary<string, int> _zones = new(StringComparer.Ordinal);
    private readonly bool _byWholeId;
    private int _highest = -1; // -1: not known

    /// <summary>An empty map, by whole ids; or one with the zones that ports are known to have.</summary>
    public ConntrackZones(FirewallOptions options, IReadOnlyDictionary<string, int>? known)
    {
        _options = options;
        _byWholeId = true;
        foreach (var (id, zone) in known ?? new Dictionary<string, int>())
        {
            _zones[id] = zone;
        }
    }

    /// <summary>
    /// The map as the agent makes it at start from the raw table: keyed by what stands behind a device's prefix. It looks ports up by
    /// other characters than these, so with the hybrid driver it finds none.
    /// </summary>
    public ConntrackZones(FirewallOptions options, IEnumerable<string> rawRules)
    {
        _options = options;
        foreach (var rule in rawRules)
        {
            var device = Word(rule, " --physdev-in ");
            var zone = Word(rule, " -j CT --zone ");
            if (device.Length > 3 && int.TryParse(zone, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                _zones[device[3..].ToString()] = number;
            }
        }
    }

    private int Start => _options.Release < NeutronRelease.Queens ? 1 : First;

    /// <summary>The zone of a port, a new one where it has none.</summary>
    public int Get(FirewallPort port) => Find(port) ?? Add(KeyOf(port));

    /// <summary>The zone of a port; null where it has none.</summary>
    public int? Find(FirewallPort port) => _zones.TryGetValue(KeyOf(port), out var zone) ? zone : null;

    /// <summary>Gives back the zones of ports that are no more; done only where all zones are taken.</summary>
    public void Free(IEnumerable<FirewallPort> remaining)
    {
        var keys = remaining.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        foreach (var key in _zones.Keys.Where(k => !keys.Contains(k)).ToList())
        {
            _zones.Remove(key);
        }
        _highest = -1;
    }

    /// <summary>True where a new port would find no zone.</summary>
    public bool IsExhausted => Highest() >= Last && FindGap() is null;

    private string KeyOf(FirewallPort port)
    {
        var hybrid = _options.Driver == FirewallDriver.Hybrid;
        if (_byWholeId)
        {
            return hybrid ? port.Id : port.NetworkId;
        }
        var id = hybrid ? port.Id[Math.Min(3, port.Id.Length)..] : port.NetworkId;
        return id.Length <= KeyLength ? id : id[..KeyLength];
    }

    private int Add(string key)
    {
        var zone = Highest() < 0 ? Start : Highest() < Last ? Math.Max(Highest() + 1, Start) : FindGap()
            ?? throw new InvalidOperationException("all conntrack zones are taken");
        _zones[key] = zone;
        _highest = Math.Max(_highest, zone);
        return zone;
    }

    private int Highest()
    {
        if (_highest < 0 && _zones.Count > 0)
        {
            _highest = _zones.Values.Max();
        }
        return _highest;
    }

    private int? FindGap()
    {
        var expected = Start;
        foreach (var zone in _zones.Values.Distinct().Order())
        {
            if (zone != expected)
            {
                return expected;
            }
            expected++;
        }
        return null;
    }

    /// <summary>The word behind a key in a rule, the last one where there are several.</summary>
    private static ReadOnlySpan<char> Word(string rule, string key)
    {
        var at = rule.LastIndexOf(key, StringComparison.Ordinal);
        if (at < 0)
        {
            return [];
        }
        var rest = rule.AsSpan(at + key.Length);
        var end = rest.IndexOf(' ');
        return end < 0 ? rest : rest[..end];
    }
}
