namespace Plumbline.Iptables.Simulation;

/// <summary>
/// A chain's rules by the device that they name: of a dispatch chain with thousands of rules only those remain that can match on a
/// path. Each rule stands in one list only; the lists are sorted.
/// </summary>
internal sealed class DeviceIndex
{
    private readonly Dictionary<string, List<int>>[] _byDevice = [new(), new(), new(), new()];
    private readonly List<int> _others = [];

    private enum Key
    {
        In,
        Out,
        PhysicalIn,
        PhysicalOut,
    }

    /// <summary>Adds a rule (its number within the chain); rules come in order.</summary>
    public void Add(int rule, Match[] matches)
    {
        foreach (var match in matches)
        {
            (Key Key, string Device)? named = match switch
            {
                InInterfaceMatch { IsInverted: false, Interface.IsPrefix: false } m => (Key.In, m.Interface.Name),
                OutInterfaceMatch { IsInverted: false, Interface.IsPrefix: false } m => (Key.Out, m.Interface.Name),
                PhysdevMatch { In: { IsInverted: false, Value.IsPrefix: false } device } => (Key.PhysicalIn, device.Value.Name),
                PhysdevMatch { Out: { IsInverted: false, Value.IsPrefix: false } device } => (Key.PhysicalOut, device.Value.Name),
                _ => null,
            };
            if (named is { } key)
            {
                var lists = _byDevice[(int)key.Key];
                if (!lists.TryGetValue(key.Device, out var list))
                {
                    lists[key.Device] = list = [];
                }
                list.Add(rule);
                return;
            }
        }
        _others.Add(rule);
    }

    /// <summary>Rules that may match at <paramref name="point"/>, in order.</summary>
    public List<int> Find(HookPoint point)
    {
        var found = new List<int>(_others);
        Take(Key.In, point.In);
        Take(Key.Out, point.Out);
        Take(Key.PhysicalIn, point.PhysicalIn);
        Take(Key.PhysicalOut, point.PhysicalOut);
        found.Sort();
        return found;

        void Take(Key key, string? device)
        {
            if (device is not null && _byDevice[(int)key].TryGetValue(device, out var list))
            {
                found.AddRange(list);
            }
        }
    }
}
