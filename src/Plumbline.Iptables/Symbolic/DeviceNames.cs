namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// The devices that rules can tell apart, numbered: 0 is "none", then one for each exact name, one for each prefix (some other device
/// whose name starts so) and one for all other devices.
/// </summary>
internal sealed class DeviceNames
{
    private readonly List<string> _names = [""];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [""] = 0 };

    private DeviceNames()
    {
    }

    /// <summary>Numbers in use; number 0 (none) included.</summary>
    public int Count => _names.Count;

    /// <summary>Bits of a number.</summary>
    public int Width => Math.Max(1, 32 - int.LeadingZeroCount(Count - 1));

    /// <summary>The device of a number; empty: none.</summary>
    public string this[int number] => _names[number];

    /// <summary>Collects the names that rules ask for, and those in <paramref name="more"/>.</summary>
    public static DeviceNames Of(IEnumerable<InterfaceName> asked, IEnumerable<string> more)
    {
        var result = new DeviceNames();
        var prefixes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in asked)
        {
            if (name.IsPrefix)
            {
                prefixes.Add(name.Name);
            }
            else
            {
                result.Add(name.Name);
            }
        }
        foreach (var name in more)
        {
            result.Add(name);
        }
        foreach (var prefix in prefixes.Order(StringComparer.Ordinal))
        {
            result.Add(result.Unused(prefix, prefixes));
        }
        result.Other = result.Unused("dev", prefixes);
        if (prefixes.Any(p => result.Other.StartsWith(p, StringComparison.Ordinal)))
        {
            result.Other = "abcdefghijklmnopqrstuvwxyz".Select(c => result.Unused(c + "dev", prefixes))
                .FirstOrDefault(n => !prefixes.Any(p => n.StartsWith(p, StringComparison.Ordinal)), result.Other);
        }
        result.Add(result.Other);
        return result;
    }

    /// <summary>A device that no rule asks for.</summary>
    public string Other { get; private set; } = "";

    /// <summary>The number of a device; of one that is not listed, that of the longest prefix, or of <see cref="Other"/>.</summary>
    public int NumberOf(string? name) => _numbers.GetValueOrDefault(name ?? "", -1);

    private void Add(string name)
    {
        if (_numbers.TryAdd(name, _names.Count))
        {
            _names.Add(name);
        }
    }

    /// <summary>A name that starts with <paramref name="prefix"/> and with no longer prefix, and is not asked for itself.</summary>
    private string Unused(string prefix, HashSet<string> prefixes)
    {
        for (var i = 0; ; i++)
        {
            var name = prefix + (i < 100 ? i.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : "x" + i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (!_numbers.ContainsKey(name) && (i > 500 || !prefixes.Any(p => p.Length > prefix.Length && name.StartsWith(p, StringComparison.Ordinal))))
            {
                return name;
            }
        }
    }
}
