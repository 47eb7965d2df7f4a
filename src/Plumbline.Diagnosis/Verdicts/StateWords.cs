using Plumbline.Iptables.Simulation;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>conntrack's states as iptables writes them.</summary>
public static class StateWords
{
    /// <summary><c>NEW</c> and so on.</summary>
    public static string NameOf(ConntrackState state) => state switch
    {
        ConntrackState.New => "NEW",
        ConntrackState.Established => "ESTABLISHED",
        ConntrackState.Related => "RELATED",
        ConntrackState.Invalid => "INVALID",
        _ => "UNTRACKED",
    };
}
