namespace Plumbline.Iptables.Simulation;

/// <summary>Yes, no, or nobody here can tell.</summary>
internal enum Truth : byte
{
    No,
    Yes,
    Maybe,
}
