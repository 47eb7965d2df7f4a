using System.Net;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources.Texts;

/// <summary>A route as a text tells it: devices by name.</summary>
/// <param name="Facts">All but the devices.</param>
/// <param name="Device">The device; null where there are several, or none.</param>
internal sealed record RouteDraft(Route Facts, string? Device)
{
    /// <summary>Several next hops.</summary>
    public IReadOnlyList<(string? Device, IPAddress? Gateway, int Weight)> Hops { get; init; } = [];

    /// <summary>The devices it names.</summary>
    public IEnumerable<string> Devices => Hops.Select(hop => hop.Device).Append(Device).OfType<string>();

    /// <summary>The RTN_ number of iproute2's word; null for any other word.</summary>
    public static int? TypeOf(ReadOnlySpan<char> word) => word switch
    {
        "unicast" => 1,
        "local" => 2,
        "broadcast" => 3,
        "anycast" => 4,
        "multicast" => 5,
        "blackhole" => 6,
        "unreachable" => 7,
        "prohibit" => 8,
        "throw" => 9,
        "nat" => 10,
        _ => null,
    };

    /// <summary>The table's number; 0 for a name that only the node knows (/etc/iproute2/rt_tables).</summary>
    public static uint TableOf(string? word) => word switch
    {
        null or "main" => 254,
        "local" => 255,
        "default" => 253,
        _ => uint.TryParse(word, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0,
    };

    /// <summary>The RTPROT_ number of iproute2's word.</summary>
    public static int ProtocolOf(string? word) => word switch
    {
        "redirect" => 1,
        "kernel" => 2,
        "boot" => 3,
        "static" => 4,
        "ra" => 9,
        "dhcp" => 16,
        "bird" => 12,
        "zebra" => 11,
        "bgp" => 186,
        "ospf" => 188,
        _ => int.TryParse(word, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0,
    };
}
