using System.Globalization;
using System.Net;
using Plumbline.Integration.Tests.Labs;
using Plumbline.Neutron;
using Plumbline.Neutron.OpenFlow;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Operations.Labs;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>Security groups by chance, their members and allowed pairs, and the flows that the agent would write of them on all nodes of a lab.</summary>
internal sealed class DriverFlows
{
    private const ulong Cookie = 0xb0a710ad;
    private static readonly string?[] _protocols = [null, "tcp", "udp", "icmp", "tcp", "udp", "ipv6-icmp"];
    private readonly LabDescription _lab;

    private DriverFlows(LabDescription lab) => _lab = lab;

    public required IReadOnlyList<SecurityGroup> Groups { get; init; }

    /// <summary>Groups of each VM.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Memberships { get; init; }

    /// <summary>Further addresses that each VM may send from.</summary>
    public required IReadOnlyList<IReadOnlyList<(MacAddress Mac, IPAddress Address)>> Pairs { get; init; }

    public static DriverFlows Random(LabDescription lab, Random random)
    {
        var count = lab.Instances.Count;
        string[] ids = ["aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002", "cccccccc-0000-4000-8000-000000000003"];
        var memberships = Enumerable.Range(0, count).Select(_ => (IReadOnlyList<string>)[.. ids.Where(_ => random.Next(2) == 0).DefaultIfEmpty(ids[0])]).ToList();
        var pairs = lab.Instances.Select((vm, i) => (IReadOnlyList<(MacAddress, IPAddress)>)(i % 2 == 0
            ? [(vm.Mac, new IPAddress([172, 16, 0, (byte)(200 + i)])), (new MacAddress(vm.Mac.Value ^ 0x5000), new IPAddress([172, 16, 0, (byte)(220 + i)]))]
            : [])).ToList();
        return new(lab)
        {
            Memberships = memberships,
            Pairs = pairs,
            Groups = [.. ids.Select(id => new SecurityGroup
            {
                Id = id,
                Rules = [.. Rules(random, ids)],
                Members = [.. lab.Instances.Where((_, i) => memberships[i].Contains(id))
                    .SelectMany(vm => (string[])[vm.Address.ToString(), vm.IPv6Address!.ToString(),
                        .. pairs[lab.Instances.ToList().IndexOf(vm)].Select(p => p.Item2.ToString())])],
            })],
        };
    }

    /// <summary>Makes the flows of br-int and br-tun on every node what the agents would have them.</summary>
    public async Task LoadAsync()
    {
        foreach (var node in _lab.Nodes)
        {
            if (_lab.Firewall == "hybrid")
            {
                await LoadRulesAsync(node);
            }
            var listed = await LabFixture.RunAsync(node.Access.NamespaceFile!, "ovs-vsctl", $"--db=unix:{node.Access.OvsRunDirectory}/db.sock",
                "--bare", "--format=csv", "--no-headings", "--columns=name,ofport", "list", "Interface");
            var ports = listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim().Split(','))
                .ToDictionary(l => l[0], l => int.TryParse(l[1], CultureInfo.InvariantCulture, out var n) ? n : -1);
            await ReplaceAsync(node, "br-int", Integration(node, ports));
            await ReplaceAsync(node, "br-tun", AgentFlows.TunnelBridge(Cookie, ports["patch-int"], [new(_lab.Tunnel, (uint)_lab.SegmentationId, 1)],
                [.. ports.Where(p => p.Key.StartsWith(_lab.Tunnel + "-", StringComparison.Ordinal)).Select(p => new TunnelPort(_lab.Tunnel, p.Value))],
                _lab.L2Population ? Told(node, ports) : null));
        }
    }

    /// <summary>The hybrid firewall's rules and sets, in place of all that were there.</summary>
    private async Task LoadRulesAsync(LabNode node)
    {
        var firewall = HybridFirewall.Compile([.. _lab.Instances.Select((vm, i) => (vm, i)).Where(x => x.vm.Node == node.Name).Select(x => new FirewallPort
        {
            Id = x.vm.PortId,
            Address = x.vm.Mac,
            FixedAddresses = [x.vm.Address, x.vm.IPv6Address!],
            AllowedAddressPairs = [.. Pairs[x.i].Select(p => new AllowedAddressPair(p.Address.ToString(), p.Mac))],
            SecurityGroups = Memberships[x.i],
        })], Groups);
        var folder = Directory.CreateTempSubdirectory("plt-rules-").FullName;
        await File.WriteAllTextAsync($"{folder}/sets", firewall.ToIPSetText());
        await File.WriteAllTextAsync($"{folder}/4", firewall.ToRestoreText(ipv6: false));
        await File.WriteAllTextAsync($"{folder}/6", firewall.ToRestoreText(ipv6: true));
        var done = await LabFixture.RunAsync(node.Access.NamespaceFile!, "sh", "-e", "-c",
            "for t in iptables ip6tables; do $t -F; $t -t raw -F; $t -X; $t -t raw -X; done; ipset destroy; "
            + $"ipset restore -exist < {folder}/sets; iptables-restore -n < {folder}/4; ip6tables-restore -n < {folder}/6");
        Assert.True(done.ExitCode == 0, done.Errors);
        Directory.Delete(folder, recursive: true);
    }

    private IReadOnlyList<string> Integration(LabNode node, Dictionary<string, int> ports)
    {
        var own = _lab.Instances.Select((vm, i) => (vm, i)).Where(x => x.vm.Node == node.Name);
        if (_lab.Firewall == "native")
        {
            return NativeFirewallFlows.IntegrationBridge(Cookie, [.. own.Select(x => (new NativeFirewallPort
            {
                OfPort = ports[x.vm.Tap],
                LocalVlan = 1,
                Mac = x.vm.Mac,
                IPv4 = [(x.vm.Mac, x.vm.Address.ToString()), .. Pairs[x.i].Select(p => (p.Mac, p.Address.ToString()))],
                IPv6 = [(x.vm.Mac, x.vm.IPv6Address!.ToString())],
            }, Memberships[x.i])), .. ((LabServer[])[_lab.Router, _lab.Dhcp]).Where(s => s.Node == node.Name).Select(s => (new NativeFirewallPort
            {
                OfPort = ports[s.Device],
                LocalVlan = 1,
                Mac = s.Mac,
                IsFiltered = false,
            }, (IReadOnlyList<string>)[]))], Groups);
        }
        return AgentFlows.IntegrationBridge(Cookie, [.. own.Select(x => new IntegrationPort
        {
            OfPort = ports[_lab.Firewall == "hybrid" ? DeviceNames.VethOvsEnd(x.vm.PortId) : x.vm.Tap],
            Macs = [x.vm.Mac, .. Pairs[x.i].Select(p => p.Mac)],
            Addresses = [x.vm.Address.ToString(), x.vm.IPv6Address!.ToString(), .. Pairs[x.i].Select(p => p.Address.ToString())],
        })]);
    }

    private List<RemotePort> Told(LabNode node, Dictionary<string, int> ports)
    {
        var told = new List<RemotePort>();
        foreach (var other in _lab.Nodes.Where(n => n != node))
        {
            var tunnel = ports[DeviceNames.TunnelPort(_lab.Tunnel, other.Address)];
            told.AddRange(_lab.Instances.Where(i => i.Node == other.Name).Select(i => new RemotePort(1, i.Mac, [i.Address], tunnel)));
            told.AddRange(((LabServer[])[_lab.Router, _lab.Dhcp]).Where(s => s.Node == other.Name).Select(s => new RemotePort(1, s.Mac, [s.Address], tunnel)));
        }
        return told;
    }

    private static async Task ReplaceAsync(LabNode node, string bridge, IReadOnlyList<string> flows)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, flows);
        var done = await LabFixture.RunAsync(node.Access.NamespaceFile!, "ovs-ofctl", "-O", "OpenFlow14", "--bundle", "replace-flows",
            $"unix:{node.Access.OvsRunDirectory}/{bridge}.mgmt", file);
        Assert.True(done.ExitCode == 0, done.Errors);
        File.Delete(file);
    }

    private static IEnumerable<SecurityGroupRule> Rules(Random random, string[] ids)
    {
        for (var i = 0; i < 9; i++)
        {
            var isIngress = random.Next(2) == 0;
            var isIPv6 = random.Next(3) == 0;
            var protocol = _protocols[random.Next(_protocols.Length)];
            if (protocol == "ipv6-icmp" != isIPv6 && protocol is "icmp" or "ipv6-icmp")
            {
                protocol = isIPv6 ? "ipv6-icmp" : "icmp";
            }
            var rule = new SecurityGroupRule { IsIngress = isIngress, IsIPv6 = isIPv6, Protocol = protocol };
            if (protocol is "tcp" or "udp" && random.Next(4) > 0)
            {
                var first = PacketExchange.Ports[random.Next(PacketExchange.Ports.Length)];
                rule = rule with { PortRangeMin = first, PortRangeMax = random.Next(2) == 0 ? first : first + random.Next(6000) };
            }
            if (protocol is "icmp" or "ipv6-icmp" && random.Next(2) == 0)
            {
                rule = rule with { PortRangeMin = isIPv6 ? 128 : 8, PortRangeMax = random.Next(2) == 0 ? 0 : null };
            }
            yield return random.Next(3) switch
            {
                0 => rule with { RemoteGroupId = ids[random.Next(ids.Length)] },
                1 when !isIPv6 => rule with { RemoteIPPrefix = random.Next(2) == 0 ? "172.16.0.0/24" : "172.16.0.8/29" },
                _ => rule,
            };
        }
        // else hardly anything gets out
        yield return new() { IsIngress = false, Protocol = random.Next(2) == 0 ? "tcp" : null };
        yield return new() { IsIngress = false, IsIPv6 = true };
    }
}
