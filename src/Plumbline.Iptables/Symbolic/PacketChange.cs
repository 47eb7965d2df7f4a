using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// Targets that change what later rules look at. Backwards: of which packets does the changed one lie in a set; forwards: what
/// becomes of a set.
/// </summary>
internal sealed class PacketChange(PacketSpace space)
{
    private readonly BddStore _store = space.Store;

    /// <summary>The effect changes a field of the packet or of its connection.</summary>
    public static bool IsChange(Effect effect) => effect is Effect.SetMark or Effect.SetConnmark or Effect.SaveConnmark
        or Effect.RestoreConnmark or Effect.SetZone or Effect.ZoneFromMark or Effect.Notrack or Effect.SetTypeOfService
        or Effect.SetHopLimit or Effect.AddHopLimit;

    /// <summary>Packets that lie in <paramref name="after"/> once the rule's target has changed them.</summary>
    public int Before(in CompiledRule rule, int after, bool isRaw) => rule.Effect switch
    {
        Effect.SetMark => Masked(Field.Mark, 32, after, rule.A, rule.B),
        Effect.SetConnmark => Connected(Masked(Field.ConnectionMark, 32, after, rule.A, rule.B), after, isRaw),
        Effect.SaveConnmark => Connected(Copied(Field.ConnectionMark, Field.Mark, after, rule.B, rule.A), after, isRaw),
        Effect.RestoreConnmark => Connected(Copied(Field.Mark, Field.ConnectionMark, after, rule.A, rule.B), after, isRaw),
        Effect.SetTypeOfService => Masked(Field.TypeOfService, 8, after, rule.A, rule.B),
        Effect.SetHopLimit => space.Fix(after, Field.HopLimit, (byte)rule.A),
        Effect.AddHopLimit => Shifted(after, (int)rule.A, wraps: false),
        Effect.SetZone or Effect.ZoneFromMark => Templated(after, 1),
        Effect.Notrack => Templated(after, 2),
        _ => after,
    };

    /// <summary>What <paramref name="set"/> becomes. Only marks and the rest that rules of one table can see again.</summary>
    public int After(in CompiledRule rule, int set)
    {
        switch (rule.Effect)
        {
            case Effect.SetMark:
                return Image(Field.Mark, 32, set, rule.A, rule.B);
            case Effect.SetTypeOfService:
                return Image(Field.TypeOfService, 8, set, rule.A, rule.B);
            case Effect.SetConnmark:
                return Image(Field.ConnectionMark, 32, set, rule.A, rule.B);
            case Effect.SetHopLimit:
                return _store.And(space.Exists(set, Field.HopLimit), space.Is(Field.HopLimit, (byte)rule.A));
            case Effect.AddHopLimit:
                return space.Exists(set, Field.HopLimit);
            case Effect.SaveConnmark:
                return space.Exists(set, Field.ConnectionMark);
            case Effect.RestoreConnmark:
                return space.Exists(set, Field.Mark);
            case Effect.SetZone or Effect.ZoneFromMark or Effect.Notrack:
                var none = space.Is(Field.Template, 0);
                var chosen = space.Is(Field.Template, rule.Effect == Effect.Notrack ? 2u : 1u);
                return _store.Or(_store.Minus(set, none), _store.And(space.Exists(_store.And(set, none), Field.Template), chosen));
            default:
                return set;
        }
    }

    /// <summary>The hop limit is one less from here on.</summary>
    public int BeforeRouting(int after) => Shifted(after, -1, wraps: true);

    private int Masked(Field field, int width, int after, uint value, uint mask)
    {
        for (var i = width - 1; i >= 0 && after > BddStore.False; i--)
        {
            var level = space.First(field) + width - 1 - i;
            var bit = (value >> i & 1) != 0;
            if ((mask >> i & 1) != 0)
            {
                after = _store.Restrict(after, level, bit);
            }
            else if (bit)
            {
                after = Flipped(after, level);
            }
        }
        return after;
    }

    private int Image(Field field, int width, int set, uint value, uint mask)
    {
        for (var i = width - 1; i >= 0 && set > BddStore.False; i--)
        {
            var level = space.First(field) + width - 1 - i;
            var bit = (value >> i & 1) != 0;
            if ((mask >> i & 1) != 0)
            {
                set = _store.And(_store.Exists(set, level, level), _store.Bit(level) ^ (bit ? 0 : 1));
            }
            else if (bit)
            {
                set = Flipped(set, level);
            }
        }
        return set;
    }

    /// <summary>to = (to &amp; ~cleared) ^ (from &amp; taken).</summary>
    private int Copied(Field to, Field from, int after, uint cleared, uint taken)
    {
        for (var i = 31; i >= 0; i--)
        {
            int level = space.First(to) + 31 - i, other = space.First(from) + 31 - i;
            bool isCleared = (cleared >> i & 1) != 0, isTaken = (taken >> i & 1) != 0;
            if (isCleared)
            {
                var zero = _store.Restrict(after, level, false);
                after = isTaken ? _store.Ite(_store.Bit(other), _store.Restrict(after, level, true), zero) : zero;
            }
            else if (isTaken)
            {
                after = _store.Ite(_store.Bit(other), Flipped(after, level), after);
            }
        }
        return after;
    }

    private int Flipped(int set, int level) =>
        _store.Ite(_store.Bit(level), _store.Restrict(set, level, false), _store.Restrict(set, level, true));

    private int Connected(int changed, int unchanged, bool isRaw) => _store.Ite(
        isRaw ? space.Is(Field.Template, 1) : space.Range(Field.State, 0, (UInt128)(int)SymbolicState.Related), changed, unchanged);

    /// <summary>The first CT decides.</summary>
    private int Templated(int after, uint template) =>
        _store.Ite(space.Is(Field.Template, 0), space.Fix(after, Field.Template, template), after);

    private int Shifted(int after, int by, bool wraps)
    {
        if (!space.Asks(after, Field.HopLimit))
        {
            return after;
        }
        var result = BddStore.False;
        for (var value = 0; value < 256; value++)
        {
            var to = wraps ? (byte)(value + by) : Math.Clamp(value + by, 0, 255);
            result = _store.Or(result, _store.And(
                space.Is(Field.HopLimit, (UInt128)value), space.Fix(after, Field.HopLimit, (UInt128)(uint)to)));
        }
        return result;
    }
}
