using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>"What can reach this VM now, and what can it reach?" by the rules of the node, whole and not packet by packet.</summary>
public static class ReachQuestion
{
    private const byte Icmp = 1;
    private const byte Icmpv6 = 58;

    /// <summary>Asks for each port and each family whose rules were told.</summary>
    /// <exception cref="DiagnosisException">A port's tap is not told.</exception>
    public static IReadOnlyList<PortReach> Ask(
        Topology topology, NodeRules firewall, IReadOnlyList<FirewallTarget> targets, ReachOptions options)
    {
        var result = new List<PortReach>();
        foreach (var family in new[] { IPFamily.IPv4, IPFamily.IPv6 })
        {
            if (options.Family is { } wanted && wanted != family || options.From is ReachFrom.Prefix prefix && prefix.Address.Family != family)
            {
                continue;
            }
            var told = new List<string>();
            var rulesets = ActingRulesets.Of(firewall, family, told);
            if (rulesets.Count == 0)
            {
                continue;
            }
            var analysis = ReachAnalysis.Create(rulesets, [.. firewall.Sets.Values], firewall.Addresses, options.Budget);
            foreach (var target in targets)
            {
                var devices = PortDevices.Of(topology, target) ?? throw NoTap(target);
                result.Add(new()
                {
                    Target = target,
                    Family = family,
                    Incoming = options.IsIncoming == false ? null : analysis.Ask(devices.Ingress, Incoming(target, family, options)),
                    Outgoing = options.IsIncoming == true || options.From is not ReachFrom.Anyone
                        ? null : analysis.Ask(devices.Egress, Outgoing(target, family, options)),
                    Notes = [.. NotesOf(firewall, family), .. told.Distinct(StringComparer.Ordinal)],
                });
            }
        }
        return result;
    }

    private static ReachQuery Incoming(FirewallTarget target, IPFamily family, ReachOptions options)
    {
        var from = options.From as ReachFrom.Port;
        return new()
        {
            Sources = options.From is ReachFrom.Prefix prefix ? [prefix.Address] : [],
            Protocol = ProtocolOf(options.Protocol, family),
            Ports = options.Ports,
            LikelyDestinations = AddressesOf(target, family),
            LikelySources = from is null ? [] : AddressesOf(from.Target, family),
            Before = from is null ? [] : [from.Devices.Egress],
        };
    }

    private static ReachQuery Outgoing(FirewallTarget target, IPFamily family, ReachOptions options) => new()
    {
        Protocol = ProtocolOf(options.Protocol, family),
        Ports = options.Ports,
        LikelySources = AddressesOf(target, family),
        OwnSource = target.Address,
    };

    /// <summary>"icmp" means the family's own.</summary>
    private static byte? ProtocolOf(byte? protocol, IPFamily family) =>
        protocol is Icmp or Icmpv6 ? (family == IPFamily.IPv4 ? Icmp : Icmpv6) : protocol;

    private static List<UInt128> AddressesOf(FirewallTarget target, IPFamily family)
    {
        var result = new List<UInt128>();
        foreach (var text in target.IPAddresses)
        {
            if (MaskedAddress.TryParse(text, out var address) && address.Family == family && address.IsHost)
            {
                result.Add(address.Address);
            }
        }
        return result;
    }

    private static List<string> NotesOf(NodeRules firewall, IPFamily family)
    {
        var notes = new List<string>();
        switch (firewall.AreBridgedPacketsShown(family))
        {
            case false:
                notes.Add($"{NodeRules.BridgeSysctl(family)} is off: the kernel does not ask these rules, everything passes");
                break;
            case null:
                notes.Add($"{NodeRules.BridgeSysctl(family)} is not told: 1 is assumed, else no rule is asked");
                break;
        }
        return notes;
    }

    private static DiagnosisException NoTap(FirewallTarget target) => new(new Problem(
        $"the tap of port {target.PortId} is not told", "the node's facts", "give a device, or a snapshot that has links or OVS's database"));
}
