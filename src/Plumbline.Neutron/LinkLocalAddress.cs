using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Neutron;

/// <summary>The IPv6 link-local address that a host makes from its MAC (RFC 4291 appendix A: EUI-64).</summary>
public static class LinkLocalAddress
{
    /// <summary>ff:fe goes into the middle, the universal bit is turned.</summary>
    public static IPAddress Of(MacAddress mac)
    {
        Span<byte> octets = stackalloc byte[MacAddress.Length];
        mac.CopyTo(octets);
        return new(
        [
            0xFE, 0x80, 0, 0, 0, 0, 0, 0,
            (byte)(octets[0] ^ 2), octets[1], octets[2], 0xFF, 0xFE, octets[3], octets[4], octets[5],
        ]);
    }
}
