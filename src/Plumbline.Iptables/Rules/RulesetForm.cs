namespace Plumbline.Iptables;

/// <summary>In which form a ruleset was read, and so what it can't tell.</summary>
public enum RulesetForm
{
    /// <summary><c>iptables-save</c>: nothing is lost.</summary>
    Save,

    /// <summary><c>iptables -S</c>, or commands typed one by one: the table may be unnamed, chains may be missing.</summary>
    Commands,

    /// <summary><c>iptables -L -v</c>: counters may be rounded, names resolved.</summary>
    List,

    /// <summary><c>iptables -L</c> without <c>-v</c>: every rule may name interfaces that are not shown.</summary>
    ListWithoutInterfaces,
}
