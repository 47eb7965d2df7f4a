using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>What a rule wanted and the packet was not.</summary>
internal static class MatchWords
{
    /// <summary><c>destination port 22, not 2222</c>.</summary>
    public static string Wanted(Match match, PacketHeader packet)
    {
        var not = match.IsInverted ? "any but " : "";
        return match switch
        {
            SourceMatch m => $"source {not}{m.Address?.ToString() ?? m.Name}, not {Address(packet, packet.Source)}",
            DestinationMatch m => $"destination {not}{m.Address?.ToString() ?? m.Name}, not {Address(packet, packet.Destination)}",
            ProtocolMatch m => $"protocol {not}{m.Name}, not {ProtocolNames.NameOf(packet.Protocol)}",
            StateMatch m => $"state {not}{States(m.States)}",
            MacMatch m => $"source MAC {not}{m.Source}, not {packet.SourceMac}",
            TransportMatch m => Ports(m, packet),
            MultiportMatch m => string.Create(
                CultureInfo.InvariantCulture,
                $"{(m.Kind == MultiportKind.Source ? "source port" : m.Kind == MultiportKind.Destination ? "destination port" : "a port")} {not}{m.Ports}, not {(m.Kind == MultiportKind.Source ? packet.SourcePort : packet.DestinationPort)}"),
            IcmpTypeMatch m => string.Create(
                CultureInfo.InvariantCulture,
                $"ICMP type {not}{(m.Type is { } t ? $"{t}{(m.FirstCode == m.LastCode ? $"/{m.FirstCode}" : "")}" : "any")}, not {packet.IcmpType}/{packet.IcmpCode}"),
            SetMatch m => $"{string.Join(',', m.Directions.Select(d => d == SetDirection.Source ? "source" : "destination"))} {(m.IsInverted ? "not " : "")}in set {m.Name}",
            MarkMatch m => string.Create(CultureInfo.InvariantCulture, $"mark {not}0x{m.Value:x}/0x{m.Mask:x}"),
            ConnmarkMatch m => string.Create(CultureInfo.InvariantCulture, $"connection's mark {not}0x{m.Value:x}/0x{m.Mask:x}"),
            FragmentMatch m => m.IsInverted ? "no later fragment" : "a later fragment",
            LengthMatch m => string.Create(CultureInfo.InvariantCulture, $"length {not}{m.Length}, not {packet.Length}"),
            IprangeMatch => "another address range",
            UnknownMatch m => $"{m.Module} {m.Text}".Trim(),
            _ => match.GetType().Name.Replace("Match", "", StringComparison.Ordinal).ToLowerInvariant(),
        };
    }

    private static string Address(PacketHeader packet, UInt128 address) => AddressWords.NameOf(packet.Family, address);

    private static string States(ConnectionStates states) => string.Join(',', states.ToString().ToUpperInvariant().Split(", "));

    private static string Ports(TransportMatch match, PacketHeader packet)
    {
        var parts = new List<string>();
        Add("source port", match.SourcePorts, packet.SourcePort);
        Add("destination port", match.DestinationPorts, packet.DestinationPort);
        if (match is TcpMatch { Flags: { } flags })
        {
            parts.Add($"TCP flags {(flags.IsInverted ? "any but " : "")}{TcpFlagWords.NameOf(flags.Value.Set)} of {TcpFlagWords.NameOf(flags.Value.Mask)}");
        }
        return string.Join(" and ", parts);

        void Add(string name, Condition<Primitives.PortRange>? wanted, ushort own)
        {
            if (wanted is { } range && (own >= range.Value.First && own <= range.Value.Last) == range.IsInverted)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {(range.IsInverted ? "any but " : "")}{range.Value}, not {own}"));
            }
        }
    }
}
