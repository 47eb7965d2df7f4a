namespace Plumbline.Iptables.Symbolic;

internal sealed partial class BddStore
{
    private const int MeetsTag = -1;

    /// <summary>Packets in both.</summary>
    public int And(int f, int g)
    {
        GrowCache();
        return AndOf(f, g);
    }

    /// <summary>Packets in either.</summary>
    public int Or(int f, int g) => And(f ^ 1, g ^ 1) ^ 1;

    /// <summary>Packets in one of them only.</summary>
    public int Xor(int f, int g) => Ite(f, g ^ 1, g);

    /// <summary>Packets in <paramref name="f"/> and not in <paramref name="g"/>.</summary>
    public int Minus(int f, int g) => And(f, g ^ 1);

    /// <summary>Inside <paramref name="f"/> as <paramref name="g"/>, outside of it as <paramref name="h"/>.</summary>
    public int Ite(int f, int g, int h)
    {
        GrowCache();
        return IteOf(f, g, h);
    }

    /// <summary>Whether some packet is in both. Makes no node, and is over with the first packet found.</summary>
    public bool Meets(int f, int g)
    {
        GrowCache();
        return MeetsOf(f, g);
    }

    /// <summary>The union of many, halved again and again so that no intermediate result is larger than need be.</summary>
    public int OrAll(ReadOnlySpan<int> edges) => edges.Length switch
    {
        0 => False,
        1 => edges[0],
        _ => Or(OrAll(edges[..(edges.Length / 2)]), OrAll(edges[(edges.Length / 2)..])),
    };

    private int AndOf(int f, int g)
    {
        if (f == g || g == True)
        {
            return f;
        }
        if (f == True)
        {
            return g;
        }
        if (f == False || g == False || f == (g ^ 1))
        {
            return False;
        }
        if (f > g)
        {
            (f, g) = (g, f);
        }
        var slot = Slot(f, g, False);
        ref readonly var known = ref _cache[slot];
        if (known.F == f && known.G == g && known.H == False)
        {
            return known.Result;
        }
        int fLevel = _nodes[f >> 1].Level, gLevel = _nodes[g >> 1].Level;
        var level = Math.Min(fLevel, gLevel);
        int fLow = f, fHigh = f, gLow = g, gHigh = g;
        if (fLevel == level)
        {
            fLow = Low(f);
            fHigh = High(f);
        }
        if (gLevel == level)
        {
            gLow = Low(g);
            gHigh = High(g);
        }
        var high = AndOf(fHigh, gHigh);
        var low = AndOf(fLow, gLow);
        var result = Make(level, low, high);
        _cache[slot] = new() { F = f, G = g, H = False, Result = result };
        return result;
    }

    private bool MeetsOf(int f, int g)
    {
        if (f == False || g == False || f == (g ^ 1))
        {
            return false;
        }
        if (f == True || g == True || f == g)
        {
            return true;
        }
        if (f > g)
        {
            (f, g) = (g, f);
        }
        var slot = Slot(f, g, MeetsTag);
        ref readonly var known = ref _cache[slot];
        if (known.F == f && known.G == g && known.H == MeetsTag)
        {
            return false;
        }
        int fLevel = _nodes[f >> 1].Level, gLevel = _nodes[g >> 1].Level;
        var level = Math.Min(fLevel, gLevel);
        if (MeetsOf(fLevel == level ? High(f) : f, gLevel == level ? High(g) : g)
            || MeetsOf(fLevel == level ? Low(f) : f, gLevel == level ? Low(g) : g))
        {
            return true;
        }
        // only "no" is remembered: a "yes" ends the question
        _cache[slot] = new() { F = f, G = g, H = MeetsTag };
        return false;
    }

    private int IteOf(int f, int g, int h)
    {
        if (f == True || g == h)
        {
            return g;
        }
        if (f == False)
        {
            return h;
        }
        if (g == f)
        {
            g = True;
        }
        else if (g == (f ^ 1))
        {
            g = False;
        }
        if (h == f)
        {
            h = False;
        }
        else if (h == (f ^ 1))
        {
            h = True;
        }
        if (h == False)
        {
            return AndOf(f, g);
        }
        if (h == True)
        {
            return AndOf(f, g ^ 1) ^ 1;
        }
        if (g == False)
        {
            return AndOf(f ^ 1, h);
        }
        if (g == True)
        {
            return AndOf(f ^ 1, h ^ 1) ^ 1;
        }
        if ((f & 1) != 0)
        {
            (f, g, h) = (f ^ 1, h, g);
        }
        var complement = g & 1;
        g ^= complement;
        h ^= complement;
        var slot = Slot(f, g, h);
        ref readonly var known = ref _cache[slot];
        if (known.F == f && known.G == g && known.H == h)
        {
            return known.Result ^ complement;
        }
        int fLevel = _nodes[f >> 1].Level, gLevel = _nodes[g >> 1].Level, hLevel = _nodes[h >> 1].Level;
        var level = Math.Min(fLevel, Math.Min(gLevel, hLevel));
        var high = IteOf(
            fLevel == level ? High(f) : f, gLevel == level ? High(g) : g, hLevel == level ? High(h) : h);
        var low = IteOf(
            fLevel == level ? Low(f) : f, gLevel == level ? Low(g) : g, hLevel == level ? Low(h) : h);
        var result = Make(level, low, high);
        _cache[slot] = new() { F = f, G = g, H = h, Result = result };
        return result ^ complement;
    }
}
