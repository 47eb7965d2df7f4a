using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Neutron.Api;
using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Checking;

/// <summary>What Neutron's API would answer about the lab: its ports, network, subnet, router and security group.</summary>
internal static class LabApi
{
    /// <summary>The lab's security group, as it programs it.</summary>
    private const string Group = "5d2a3c61-9be4-4d0e-8f7a-61c5b0a9d8e7";
    private const string Subnet = "11111111-2222-3333-4444-555555555555";

    public static Cloud Of(LabDescription lab)
    {
        var router = lab.Router.Namespace["qrouter-".Length..];
        var ports = new JsonArray();
        foreach (var vm in lab.Instances)
        {
            ports.Add(Port(lab, vm.PortId, vm.Mac.ToString(), vm.Address.ToString(), vm.Node, "compute:nova", vm.Id, Group));
        }
        ports.Add(Port(lab, lab.Dhcp.PortId, lab.Dhcp.Mac.ToString(), lab.Dhcp.Address.ToString(), lab.Dhcp.Node, "network:dhcp", "dhcp", null));
        ports.Add(Port(lab, lab.Router.PortId, lab.Router.Mac.ToString(), lab.Router.Address.ToString(), lab.Router.Node,
            "network:router_interface", router, null));
        var rules = new JsonArray(
            Rule("egress", "IPv4", null, null, false), Rule("egress", "IPv6", null, null, false), Rule("ingress", "IPv4", null, null, true),
            Rule("ingress", "IPv6", null, null, true), Rule("ingress", "IPv4", "icmp", null, false), Rule("ingress", "IPv4", "tcp", 22, false));
        var all = new JsonObject
        {
            ["ports"] = ports,
            ["networks"] = new JsonArray(new JsonObject
            {
                ["id"] = lab.NetworkId,
                ["name"] = "demo",
                ["admin_state_up"] = true,
                ["mtu"] = lab.Mtu,
                ["provider:network_type"] = lab.Tunnel,
                ["provider:segmentation_id"] = lab.SegmentationId,
                ["subnets"] = new JsonArray(Subnet),
            }),
            ["subnets"] = new JsonArray(new JsonObject
            {
                ["id"] = Subnet,
                ["network_id"] = lab.NetworkId,
                ["cidr"] = "172.16.0.0/24",
                ["ip_version"] = 4,
                ["gateway_ip"] = lab.Router.Address.ToString(),
                ["enable_dhcp"] = true,
            }),
            ["routers"] = new JsonArray(new JsonObject { ["id"] = router, ["name"] = "demo-router", ["admin_state_up"] = true }),
            ["security_groups"] = new JsonArray(new JsonObject { ["id"] = Group, ["name"] = "demo-sgroup", ["security_group_rules"] = rules }),
        };
        using var document = JsonDocument.Parse(all.ToJsonString());
        return Cloud.Read([document.RootElement]);
    }

    private static JsonObject Port(
        LabDescription lab, string id, string mac, string address, string host, string owner, string device, string? group) => new()
        {
            ["id"] = id,
            ["name"] = "",
            ["admin_state_up"] = true,
            ["status"] = "ACTIVE",
            ["mac_address"] = mac,
            ["network_id"] = lab.NetworkId,
            ["device_owner"] = owner,
            ["device_id"] = device,
            ["binding:host_id"] = host,
            ["binding:vif_type"] = "ovs",
            ["allowed_address_pairs"] = new JsonArray(),
            ["fixed_ips"] = new JsonArray(new JsonObject { ["ip_address"] = address, ["subnet_id"] = Subnet }),
            ["port_security_enabled"] = group is not null,
            ["security_groups"] = group is null ? new JsonArray() : new JsonArray(group),
        };

    private static JsonObject Rule(string direction, string ethertype, string? protocol, int? port, bool fromGroup) => new()
    {
        ["id"] = $"{direction}-{ethertype}-{protocol}-{fromGroup}",
        ["direction"] = direction,
        ["ethertype"] = ethertype,
        ["protocol"] = protocol,
        ["port_range_min"] = port,
        ["port_range_max"] = port,
        ["remote_group_id"] = fromGroup ? Group : null,
        ["remote_ip_prefix"] = null,
        ["security_group_id"] = Group,
    };
}
