using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary>DNAT and SNAT: a new address for the first packet of a connection, and so for all of it.</summary>
public abstract record AddressNatTarget : Target
{
    private protected AddressNatTarget()
    {
    }

    /// <summary>One of these; null: the address stays.</summary>
    public AddressRange? Addresses { get; init; }

    /// <summary>One of these ports; null: the port stays, where it can.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>Where a shifted range counts from (<c>:1000-2000/3000</c>); null for none.</summary>
    public ushort? PortBase { get; init; }

    /// <summary>--random.</summary>
    public bool IsRandom { get; init; }

    /// <summary>--random-fully.</summary>
    public bool IsFullyRandom { get; init; }

    /// <summary>--persistent: a client keeps its address.</summary>
    public bool IsPersistent { get; init; }
}
