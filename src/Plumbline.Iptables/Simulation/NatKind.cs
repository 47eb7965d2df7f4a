namespace Plumbline.Iptables.Simulation;

/// <summary>Where a nat target takes the new address from.</summary>
internal enum NatKind : byte
{
    /// <summary>DNAT and SNAT: from the rule.</summary>
    Given,

    /// <summary>MASQUERADE and REDIRECT: from the device.</summary>
    Own,

    /// <summary>NETMAP: the rule gives the network, the packet the host's bits.</summary>
    Network,
}
