using System.Net;
using System.Text.Json;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Primitives;
using Plumbline.Testing;

namespace Plumbline.Neutron.Tests.SecurityGroups;

public sealed class HybridFirewallTests
{
    [SkippableTheory]
    [InlineData("default-group-ipv4")]
    [InlineData("allowed-address-pairs")]
    [InlineData("port-security-off")]
    [InlineData("remote-groups")]
    [InlineData("tcp-udp-ports")]
    [InlineData("two-ports-dual-stack")]
    public void Restore_texts_are_to_the_letter_what_Neutron_writes_on_empty_tables(string name)
    {
        var folder = SharedFiles.Require($"cases/neutron-iptables/{name}");
        var firewall = Compile(folder);
        Assert.Equal(File.ReadAllText($"{folder}/expected/00-restore.v4"), firewall.ToRestoreText(ipv6: false));
        Assert.Equal(File.ReadAllText($"{folder}/expected/00-restore.v6"), firewall.ToRestoreText(ipv6: true));
    }

    [SkippableTheory]
    [InlineData("default-group-ipv4")]
    [InlineData("port-security-off")]
    [InlineData("remote-groups")]
    [InlineData("two-ports-dual-stack")]
    public void Sets_are_those_that_Neutron_fills(string name)
    {
        var folder = SharedFiles.Require($"cases/neutron-iptables/{name}");
        Assert.Equal(
            File.ReadAllLines($"{folder}/expected/ipset-save").Order(StringComparer.Ordinal),
            Compile(folder).ToIPSetText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [SkippableTheory]
    [InlineData("allowed-address-pairs")]
    [InlineData("port-security-off")]
    public void Chains_hold_the_rules_that_iptables_save_prints_afterwards(string name)
    {
        var folder = SharedFiles.Require($"cases/neutron-iptables/{name}");
        var firewall = Compile(folder);
        var saved = File.ReadAllLines($"{folder}/expected/iptables-save.v4").Where(l => l.StartsWith("-A ", StringComparison.Ordinal));
        var made = firewall.IPv4.SelectMany(t => t.Chains).SelectMany(c => c.Value.Select(r => $"-A {c.Key} {r}"));
        Assert.Equal(saved.Order(StringComparer.Ordinal), made.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_article_s_port_without_group_rules_gets_the_article_s_chains()
    {
        // second article: port c0a350e0-43, 192.168.1.12, fa:16:3e:c3:ea:d5, all group rules removed
        var port = new FirewallPort
        {
            Id = "c0a350e0-4311-4ebb-9a5e-2d6a1b9c0d3e",
            Address = MacAddress.Parse("fa:16:3e:c3:ea:d5"),
            FixedAddresses = [IPAddress.Parse("192.168.1.12")],
        };
        var filter = HybridFirewall.Compile([port], []).IPv4[0].Chains;
        Assert.Equal(
            ["RETURN", "neutron-openvswi-sc0a350e0-4", "RETURN", "DROP", "RETURN", "DROP", "neutron-openvswi-sg-fallback"],
            filter["neutron-openvswi-oc0a350e0-4"].Select(r => r[(r.LastIndexOf(' ') + 1)..]));
        Assert.Equal(2, filter["neutron-openvswi-sc0a350e0-4"].Count);
        Assert.StartsWith("-s 192.168.1.12/32 -m mac --mac-source FA:16:3E:C3:EA:D5 ", filter["neutron-openvswi-sc0a350e0-4"][0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_stateless_group_takes_the_port_out_of_connection_tracking()
    {
        var group = new SecurityGroup { Id = "g", Stateful = false, Rules = [new() { IsIngress = true }] };
        var port = new FirewallPort
        {
            Id = "7f6c1c2e-4b1a-4c7e-9d53-0a1b2c3d4e5f",
            Address = MacAddress.Parse("fa:16:3e:00:00:01"),
            SecurityGroups = ["g"],
        };
        Assert.All(
            HybridFirewall.Compile([port], [group]).IPv4[1].Chains["neutron-openvswi-PREROUTING"],
            r => Assert.EndsWith(
                "-m comment --comment \"Make 7f6c1c2e-4b1a-4c7e-9d53-0a1b2c3d4e5f stateless\" -j CT --notrack", r,
                StringComparison.Ordinal));
    }

    [Fact]
    public void A_trusted_port_is_let_through_and_has_no_zone()
    {
        var port = new FirewallPort
        {
            Id = "7f6c1c2e-4b1a-4c7e-9d53-0a1b2c3d4e5f",
            Address = MacAddress.Parse("fa:16:3e:00:00:01"),
            Owner = "network:dhcp",
        };
        var firewall = HybridFirewall.Compile([port], []);
        Assert.Empty(firewall.Zones);
        Assert.Equal(2, firewall.IPv4[0].Chains["neutron-openvswi-FORWARD"].Count);
        Assert.Empty(firewall.IPv4[0].Chains["neutron-openvswi-INPUT"]);
    }

    private static HybridFirewall Compile(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes($"{folder}/scenario.json"));
        var root = document.RootElement;
        var members = root.TryGetProperty("sg_members", out var all)
            ? all.EnumerateObject().ToDictionary(
                g => g.Name,
                g => g.Value.EnumerateObject().SelectMany(f => f.Value.EnumerateArray()).Select(m =>
                    m.ValueKind == JsonValueKind.Array ? m[0].GetString()! : m.GetString()!).ToList())
            : [];
        var groups = root.GetProperty("security_groups").EnumerateObject()
            .Select(g => new SecurityGroup
            {
                Id = g.Name,
                Rules = [.. g.Value.GetProperty("rules").EnumerateArray().Select(ReadRule)],
                Members = members.GetValueOrDefault(g.Name, []),
            })
            .ToList();
        groups.AddRange(members
            .Where(m => groups.All(g => g.Id != m.Key))
            .Select(m => new SecurityGroup { Id = m.Key, Members = m.Value }));
        return HybridFirewall.Compile([.. root.GetProperty("ports").EnumerateArray().Select(ReadPort)], groups);
    }

    private static SecurityGroupRule ReadRule(JsonElement rule) => new()
    {
        IsIngress = rule.GetProperty("direction").GetString() == "ingress",
        IsIPv6 = rule.GetProperty("ethertype").GetString() == "IPv6",
        Protocol = Text(rule, "protocol"),
        PortRangeMin = rule.TryGetProperty("port_range_min", out var min) ? min.GetInt32() : null,
        PortRangeMax = rule.TryGetProperty("port_range_max", out var max) ? max.GetInt32() : null,
        RemoteIPPrefix = Text(rule, "remote_ip_prefix"),
        RemoteGroupId = Text(rule, "remote_group_id"),
    };

    private static FirewallPort ReadPort(JsonElement port) => new()
    {
        Id = Text(port, "device")!,
        Address = MacAddress.Parse(Text(port, "mac_address")!),
        FixedAddresses = [.. port.GetProperty("fixed_ips").EnumerateArray().Select(a => IPAddress.Parse(a.GetString()!))],
        SecurityGroups = [.. port.GetProperty("security_groups").EnumerateArray().Select(g => g.GetString()!)],
        PortSecurityEnabled = !port.TryGetProperty("port_security_enabled", out var security) || security.GetBoolean(),
        AllowedAddressPairs = port.TryGetProperty("allowed_address_pairs", out var pairs)
            ?
            [
                .. pairs.EnumerateArray().Select(p => new AllowedAddressPair(
                    Text(p, "ip_address")!, Text(p, "mac_address") is { } mac ? MacAddress.Parse(mac) : null)),
            ]
            : [],
    };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
