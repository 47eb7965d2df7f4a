using System.Collections.Concurrent;

namespace Plumbline.Iptables.Simulation;

/// <summary>
/// A path as one compiled ruleset sees it. Which device a packet comes by is the same for every packet of the path, so rules that ask
/// for another are left out once, when the chain is first met. Made by <see cref="CompiledRuleset.Resolve"/>; several threads may
/// share it.
/// </summary>
public sealed class ResolvedPath
{
    private readonly int[]?[][] _candidates;
    private readonly ConcurrentDictionary<PacketPath, ResolvedPath> _turns = new(ReferenceEqualityComparer.Instance);

    internal ResolvedPath(CompiledRuleset ruleset, PacketPath path)
    {
        Ruleset = ruleset;
        Path = path;
        Points = path.PointArray;
        _candidates = new int[path.Points.Count][][];
        for (var i = 0; i < _candidates.Length; i++)
        {
            _candidates[i] = new int[ruleset.PathSlots][];
        }
    }

    /// <summary>What was resolved.</summary>
    public PacketPath Path { get; }

    /// <summary>Its points.</summary>
    internal HookPoint[] Points { get; }

    internal CompiledRuleset Ruleset { get; }

    /// <summary>The same ruleset along another way, found again where the routing gives the same one.</summary>
    internal ResolvedPath Turn(PacketPath onward) => _turns.GetOrAdd(onward, (p, r) => new(r, p), Ruleset);

    /// <summary>Rules of <paramref name="chain"/>, one with a <see cref="CompiledChain.PathSlot"/>, that the devices at a point let match, in order.</summary>
    internal int[] RulesAt(int point, CompiledChain chain) =>
        _candidates[point][chain.PathSlot] ??= Find(Path.Points[point], chain);

    private static int[] Find(HookPoint point, CompiledChain chain)
    {
        var result = new List<int>();
        // a bridged packet without a known input port passes every --physdev-in: the index would hide those rules
        if (chain.Index is { } index && !(point.HasBridge && point.PhysicalIn is null))
        {
            foreach (var rule in index.Find(point))
            {
                Take(rule);
            }
        }
        else
        {
            for (var rule = 0; rule < chain.Count; rule++)
            {
                Take(rule);
            }
        }
        return [.. result];

        void Take(int rule)
        {
            foreach (var match in chain.DeviceMatches![rule])
            {
                if (!DeviceTest.Holds(match, point))
                {
                    return;
                }
            }
            result.Add(chain.FirstRule + rule);
        }
    }
}
