using System.Runtime.CompilerServices;

namespace Plumbline.OpenFlow.Simulation.Compiled;

/// <summary>
/// The rules of a table that look at the same bits: one hash finds those that match (tuple space search, as Open vSwitch's classifier).
/// </summary>
internal sealed class Subtable
{
    private const int Few = 3;
    private readonly int[] _slots;
    private readonly UInt128[] _masks;
    private readonly Dictionary<ulong, CompiledRule[]>? _byHash;
    private readonly CompiledRule[] _few = [];

    /// <param name="rules">All with the same slots and masks; highest priority first.</param>
    public Subtable(List<CompiledRule> rules)
    {
        _slots = [.. rules[0].Conditions.Select(c => c.Slot)];
        _masks = [.. rules[0].Conditions.Select(c => c.Mask)];
        MaxPriority = rules[0].Priority;
        if (rules.Count <= Few)
        {
            _few = [.. rules];
            return;
        }
        _byHash = rules.GroupBy(HashOf).ToDictionary(g => g.Key, g => g.ToArray());
    }

    /// <summary>No rule here has more.</summary>
    public int MaxPriority { get; }

    /// <summary>Rules that may match, highest priority first; each must be checked, as hashes may collide.</summary>
    public CompiledRule[] Candidates(FlowKey key)
    {
        if (_byHash is null)
        {
            return _few;
        }
        var hash = 0UL;
        for (var i = 0; i < _slots.Length; i++)
        {
            hash = Mix(hash, key[_slots[i]] & _masks[i]);
        }
        return _byHash.TryGetValue(hash, out var found) ? found : [];
    }

    private static ulong HashOf(CompiledRule rule)
    {
        var hash = 0UL;
        foreach (var condition in rule.Conditions)
        {
            hash = Mix(hash, condition.Value);
        }
        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, UInt128 value)
    {
        hash = (hash ^ (ulong)value) * 0x9E37_79B9_7F4A_7C15;
        return (hash ^ hash >> 32 ^ (ulong)(value >> 64)) * 0xC2B2_AE3D_27D4_EB4F;
    }
}
