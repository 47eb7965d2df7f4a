using System.Net;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>Addresses that flows let a port send from: the agent's ARP and neighbour checks (table 24), the native firewall's (71).</summary>
internal sealed class FlowAddresses
{
    private readonly Dictionary<(string Bridge, int Port), List<IPAddress>> _ofPort = [];

    public FlowAddresses(IReadOnlyDictionary<string, FlowDump> dumps)
    {
        foreach (var (bridge, dump) in dumps)
        {
            foreach (var flow in dump.Flows)
            {
                Read(bridge, flow);
            }
        }
    }

    /// <summary>Whole addresses, in the order of the flows; link-local ones and prefixes are left out.</summary>
    public IReadOnlyList<IPAddress> Of(string bridge, int port) => _ofPort.TryGetValue((bridge, port), out var found) ? found : [];

    private void Read(string bridge, Flow flow)
    {
        int? port = null;
        IPAddress? address = null;
        foreach (var match in flow.Matches)
        {
            if (match is not Match.Value value)
            {
                continue;
            }
            switch (value.Field.Name)
            {
                case "in_port":
                    port = (int)value.Wanted;
                    break;
                case "arp_spa" or "nw_src" or "ipv6_src" or "nd_target" when value.Mask == value.Field.Mask && value.Wanted != 0:
                    _ = IPAddress.TryParse(match.Text[(match.Text.IndexOf('=', StringComparison.Ordinal) + 1)..], out address);
                    break;
                default:
                    break;
            }
        }
        if (port is { } number and > 0 and < OfPort.Unset && address is { IsIPv6LinkLocal: false })
        {
            if (!_ofPort.TryGetValue((bridge, number), out var list))
            {
                _ofPort[(bridge, number)] = list = [];
            }
            if (!list.Contains(address))
            {
                list.Add(address);
            }
        }
    }
}
