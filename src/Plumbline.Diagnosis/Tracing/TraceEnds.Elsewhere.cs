using System.Net;
using System.Net.Sockets;
using Plumbline.Neutron;
using Plumbline.Neutron.Api;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

internal sealed partial class TraceEnds
{
    /// <summary>The address of a VM or port that Neutron knows, on a node that was not given; null where <paramref name="text"/> is none.</summary>
    private IPAddress? FindElsewhere(string text) => PortsElsewhere(text).SelectMany(p => p.FixedAddresses)
        .Where(a => (question.Family is not { } family || a.AddressFamily == family)
            && (question.FromAddress is null || TraceFabric.SameFamily(question.FromAddress, a)))
        .OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).Cast<IPAddress?>().FirstOrDefault();

    /// <summary>The ports of one VM, or the one port, that <paramref name="text"/> means, none of which is plugged on a node that was given; ports of routers and DHCP
    /// servers are no VMs'.</summary>
    private List<CloudPort> PortsElsewhere(string text)
    {
        var mac = MacAddress.TryParse(text, out var parsed) ? parsed : (MacAddress?)null;
        var prefix = DeviceNames.PortIdPrefix(text);
        var found = (fabric.Cloud?.Ports?.Values ?? []).Where(p => !p.Owner.StartsWith("network:", StringComparison.Ordinal)
            && (p.IsNamedAfter(text) || p.DeviceId == text || p.Id == text
                || prefix is not null && p.Id.StartsWith(prefix, StringComparison.Ordinal) || mac is not null && p.Address == mac)).ToList();
        var here = fabric.Guests.All.SelectMany(g => g.Nics).Select(n => fabric.Guests.PortOf(n.Vif)?.Id).ToHashSet(StringComparer.Ordinal);
        return found.Select(p => p.DeviceId).Distinct(StringComparer.Ordinal).Count() == 1 && !found.Exists(p => here.Contains(p.Id)) ? found : [];
    }
}
