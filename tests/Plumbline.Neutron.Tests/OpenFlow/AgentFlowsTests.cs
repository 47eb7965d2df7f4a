using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Plumbline.Neutron.OpenFlow;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Neutron.Tests.OpenFlow;

public sealed partial class AgentFlowsTests
{
    private const string State = "cases/neutron-node/states/sg-rules";

    [SkippableFact]
    public void Integration_bridge_of_a_recorded_compute_node_has_these_flows_and_no_others()
    {
        var node = SharedFiles.Require($"{State}/cmp1");
        var ofPorts = ReadOfPorts(node);
        using var api = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require($"{State}/api/ports.json")));
        var ports = ListPorts(api)
            .Where(p => Text(p, "binding:host_id") == "cmp1" && p.GetProperty("port_security_enabled").GetBoolean())
            .Select(p => new IntegrationPort
            {
                OfPort = ofPorts[DeviceNames.VethOvsEnd(Text(p, "id"))],
                Macs = [MacAddress.Parse(Text(p, "mac_address"))],
                Addresses =
                [
                    .. p.GetProperty("fixed_ips").EnumerateArray().Select(a => Text(a, "ip_address")),
                    .. p.GetProperty("allowed_address_pairs").EnumerateArray().Select(a => Text(a, "ip_address")),
                ],
            })
            .ToList();
        var flows = AgentFlows.IntegrationBridge(
            0x2ef7a65128ce4ff5, ports, [new(ofPorts["int-br-prov"], [(207, 2)])]);
        Assert.Equal(ReadFlows($"{node}/ovs-ofctl-dump-flows-br-int.txt"), flows.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void Tunnel_bridge_of_a_recorded_compute_node_has_these_flows_beside_the_learned_ones()
    {
        var node = SharedFiles.Require($"{State}/cmp1");
        var ofPorts = ReadOfPorts(node);
        var flows = AgentFlows.TunnelBridge(
            0xab0b352fa83e9b57,
            ofPorts["patch-int"],
            [new("vxlan", 0x4404, 1), new("vxlan", 0x4de2, 3), new("gre", 0xe19, 4)],
            [.. ofPorts.Where(p => p.Key.StartsWith("vxlan-", StringComparison.Ordinal)
                    || p.Key.StartsWith("gre-", StringComparison.Ordinal))
                .OrderBy(p => p.Value)
                .Select(p => new TunnelPort(p.Key[..p.Key.IndexOf('-', StringComparison.Ordinal)], p.Value))]);
        Assert.Equal(ReadFlows($"{node}/ovs-ofctl-dump-flows-br-tun.txt"), flows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_pair_of_every_address_switches_the_sender_checks_off_but_not_that_of_the_MAC()
    {
        var flows = AgentFlows.IntegrationBridge(1,
            [new() { OfPort = 5, Macs = [MacAddress.Parse("fa:16:3e:00:00:01")], Addresses = ["10.0.0.1", "0.0.0.0/0"] }]);
        Assert.DoesNotContain(flows, f => f.Contains("arp", StringComparison.Ordinal));
        Assert.Contains("cookie=0x1, table=25, priority=2,in_port=5,dl_src=fa:16:3e:00:00:01 actions=resubmit(,30)", flows);
    }

    [Fact]
    public void A_network_without_a_tunnel_of_its_type_is_not_flooded() =>
        Assert.DoesNotContain(
            AgentFlows.TunnelBridge(1, 1, [new("gre", 1, 1)], [new("vxlan", 2)]),
            f => f.Contains("dl_vlan=1", StringComparison.Ordinal));

    private static IEnumerable<JsonElement> ListPorts(JsonDocument document) =>
        (document.RootElement.ValueKind == JsonValueKind.Array
            ? document.RootElement
            : document.RootElement.GetProperty("ports")).EnumerateArray();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static Dictionary<string, int> ReadOfPorts(string node)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes($"{node}/ovs-vsctl-list-Interface.json"));
        var headings = document.RootElement.GetProperty("headings").EnumerateArray().Select(h => h.GetString()).ToList();
        var (name, ofPort) = (headings.IndexOf("name"), headings.IndexOf("ofport"));
        return document.RootElement.GetProperty("data").EnumerateArray()
            .ToDictionary(r => r[name].GetString()!, r => r[ofPort].GetInt32());
    }

    /// <summary>Flows of a dump without statistics and without what OVS itself learned.</summary>
    private static IEnumerable<string> ReadFlows(string path) =>
        File.ReadLines(path)
            .Where(l => l.StartsWith(" cookie=", StringComparison.Ordinal))
            .Select(l => Statistics().Replace(l.Trim(), " "))
            .Where(l => !l.Contains("table=20, hard_timeout", StringComparison.Ordinal))
            // newer ovs-ofctl prints the standard's name of the same field
            .Select(l => l.Replace("OXM_OF_IN_PORT", "NXM_OF_IN_PORT", StringComparison.Ordinal))
            .Select(l => Table().Replace(l, m => $"table={int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)},"))
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@" (duration|n_packets|n_bytes|idle_age|hard_age)=[^ ,]+,( (n_packets|n_bytes|idle_age|hard_age)=[^ ,]+,)* ")]
    private static partial Regex Statistics();

    [GeneratedRegex(@"table=(\d+),")]
    private static partial Regex Table();
}
