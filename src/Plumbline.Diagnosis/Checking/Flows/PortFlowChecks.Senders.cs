using System.Net;
using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking.Flows;

internal static partial class PortFlowChecks
{
    /// <summary>Without the API: the addresses that the port's spoof filter in iptables lets pass; its flows are made of the same list.</summary>
    private static List<IPAddress> FilteredAddresses(CheckNode node, Vif vif)
    {
        var found = new List<IPAddress>();
        if (vif.PortId is not { Length: >= DeviceNames.ChainIdLength } id)
        {
            return found;
        }
        foreach (var family in (ReadOnlySpan<IPFamily>)[IPFamily.IPv4, IPFamily.IPv6])
        {
            var chain = node.Rules.Find(family)?.Find("filter")?.Chains
                .FirstOrDefault(c => c.IsShown && c.Name.EndsWith("-s" + id[..DeviceNames.ChainIdLength], StringComparison.Ordinal));
            foreach (var rule in chain?.Rules ?? [])
            {
                if (rule.Target is VerdictTarget { Verdict: Verdict.Return }
                    && rule.Matches.OfType<SourceMatch>().FirstOrDefault() is { IsInverted: false, Address: { IsHost: true } host }
                    && IPAddress.TryParse(host.ToString().Split('/')[0], out var address) && !address.Equals(IPAddress.Any))
                {
                    found.Add(address);
                }
            }
        }
        return found;
    }
}
