using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tests.Checking;

internal static partial class ExaminerPlants
{
    private const string Red1 = "946a4117-f1";
    private const string Db1 = "92263e04-39";

    /// <summary>Found when the deployment that was made again of real parts was broken a second time.</summary>
    private static Dictionary<string, Examined> Again => new()
    {
        ["bridge_end_in_another_vms_bridge"] = Same($"not-in-bridge qvb{Web1}", d => d.Link("cmp1", "qvb" + Web1, l => l with
        { MasterIndex = d.Nodes["cmp1"].Namespaces[0].Links.First(o => o.Name == "qbr" + Red1).IfIndex })),
        ["tap_in_another_vms_bridge"] = Same($"not-in-bridge {Tap}", d => d.Link("cmp1", Tap, l => l with
        { MasterIndex = d.Nodes["cmp1"].Namespaces[0].Links.First(o => o.Name == "qbr" + Red1).IfIndex })),
        ["two_protected_ports"] = Same($"port-protected {Qvo}", d => d.Port("cmp1", Qvo, Protected).Port("cmp1", "qvo" + Db1, Protected)),
        ["one_protected_port"] = Same("", d => d.Port("cmp1", Qvo, Protected)),
        ["protected_ports_of_two_networks"] = Same("", d => d.Port("cmp1", Qvo, Protected).Port("cmp1", "qvo" + Red1, Protected)),
        ["tap_renamed"] = Same($"device-missing {Tap}", d => d.Link("cmp1", Tap, l => l with { Name = "gone0" })),
        ["set_flushed"] = Same("set-drift NIPv4484ec7f8-6eab-4ae7-a0f5-", d => Sets(d, "cmp1", l => l.StartsWith("add NIPv4484ec7f8", StringComparison.Ordinal) ? null : l)),
        ["set_without_a_member_elsewhere"] = Same("set-drift NIPv4484ec7f8-6eab-4ae7-a0f5-", d => Sets(d, "cmp2",
            l => l.StartsWith("add NIPv4484ec7f8", StringComparison.Ordinal) && l.TrimEnd().EndsWith(" 10.1.0.11", StringComparison.Ordinal) ? null : l)),
        ["set_of_ipv6_without_a_member"] = Same("set-drift NIPv6484ec7f8-6eab-4ae7-a0f5-", d => Sets(d, "cmp1",
            l => l.StartsWith("add NIPv6484ec7f8", StringComparison.Ordinal) && l.Contains("fe75:7aa5", StringComparison.Ordinal) ? null : l)),
        ["set_without_a_virtual_address"] = Same("set-drift NIPv414322139-464c-4a8a-a45f-", d => Sets(d, "cmp1", l => l.EndsWith(" 10.1.0.250", StringComparison.Ordinal) ? null : l)),
        // a VM of the other node may have come between the two readings: without the API nothing is certain
        ["set_without_another_nodes_vm"] = new("set-drift NIPv414322139-464c-4a8a-a45f-", "", d => Sets(d, "cmp1", l => l.EndsWith(" 10.1.0.22", StringComparison.Ordinal) ? null : l)),
        ["router_has_a_false_permanent_neighbour"] = Same("neighbour-wrong 10.1.0.11", FalseNeighbour),
        ["flood_without_a_tunnel"] = new(null, null, ShortFlood),
    };

    private static OvsPort Protected(OvsPort port) => port with { IsProtected = true };

    private static Deployment Sets(Deployment deployment, string node, Func<string, string?> change) => deployment.Rules(node, "ipset save", change);

    private static Deployment FalseNeighbour(Deployment deployment) => deployment.Namespace("ctl", Router, n => n with
    {
        Neighbours = [.. n.Neighbours.Where(e => e.Address.ToString() != "10.1.0.11"), n.Neighbours.First(e => e.Address.ToString() == "10.1.0.11")
            with { LinkAddress = Primitives.MacAddress.Parse("02:00:00:00:00:99"), State = 0x80 }],
    });

    /// <summary>cmp1 floods the first network to no tunnel that leads to cmp2; what it learned stays.</summary>
    private static Deployment ShortFlood(Deployment deployment) => deployment.Flows("cmp1", Tun, l => l.Contains("table=22,", StringComparison.Ordinal)
        && l.Contains("dl_vlan=1 ", StringComparison.Ordinal) ? l.Replace(",output:2,", ",", StringComparison.Ordinal) : l);
}
