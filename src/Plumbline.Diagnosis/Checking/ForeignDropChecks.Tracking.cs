using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Checking;

internal static partial class ForeignDropChecks
{
    private const byte Udp = 17;
    private const byte Gre = 47;

    /// <summary>Nodes are told not to track their own tunnels' packets; no VM's packet is meant.</summary>
    private static bool IsOfTunnels(Rule rule) => rule.Matches.Any(m => m is ProtocolMatch { Number: Gre })
        || rule.Matches.Any(m => m is ProtocolMatch { Number: Udp })
            && rule.Matches.OfType<TransportMatch>().Any(t => IsTunnelPort(t.DestinationPorts) || IsTunnelPort(t.SourcePorts));

    private static bool IsTunnelPort(Condition<PortRange>? ports) =>
        ports is { IsInverted: false, Value: var range } && range.First == range.Last && range.First is 4789 or 6081 or 8472;

    /// <summary>Groups let answers in as those of known connections, and these are none.</summary>
    private static void AddUntracked(CheckContext context, CheckNode node, IPFamily family, Chain chain, int index, List<Vif> vifs) => context.Found.Add(new()
    {
        Id = "wrong-tracking",
        Node = node.Name,
        Object = chain.Name,
        What = (family == IPFamily.IPv6 ? "IPv6: " : "") + string.Create(CultureInfo.InvariantCulture,
            $"rule {index + 1} of {chain.Name} in table raw, not Neutron's, keeps packets of ports from being tracked"),
        Evidence = [ChainChecks.TextOf(chain, index), .. chain.Rules[index].Counters is { } c ? (string[])[$"{c.Packets} packets so far"] : []],
        Consequence = "answers of such connections are not known as answers, and are dropped where no group allows them as new",
        Fix = string.Create(CultureInfo.InvariantCulture,
            $"{(family == IPFamily.IPv4 ? "iptables" : "ip6tables")} -t raw -D {chain.Name} {index + 1}, if nobody needs it"),
        Suffers = [.. vifs.Select(CheckNode.NameOf).Distinct()],
    });
}
