namespace Plumbline.Iptables.Symbolic;

/// <summary>What is odd about a rule or a chain; the first five are Al-Shaer's and Hamed's words, as other tools use them.</summary>
public enum RuleFindingKind
{
    /// <summary>No packet gets to it: earlier rules take them all, and at least one of them does something else.</summary>
    Shadowed,

    /// <summary>No packet gets to it, but earlier rules do the same; or without it the same would happen.</summary>
    Redundant,

    /// <summary>It asks for what no packet at its place can be.</summary>
    NeverMatching,

    /// <summary>It takes all that an earlier rule takes and more, and does something else: a hint.</summary>
    Generalising,

    /// <summary>It and an earlier rule share packets and do different things, so their order matters: a hint.</summary>
    Correlated,

    /// <summary>Nothing jumps to the chain.</summary>
    UnusedChain,

    /// <summary>It accepts every packet that gets to it.</summary>
    AcceptsEverything,

    /// <summary>It can match but has not, as far as counters tell: a hint.</summary>
    NotSeen,
}
