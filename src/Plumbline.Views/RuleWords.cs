using System.Globalization;
using Plumbline.Diagnosis.Verdicts;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Views;

/// <summary>Packets and rules in a few words.</summary>
internal static class RuleWords
{
    /// <summary><c>tcp 10.0.0.5:40000 → 10.0.0.6:22 SYN</c>.</summary>
    public static string Describe(PacketHeader packet)
    {
        var source = AddressWords.NameOf(packet.Family, packet.Source);
        var destination = AddressWords.NameOf(packet.Family, packet.Destination);
        var protocol = ProtocolNames.NameOf(packet.Protocol);
        var isIcmp = packet.Protocol == (packet.Family == IPFamily.IPv4 ? 1 : 58);
        if (packet.FragmentOffset > 0)
        {
            return $"{protocol} {source} -> {destination} later fragment";
        }
        if (isIcmp)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{protocol} {source} -> {destination} type {packet.IcmpType} code {packet.IcmpCode}");
        }
        if (packet.Protocol is not (6 or 17 or 33 or 132 or 136))
        {
            return $"{protocol} {source} -> {destination}";
        }
        var (left, right) = packet.Family == IPFamily.IPv4 ? (source, destination) : ($"[{source}]", $"[{destination}]");
        var text = string.Create(CultureInfo.InvariantCulture, $"{protocol} {left}:{packet.SourcePort} -> {right}:{packet.DestinationPort}");
        return packet.Protocol == 6 ? $"{text} {TcpFlagWords.NameOf(packet.TcpFlags)}" : text;
    }

    /// <summary>What the rule asks for, as iptables writes it, without comments.</summary>
    public static string Conditions(Rule rule) =>
        string.Join(' ', rule.Matches.Where(m => m is not CommentMatch).Select(m => RulesetRenderer.Save(m).Trim()));

    /// <summary>What it does: <c>RETURN</c>, <c>CT --zone 5</c>; <c>count</c> for a rule without target.</summary>
    public static string Action(Target? target)
    {
        if (target is null)
        {
            return "count";
        }
        var text = RulesetRenderer.Save(target).Trim();
        return text.StartsWith("-j ", StringComparison.Ordinal) || text.StartsWith("-g ", StringComparison.Ordinal) ? text[3..] : text;
    }
}
