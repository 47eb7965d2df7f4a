using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Iptables.Symbolic;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Makes a packet that can be sent of one that a symbolic question gave: fields that no rule names are still zero there.</summary>
internal static class ExampleReplay
{
    private static readonly MacAddress _someone = MacAddress.Parse("02:00:00:00:00:77");
    private static readonly MacAddress _other = MacAddress.Parse("02:00:00:00:00:99");

    /// <summary>
    /// The packet on the first of <paramref name="ways"/> where it still does what is claimed; null where none of them can carry it (a mark
    /// on arrival, a state that its headers do not give). Devices that the example names may be any that no rule asks for: ours will do.
    /// </summary>
    public static TestPacket? On(
        IReadOnlyList<TestWay> ways, SymbolicPacket example, ushort identification, Func<TestWay, PacketHeader, bool> isAsClaimed)
    {
        var (h, connection) = (example.Header, example.Connection);
        var header = h with
        {
            Protocol = h.Protocol == 0 ? (byte)253 : h.Protocol,
            SourceMac = h.SourceMac is { Value: > 0 } mac ? mac : _someone,
            DestinationMac = h.DestinationMac is { Value: > 0 } to ? to : _other,
            HopLimit = h.HopLimit == 0 ? (byte)64 : h.HopLimit,
        };
        header = header with { Length = Math.Max(header.Length, (ushort)FrameBuilder.LeastLength(in header)) };
        if (h.FragmentOffset > 0 || h.Mark != 0 || connection.Mark != 0 || connection.IsReply || connection.IsSourceNat
            || connection.IsDestinationNat || header.Length > 1500 || header.SourceMac is { IsMulticast: true }
            || FirstPacket.StateOf(in header) != connection.State
            || header.Family == IPFamily.IPv6 && header.Protocol is 43 or 44 or 51 or 59 or 60 or 135)
        {
            return null;
        }
        foreach (var way in ways)
        {
            if (isAsClaimed(way, header))
            {
                return new(way, header, new(identification, identification, 1000u + identification, 1));
            }
        }
        return null;
    }
}
