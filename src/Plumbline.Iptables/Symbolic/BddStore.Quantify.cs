namespace Plumbline.Iptables.Symbolic;

internal sealed partial class BddStore
{
    /// <summary>Packets that could be in <paramref name="f"/> if their bits from <paramref name="first"/> to <paramref name="last"/> were chosen freely.</summary>
    public int Exists(int f, int first, int last)
    {
        GrowCache();
        return ExistsOf(f, first, last);
    }

    /// <summary>Packets that are in <paramref name="f"/> whatever these bits are.</summary>
    public int ForAll(int f, int first, int last) => Exists(f ^ 1, first, last) ^ 1;

    /// <summary>The set as it is where the bit at <paramref name="level"/> has that value; it no longer asks the bit.</summary>
    public int Restrict(int f, int level, bool value)
    {
        GrowCache();
        return RestrictOf(f, level, value ? 1 : 0);
    }

    /// <summary>Restricts <paramref name="width"/> bits from <paramref name="first"/> on to a number.</summary>
    public int Restrict(int f, int first, int width, UInt128 value)
    {
        for (var i = width - 1; i >= 0; i--)
        {
            f = Restrict(f, first + i, (value >> (width - 1 - i) & 1) != 0);
        }
        return f;
    }

    /// <summary>The part of all packets that is in <paramref name="f"/>, 0 to 1.</summary>
    public double Density(int f)
    {
        var known = new Dictionary<int, double>();
        return Of(f);

        double Of(int edge)
        {
            if (edge <= False)
            {
                return edge == True ? 1 : 0;
            }
            // by edge and not by node: one minus nearly one would lose small sets
            if (!known.TryGetValue(edge, out var density))
            {
                known[edge] = density = (Of(Low(edge)) + Of(High(edge))) / 2;
            }
            return density;
        }
    }

    /// <summary>Whether some bit from <paramref name="first"/> to <paramref name="last"/> matters.</summary>
    public bool Asks(int f, int first, int last)
    {
        var seen = new HashSet<int>();
        return Of(f);

        bool Of(int edge)
        {
            var level = LevelOf(edge);
            return level <= last && (level >= first || (seen.Add(edge >> 1) && (Of(Low(edge)) || Of(High(edge)))));
        }
    }

    /// <summary>Nodes below an edge: how large a set's diagram is.</summary>
    public int SizeOf(int f)
    {
        var seen = new HashSet<int>();
        Visit(f >> 1);
        return seen.Count;

        void Visit(int node)
        {
            if (node != 0 && seen.Add(node))
            {
                Visit(_nodes[node].Low >> 1);
                Visit(_nodes[node].High >> 1);
            }
        }
    }

    /// <summary>Whether the packet with these bits (one a level) is in <paramref name="f"/>.</summary>
    public bool Contains(int f, ReadOnlySpan<bool> bits)
    {
        while (f > False)
        {
            f = bits[LevelOf(f)] ? High(f) : Low(f);
        }
        return f == True;
    }

    /// <summary>One packet of a set that is not empty: fills the bits that it asks, and leaves the others as they are where they do.</summary>
    public void PickOne(int f, Span<bool> bits)
    {
        while (f > False)
        {
            var level = LevelOf(f);
            if ((bits[level] ? High(f) : Low(f)) == False)
            {
                bits[level] = !bits[level];
            }
            f = bits[level] ? High(f) : Low(f);
        }
    }

    private int ExistsOf(int f, int first, int last)
    {
        var level = LevelOf(f);
        if (level > last)
        {
            return f;
        }
        var tag = -2 - last;
        var slot = Slot(f, first, tag);
        ref readonly var known = ref _cache[slot];
        if (known.F == f && known.G == first && known.H == tag)
        {
            return known.Result;
        }
        var high = ExistsOf(High(f), first, last);
        int result;
        if (level >= first)
        {
            result = high == True ? True : AndOf(high ^ 1, ExistsOf(Low(f), first, last) ^ 1) ^ 1;
        }
        else
        {
            result = Make(level, ExistsOf(Low(f), first, last), high);
        }
        _cache[slot] = new() { F = f, G = first, H = tag, Result = result };
        return result;
    }

    private int RestrictOf(int f, int wanted, int value)
    {
        var level = LevelOf(f);
        if (level > wanted)
        {
            return f;
        }
        if (level == wanted)
        {
            return value != 0 ? High(f) : Low(f);
        }
        var complement = f & 1;
        f ^= complement;
        var tag = int.MinValue + (wanted << 1 | value);
        var slot = Slot(f, 0, tag);
        ref readonly var known = ref _cache[slot];
        if (known.F == f && known.G == 0 && known.H == tag)
        {
            return known.Result ^ complement;
        }
        var high = RestrictOf(High(f), wanted, value);
        var low = RestrictOf(Low(f), wanted, value);
        var result = Make(level, low, high);
        _cache[slot] = new() { F = f, G = 0, H = tag, Result = result };
        return result ^ complement;
    }
}
