using System.Globalization;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// MTUs without the API: a network's is what VMs and its router or DHCP server have alike. An agent changes its own devices when the network's MTU
/// is changed, and VMs keep theirs until they are plugged anew: what differs for that reason is no finding.
/// </summary>
internal static class OwnMtuChecks
{
    private const int Few = 2;

    public static void Run(CheckContext context)
    {
        var vifs = new Dictionary<string, List<(CheckNode Node, Vif Vif)>>(StringComparer.Ordinal);
        var services = new Dictionary<string, List<(CheckNode Node, string Space, Link Link)>>(StringComparer.Ordinal);
        foreach (var node in context.Nodes)
        {
            foreach (var vif in node.Topology.Vifs)
            {
                if (vif is { Owner: VifOwner.Instance, Network.Id: { } network, Mtu: not null })
                {
                    Add(vifs, network, (node, vif));
                }
            }
            foreach (var (_, port, row) in node.OvsPorts)
            {
                if (row.Type == "internal" && port.OtherConfig.GetValueOrDefault("net_uuid") is { } network && row.Name.Length > 3 && row.Name[..3] is "tap" or "qr-"
                    && node.Snapshot.Namespaces.FirstOrDefault(n => n.Name.Length > 0 && n.Links.Any(l => l.Name == row.Name)) is { } space)
                {
                    Add(services, network, (node, space.Name, space.Links.First(l => l.Name == row.Name)));
                }
            }
        }
        foreach (var (network, members) in vifs)
        {
            if (!services.TryGetValue(network, out var servers)
                || servers.Select(s => s.Link.Mtu).OfType<int>().Where(m => members.Count(v => v.Vif.Mtu == m) >= Few).DefaultIfEmpty().Max() is not (> 0 and var wanted))
            {
                continue;
            }
            foreach (var (node, space, link) in servers.Where(s => s.Link.Mtu < wanted))
            {
                Narrow(context, node, link.Name, link.Mtu!.Value, wanted, $"ip netns exec {space} ", []);
            }
            foreach (var (node, vif) in members.Where(v => v.Vif.Mtu < wanted))
            {
                // its own veth is as wide as the network: the tap alone was changed
                var others = node.Topology.ChainOf(vif).Where(e => e.Id != vif.Device).ToList();
                if (others.Count > 0 && others.TrueForAll(e => e.Mtu is null || e.Mtu >= wanted || e.Kind == ElementKind.HybridBridge) && vif.Device is { } device)
                {
                    Narrow(context, node, device[(device.LastIndexOf('/') + 1)..], vif.Mtu!.Value, wanted, "", [CheckNode.NameOf(vif)]);
                }
            }
        }
    }

    private static void Add<T>(Dictionary<string, List<T>> all, string key, T item)
    {
        if (!all.TryGetValue(key, out var list))
        {
            all[key] = list = [];
        }
        list.Add(item);
    }

    private static void Narrow(CheckContext context, CheckNode node, string device, int mtu, int wanted, string where, IReadOnlyList<string> suffers) =>
        context.Found.Add(RouterChecks.Fault(node, "mtu-narrow", device, string.Create(CultureInfo.InvariantCulture, $"{device}: MTU {mtu}, but its network's is {wanted}"),
            [string.Create(CultureInfo.InvariantCulture, $"mtu {mtu} of {device}; VMs and Neutron's own devices of the network have {wanted}")],
            "larger packets vanish there without a word",
            string.Create(CultureInfo.InvariantCulture, $"{where}ip link set {device} mtu {wanted}"))
            with
        { Suffers = suffers });
}
