using System.Runtime.CompilerServices;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing.Meaning;

/// <summary>
/// Which rules of a long chain can be about a port: on a node with a thousand ports the dispatch chains have two thousand rules, two of
/// them for each. Made once a chain.
/// </summary>
internal sealed class ChainIndex
{
    private const int Shortest = 64;

    private static readonly ConditionalWeakTable<Chain, ChainIndex> _made = [];

    private readonly Dictionary<string, List<int>> _byDevice = new(StringComparer.Ordinal);
    private readonly List<int> _others = [];

    private ChainIndex(Chain chain)
    {
        for (var i = 0; i < chain.Rules.Count; i++)
        {
            var device = DeviceOf(chain.Rules[i]);
            if (device is null)
            {
                _others.Add(i);
            }
            else if (_byDevice.TryGetValue(device, out var known))
            {
                known.Add(i);
            }
            else
            {
                _byDevice.Add(device, [i]);
            }
        }
    }

    /// <summary>Indexes of the rules that may match packets of the slice, ascending; all where no slice is given.</summary>
    public static IEnumerable<int> RulesFor(Chain chain, BridgedSlice? slice)
    {
        if (slice is null || chain.Rules.Count < Shortest)
        {
            return Enumerable.Range(0, chain.Rules.Count);
        }
        var index = _made.GetValue(chain, static c => new(c));
        var found = new List<int>(index._others);
        foreach (var device in new[] { slice.In, slice.Out, slice.Bridge })
        {
            if (device is not null && index._byDevice.TryGetValue(device, out var rules))
            {
                found.AddRange(rules);
            }
        }
        found.Sort();
        return found;
    }

    /// <summary>A device without which the rule cannot match; null for none.</summary>
    private static string? DeviceOf(Rule rule)
    {
        foreach (var match in rule.Matches)
        {
            switch (match)
            {
                case PhysdevMatch { In: { IsInverted: false, Value: { IsPrefix: false, Name: var name } } }:
                    return name;
                case PhysdevMatch { Out: { IsInverted: false, Value: { IsPrefix: false, Name: var name } } }:
                    return name;
                case InInterfaceMatch { IsInverted: false, Interface: { IsPrefix: false, Name: var name } }:
                    return name;
            }
        }
        return null;
    }
}
