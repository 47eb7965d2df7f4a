using Plumbline.Node.Facts;
using Plumbline.Node.Sources.Texts;

namespace Plumbline.Node.Sources;

public static partial class OfflineNode
{
    /// <summary>Says what the text does not tell, what that costs, and which command would tell it.</summary>
    private static void AddAbsent(List<SourceReport> reports, SnapshotBuilder builder, string where)
    {
        void Absent(string source, string detail, string consequence) => reports.Add(new()
        {
            Source = source,
            Where = where,
            Outcome = SourceOutcome.Absent,
            Detail = detail,
            Consequence = consequence,
        });

        bool Has(string source) => reports.Exists(report => report.Source == source && report.Outcome == SourceOutcome.Read);

        if (!Has("ovsdb"))
        {
            Absent("ovsdb", "no \"ovs-vsctl show\" in the text", "no OVS bridges, no VLAN tags: add the output of ovs-vsctl show");
        }
        if (!Has("links"))
        {
            Absent("links", "no \"ip -d link\" in the text", "devices outside OVS are not known: add the output of ip -d link");
        }
        else if (!builder.Namespaces.Any(network => network.AddressCount > 0))
        {
            Absent("addresses", "no \"ip addr\" in the text", "IP addresses of the node are not known: add the output of ip addr");
        }
        if (!Has("libvirt"))
        {
            Absent("libvirt", "no domain XML in the text", "VMs are not known by name: add the output of virsh dumpxml VM");
        }
        foreach (var network in builder.Namespaces)
        {
            if (network is { LinkCount: 0, Name.Length: > 0 })
            {
                Absent("links", $"no \"ip link\" of namespace {network.Name} in the text",
                    $"what is inside is not known: add the output of ip netns exec {network.Name} ip addr");
            }
        }
    }
}
