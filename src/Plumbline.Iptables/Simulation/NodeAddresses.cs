namespace Plumbline.Iptables.Simulation;

/// <summary>The node's own addresses, for <c>-m addrtype</c>.</summary>
/// <param name="Local">Of its devices, and 127.0.0.0/8 or ::1.</param>
/// <param name="Broadcast">Of its IPv4 networks.</param>
public sealed record NodeAddresses(IReadOnlySet<UInt128> Local, IReadOnlySet<UInt128> Broadcast)
{
    /// <summary>What routing's table "local" says of an IPv4 address (fib_frontend.c, __inet_dev_addr_type).</summary>
    internal AddressTypes TypeOf4(uint address) =>
        TypeWithoutNode(address) is not AddressTypes.None and var type ? type
        : address >> 24 == 127 || Local.Contains(address) ? AddressTypes.Local
        : Broadcast.Contains(address) ? AddressTypes.Broadcast
        : AddressTypes.Unicast;

    /// <summary>Where the address alone tells; None: the node's addresses decide.</summary>
    internal static AddressTypes TypeWithoutNode(uint address) =>
        address >> 24 == 0 || address == uint.MaxValue ? AddressTypes.Broadcast
        : address >> 28 == 14 ? AddressTypes.Multicast
        : AddressTypes.None;
}
