namespace Plumbline.Iptables.Simulation;

/// <summary>What one dimension of a set holds.</summary>
internal enum SetDimension
{
    Address,
    Net,
    Port,
    Mac,
    Mark,
    Device,
    Set,
}
