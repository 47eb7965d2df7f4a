namespace Plumbline.Iptables.Symbolic;

/// <summary>Numbers of the states in the diagrams: those with a connection come first.</summary>
internal enum SymbolicState
{
    New = 0,
    Established = 1,
    Related = 2,
    Invalid = 3,
    Untracked = 4,
}
