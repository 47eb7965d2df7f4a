namespace Plumbline.Iptables.Frames;

/// <summary>The tables of ebtables or of arptables in one namespace. Pure.</summary>
public sealed class FrameTables
{
    private const int MostJumps = 64;
    private readonly Dictionary<(string Table, string Chain), FrameChain> _chains;

    internal FrameTables(Dictionary<(string Table, string Chain), FrameChain> chains) => _chains = chains;

    /// <summary>No chain was read.</summary>
    public bool IsEmpty => _chains.Count == 0;

    /// <summary>All chains by table and name.</summary>
    public IReadOnlyDictionary<(string Table, string Chain), FrameChain> Chains => _chains;

    /// <summary>What a base chain makes of a frame; null where the chain is not there, so that nothing is asked.</summary>
    /// <param name="table"><c>filter</c>, <c>nat</c>, <c>broute</c>.</param>
    /// <param name="chain"><c>PREROUTING</c>, <c>INPUT</c>, <c>FORWARD</c>, <c>OUTPUT</c>, <c>POSTROUTING</c>.</param>
    /// <param name="frame">The frame.</param>
    public FrameDecision? Decide(string table, string chain, FrameFacts frame)
    {
        if (!_chains.TryGetValue((table, chain), out var start))
        {
            return null;
        }
        var passed = new List<string>();
        var depends = new List<string>();
        var effects = new FrameEffects();
        var (verdict, where, by) = Run(table, start, frame, passed, depends, effects, 0);
        var decision = verdict is null or "RETURN"
            ? new FrameDecision(start.Policy == "DROP", start.Name, $"policy of {table} {start.Name}: {start.Policy}", passed, depends)
            : new(verdict == "DROP", where, by, passed, depends);
        return effects is { Translation: null, IsNotrack: false } ? decision
            : decision with { Translation = effects.Translation, IsNotrack = effects.IsNotrack };
    }

    /// <summary>ACCEPT or DROP, and by what; RETURN where a rule sent it back to whence it came, null where it went through the whole chain.</summary>
    private (string? Verdict, string Chain, string By) Run(
        string table, FrameChain chain, FrameFacts frame, List<string> passed, List<string> depends, FrameEffects effects, int depth)
    {
        foreach (var rule in chain.Rules)
        {
            bool? holds = true;
            foreach (var match in rule.Matches)
            {
                holds = (holds, match.Holds(frame)) switch
                {
                    (false, _) or (_, false) => false,
                    (null, _) or (_, null) => null,
                    _ => true,
                };
            }
            if (holds is false)
            {
                continue;
            }
            var target = rule.Verdict ?? rule.Target;
            if (holds is null)
            {
                if (target is not "CONTINUE")
                {
                    depends.Add($"{table} {rule.Text}");
                }
                continue;
            }
            passed.Add($"{table} {rule.Text}");
            switch (target)
            {
                case "ACCEPT" or "DROP":
                    return (target, chain.Name, rule.Text);
                case "RETURN":
                    return (target, chain.Name, rule.Text);
                case "NAT":
                    effects.Translation = rule.Translation;
                    return ("ACCEPT", chain.Name, rule.Text);
                case "NOTRACK":
                    effects.IsNotrack = true;
                    continue;
                case "CONTINUE":
                    continue;
            }
            if (!_chains.TryGetValue((table, target), out var next) || depth > MostJumps)
            {
                depends.Add($"{table} {rule.Text}");
                continue;
            }
            var (verdict, where, by) = Run(table, next, frame, passed, depends, effects, depth + 1);
            if (verdict is "ACCEPT" or "DROP")
            {
                return (verdict, where, by);
            }
            // a chain's policy is for what comes to its end, not for what a rule of it sent back
            if (verdict is null && next.Policy is "ACCEPT" or "DROP")
            {
                return (next.Policy, next.Name, $"policy of {table} {next.Name}: {next.Policy}");
            }
        }
        return default;
    }
}
