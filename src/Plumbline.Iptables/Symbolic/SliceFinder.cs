using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// Cuts a hook into points whose devices are given, so that each question is about one port's chains: the devices that rules name on the
/// way to a chain, and in it. Where a chain is called for very many devices, only those it names itself count.
/// </summary>
internal sealed class SliceFinder
{
    private const int MostContexts = 64;
    private const string Other = "another0";

    private readonly Dictionary<string, HashSet<Context>> _contexts = new(StringComparer.Ordinal);
    private readonly Table _table;
    private readonly Hook _hook;

    public SliceFinder(Table table, Chain start, Hook hook)
    {
        (_table, _hook) = (table, hook);
        var order = new List<Chain>();
        Visit(start, new(StringComparer.Ordinal), order);
        order.Reverse();
        Reachable = order;
        _contexts[start.Name] = [default];
        foreach (var chain in order)
        {
            var here = _contexts[chain.Name];
            foreach (var rule in chain.Rules)
            {
                if (rule.Target is not JumpTarget jump)
                {
                    continue;
                }
                if (!_contexts.TryGetValue(jump.Chain, out var there))
                {
                    _contexts[jump.Chain] = there = [];
                }
                if (there.Count == 1 && there.Contains(default))
                {
                    continue;
                }
                foreach (var context in here)
                {
                    if (context.With(rule) is { } merged)
                    {
                        there.Add(merged);
                    }
                }
                if (there.Count > MostContexts)
                {
                    there.Clear();
                    there.Add(default);
                }
            }
        }
    }

    /// <summary>Chains that the base chain leads to, callers first.</summary>
    public IReadOnlyList<Chain> Reachable { get; }

    /// <summary>Points that can tell what <paramref name="rule"/> of a chain does.</summary>
    public IEnumerable<HookPoint> PointsOf(Chain chain, Rule rule)
    {
        foreach (var context in _contexts.GetValueOrDefault(chain.Name) ?? [])
        {
            if (context.With(rule) is { } merged)
            {
                yield return ToPoint(merged);
            }
        }
    }

    /// <summary>All of them, each once.</summary>
    public HashSet<HookPoint> AllPoints()
    {
        var contexts = new HashSet<Context> { default };
        foreach (var chain in Reachable)
        {
            foreach (var context in _contexts[chain.Name])
            {
                contexts.Add(context);
                foreach (var rule in chain.Rules)
                {
                    if (context.With(rule) is { } merged)
                    {
                        contexts.Add(merged);
                    }
                }
            }
        }
        var points = new HashSet<HookPoint>();
        foreach (var context in contexts)
        {
            points.Add(ToPoint(context));
        }
        return points;
    }

    private void Visit(Chain chain, HashSet<string> done, List<Chain> order)
    {
        if (!done.Add(chain.Name))
        {
            return;
        }
        foreach (var rule in chain.Rules)
        {
            if (rule.Target is JumpTarget jump && _table.Find(jump.Chain) is { } next)
            {
                Visit(next, done, order);
            }
        }
        order.Add(chain);
    }

    /// <summary>The rest of the devices: of a hybrid port the other end of its bridge, else some device that no rule names.</summary>
    private HookPoint ToPoint(Context context)
    {
        var isBridged = context.PhysicalIn is not null || context.PhysicalOut is not null;
        var hasOut = _hook is Hook.Forward or Hook.Postrouting;
        var physicalIn = !isBridged ? null : context.PhysicalIn ?? OtherEnd(context.PhysicalOut!);
        var physicalOut = !isBridged || !hasOut ? null : context.PhysicalOut ?? OtherEnd(context.PhysicalIn!);
        var bridge = isBridged ? BridgeOf(context.PhysicalIn ?? context.PhysicalOut!) : Other;
        return new(
            _hook,
            _hook is Hook.Output or Hook.Postrouting ? null : context.In ?? bridge,
            _hook is Hook.Prerouting or Hook.Input ? null : context.Out ?? bridge)
        {
            HasBridge = isBridged,
            PhysicalIn = physicalIn,
            PhysicalOut = physicalOut,
        };
    }

    private static string OtherEnd(string device) =>
        device.StartsWith("tap", StringComparison.Ordinal) ? "qvb" + device[3..]
        : device.StartsWith("qvb", StringComparison.Ordinal) ? "tap" + device[3..]
        : Other;

    private static string BridgeOf(string device) =>
        device.StartsWith("tap", StringComparison.Ordinal) || device.StartsWith("qvb", StringComparison.Ordinal)
            ? "qbr" + device[3..] : Other;

    /// <summary>Devices that rules have named so far.</summary>
    private readonly record struct Context(string? In, string? Out, string? PhysicalIn, string? PhysicalOut)
    {
        /// <summary>With those of a rule; null where it names another one.</summary>
        public Context? With(Rule rule)
        {
            var result = this;
            foreach (var match in rule.Matches)
            {
                switch (match)
                {
                    case InInterfaceMatch { IsInverted: false } m when !result.TryIn(m.Interface, out result):
                    case OutInterfaceMatch { IsInverted: false } o when !result.TryOut(o.Interface, out result):
                        return null;
                    case PhysdevMatch m:
                        if (m.In is { IsInverted: false } physicalIn)
                        {
                            if (result.PhysicalIn is { } known && !physicalIn.Value.Covers(known))
                            {
                                return null;
                            }
                            result = result with { PhysicalIn = result.PhysicalIn ?? NameOf(physicalIn.Value) };
                        }
                        if (m.Out is { IsInverted: false } physicalOut)
                        {
                            if (result.PhysicalOut is { } known && !physicalOut.Value.Covers(known))
                            {
                                return null;
                            }
                            result = result with { PhysicalOut = result.PhysicalOut ?? NameOf(physicalOut.Value) };
                        }
                        break;
                }
            }
            return result;
        }

        private bool TryIn(InterfaceName name, out Context result)
        {
            result = this with { In = In ?? NameOf(name) };
            return In is null || name.Covers(In);
        }

        private bool TryOut(InterfaceName name, out Context result)
        {
            result = this with { Out = Out ?? NameOf(name) };
            return Out is null || name.Covers(Out);
        }

        private static string NameOf(InterfaceName name) => name.IsPrefix ? name.Name + "0" : name.Name;
    }
}
