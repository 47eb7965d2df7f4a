namespace Plumbline.Iptables.Simulation;

/// <summary>One address of a device, IPv4 or IPv6.</summary>
/// <param name="Family">Of the address.</param>
/// <param name="Address">As a number.</param>
/// <param name="PrefixLength">Of its network.</param>
public readonly record struct DeviceAddress(IPFamily Family, UInt128 Address, int PrefixLength)
{
    /// <summary>IPv6's fe80::/10, IPv4's 169.254.0.0/16.</summary>
    internal bool IsLinkLocal => Family == IPFamily.IPv6 ? Address >> 118 == 0xFE80 >> 6 : Address >> 16 == 0xA9FE;

    /// <summary>The address lies in its network.</summary>
    internal bool Reaches(UInt128 address)
    {
        var mask = MaskedAddress.MaskOf(Family, PrefixLength);
        return (address & mask) == (Address & mask);
    }
}
