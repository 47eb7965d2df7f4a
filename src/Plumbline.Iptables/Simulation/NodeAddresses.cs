namespace Plumbline.Iptables.Simulation;

/// <summary>The node's own addresses, for <c>-m addrtype</c>.</summary>
/// <param name="Local">Of its devices, and 127.0.0.0/8 or ::1.</param>
/// <param name="Broadcast">Of its IPv4 networks.</param>
public sealed record NodeAddresses(IReadOnlySet<UInt128> Local, IReadOnlySet<UInt128> Broadcast)
{
    /// <summary>Addresses device by device, in the order of their indices; null: not told, so MASQUERADE and REDIRECT leave it open.</summary>
    public IReadOnlyList<DeviceAddresses>? Devices { get; init; }

    /// <summary>Kinds of IPv6 addresses that a look into the routes decides.</summary>
    internal const AddressTypes Routed6 =
        AddressTypes.Local | AddressTypes.Anycast | AddressTypes.Prohibit | AddressTypes.Unreachable;

    /// <summary>What routing's table "local" says of an IPv4 address (fib_frontend.c, __inet_dev_addr_type).</summary>
    internal AddressTypes TypeOf4(uint address) =>
        TypeWithoutNode(address) is not AddressTypes.None and var type ? type
        // the number 1 is IPv6's ::1
        : address >> 24 == 127 || address != 1 && Local.Contains(address) ? AddressTypes.Local
        : Broadcast.Contains(address) ? AddressTypes.Broadcast
        : AddressTypes.Unicast;

    /// <summary>Where the address alone tells; None: the node's addresses decide.</summary>
    internal static AddressTypes TypeWithoutNode(uint address) =>
        address is 0 or uint.MaxValue ? AddressTypes.Broadcast
        : address >> 28 == 14 ? AddressTypes.Multicast
        : AddressTypes.None;
}
