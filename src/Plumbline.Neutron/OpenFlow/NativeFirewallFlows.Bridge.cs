using System.Globalization;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.OpenFlow;

public static partial class NativeFirewallFlows
{
    /// <summary>
    /// The flows of br-int with this firewall: those of no port, of each port and of its security groups, with the conjunctions of remote
    /// groups. The agent draws conjunctions' numbers in the order in which groups come to it, so they may differ from another run's.
    /// </summary>
    /// <param name="cookie">The agent's mark of this run on this bridge.</param>
    /// <param name="ports">The node's ports with their groups; a group that is not told has no rules.</param>
    /// <param name="groups">The groups, with the addresses of all their members.</param>
    /// <param name="physical">Patch ports to the bridges of physical networks.</param>
    /// <param name="dead">OpenFlow numbers of ports without binding.</param>
    public static IReadOnlyList<string> IntegrationBridge(
        ulong cookie,
        IReadOnlyList<(NativeFirewallPort Port, IReadOnlyList<string> Groups)> ports,
        IReadOnlyList<SecurityGroup> groups,
        IReadOnlyList<PhysicalBridgePort>? physical = null,
        IReadOnlyList<int>? dead = null)
    {
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentNullException.ThrowIfNull(groups);
        var lines = new List<string>(AgentFlows.IntegrationBridge(cookie, [], physical, dead));
        var own = new List<string>(OfBridge)
        {
            Line(71, 110, "ct_state=+trk", "ct_clear,resubmit(,71)"),
            Line(72, 50, "ct_state=+inv+trk", "resubmit(,93)"),
            Line(82, 50, "ct_state=+inv+trk", "resubmit(,93)"),
        };
        foreach (var table in (ReadOnlySpan<int>)[71, 72, 73, 81, 82, 92, 93])
        {
            own.Add(Line(table, 0, "", "drop"));
        }
        var conjunctions = new NativeConjunctions(groups);
        foreach (var (port, names) in ports)
        {
            own.AddRange(OfPort(port));
            if (!port.IsFiltered)
            {
                continue;
            }
            foreach (var group in groups)
            {
                if (!names.Contains(group.Id))
                {
                    continue;
                }
                foreach (var rule in group.Rules)
                {
                    if (rule.RemoteGroupId is null && MatchesOf(rule, port.OfPort) is { } matches)
                    {
                        foreach (var match in matches)
                        {
                            own.AddRange(Accepting(match, rule.IsIngress, port.OfPort, 74 + OffsetOf(rule)));
                        }
                    }
                }
            }
            conjunctions.Add(port, [.. groups.Where(g => names.Contains(g.Id))]);
        }
        own.AddRange(conjunctions.Lines);
        var mark = "cookie=0x" + cookie.ToString("x", CultureInfo.InvariantCulture);
        // two groups may have the same rule
        lines.AddRange(own.Distinct(StringComparer.Ordinal).Select(l => string.Concat(mark, l.AsSpan(" cookie=0x0".Length))));
        return lines;
    }

    /// <summary>How much a rule's flows stand above those of one for any protocol (rules.flow_priority_offset): 0 to 3.</summary>
    internal static int OffsetOf(SecurityGroupRule rule) => ProtocolOf(rule) switch
    {
        { Word: "ip" or "ipv6", Further: "" } => 0,
        { Word: "icmp" or "icmp6" } when rule.PortRangeMin is null => 1,
        { Word: "icmp" or "icmp6" } when rule.PortRangeMax is null => 2,
        _ => 3,
    };

    /// <summary>A flow with the mark 0 and these.</summary>
    internal static string LineOf(int table, int priority, string match, string actions) => Line(table, priority, match, actions);

    /// <summary>What accepts in table 72 or 82.</summary>
    internal static (string Running, string New) AcceptingActions(bool isIngress, int ofPort) => isIngress
        ? ($"output:{ofPort.ToString(CultureInfo.InvariantCulture)}",
            $"ct(commit,{Zone}),output:{ofPort.ToString(CultureInfo.InvariantCulture)},resubmit(,92)")
        : ("resubmit(,73)", "resubmit(,73)");
}
