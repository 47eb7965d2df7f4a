using System.Globalization;
using System.Net;
using Plumbline.Iptables.Simulation;
using Plumbline.Neutron;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Random ports and groups, compiled as Neutron's agent does, and the ways through their bridges.</summary>
internal sealed class NeutronNode
{
    private static readonly string[] _protocols = ["tcp", "udp", "icmp", "sctp", "47", "6"];

    private readonly IReadOnlyList<SecurityGroup> _groups;

    private NeutronNode(IReadOnlyList<FirewallPort> ports, IReadOnlyList<SecurityGroup> groups)
    {
        var firewall = HybridFirewall.Compile(ports, groups);
        _groups = groups;
        Ports = ports;
        Firewall = firewall;
        Ways = [.. ports.SelectMany(p => new[] { Way(p, true), Way(p, false) })];
    }

    public IReadOnlyList<FirewallPort> Ports { get; }

    public HybridFirewall Firewall { get; }

    /// <summary>Out of and into each port: outwards at even places, its way back beside it.</summary>
    public IReadOnlyList<TestWay> Ways { get; }

    public IReadOnlyList<(string Bridge, string[] Ports)> Bridges =>
        [.. Ports.Select(p => (DeviceNames.HybridBridge(p.Id), new[] { DeviceNames.Tap(p.Id), DeviceNames.VethBridgeEnd(p.Id) }))];

    public static NeutronNode Make(Random random)
    {
        var groups = Enumerable.Range(0, 4).Select(g => new SecurityGroup
        {
            Id = Id(random),
            Stateful = random.Next(4) > 0,
            Members = [.. Enumerable.Range(0, random.Next(4)).Select(m => $"10.1.0.{5 + m}"), .. random.Next(2) == 0 ? ["fd00:1::5"] : (string[])[]],
        }).ToList();
        for (var i = 0; i < groups.Count; i++)
        {
            groups[i] = groups[i] with { Rules = [.. Enumerable.Range(0, random.Next(7)).Select(_ => RuleOf(random, groups))] };
        }
        var ports = Enumerable.Range(0, 3).Select(p => new FirewallPort
        {
            Id = Id(random),
            Address = new(0xFA163E000000UL + (uint)p),
            FixedAddresses = [IPAddress.Parse($"10.1.0.{5 + p}"), .. random.Next(2) == 0 ? [IPAddress.Parse($"fd00:1::{5 + p}")] : (IPAddress[])[]],
            AllowedAddressPairs = random.Next(3) == 0
                ? [new("10.2.0.0/16", null), new("fd00:2::/64", new MacAddress(0xFA163E000009UL))] : [],
            SecurityGroups = [.. groups.Where(_ => random.Next(2) == 0).Select(g => g.Id)],
            PortSecurityEnabled = p < 2 || random.Next(2) == 0,
        }).ToList();
        return new(ports, groups);
    }

    /// <summary>The same ports with another rule in one group, or one rule less.</summary>
    public NeutronNode Change(Random random)
    {
        var groups = _groups.ToList();
        var at = random.Next(groups.Count);
        var rules = groups[at].Rules.ToList();
        if (rules.Count > 0 && random.Next(2) == 0)
        {
            rules.RemoveAt(random.Next(rules.Count));
        }
        else
        {
            rules.Add(RuleOf(random, groups));
        }
        groups[at] = groups[at] with { Rules = rules };
        return new(Ports, groups);
    }

    /// <summary>Loads sets and tables of both families.</summary>
    public Task LoadAsync(KernelNode node) =>
        node.LoadAsync(Firewall.ToIPSetText(), Firewall.ToRestoreText(ipv6: false), Firewall.ToRestoreText(ipv6: true));

    private static SecurityGroupRule RuleOf(Random random, List<SecurityGroup> groups)
    {
        var isSix = random.Next(2) == 0;
        var protocol = random.Next(4) == 0 ? null : _protocols[random.Next(_protocols.Length)];
        var first = random.Next(1, 2000);
        var rule = new SecurityGroupRule
        {
            IsIngress = random.Next(2) == 0,
            IsIPv6 = isSix,
            Protocol = protocol == "icmp" && isSix ? "ipv6-icmp" : protocol,
            PortRangeMin = protocol is "tcp" or "udp" or "sctp" or "6" && random.Next(3) > 0 ? first
                : protocol == "icmp" && random.Next(2) == 0 ? isSix ? 128 : 8 : null,
            PortRangeMax = null,
            RemoteIPPrefix = random.Next(3) == 0 ? isSix ? "fd00::/16" : "10.0.0.0/8" : null,
        };
        return random.Next(3) == 0 && rule.RemoteIPPrefix is null
            ? Ranged(rule with { RemoteGroupId = groups[random.Next(groups.Count)].Id }, random)
            : Ranged(rule, random);
    }

    private static SecurityGroupRule Ranged(SecurityGroupRule rule, Random random) =>
        rule is { PortRangeMin: { } first, Protocol: "tcp" or "udp" or "sctp" or "6" }
            ? rule with { PortRangeMax = random.Next(2) == 0 ? first : first + random.Next(100) }
            : rule;

    private static string Id(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString("D", CultureInfo.InvariantCulture);
    }

    private static TestWay Way(FirewallPort port, bool outwards)
    {
        var (tap, end) = (DeviceNames.Tap(port.Id), DeviceNames.VethBridgeEnd(port.Id));
        var (from, to) = outwards ? (tap, end) : (end, tap);
        return new(TestWayKind.Bridged, from, to, PacketPath.Bridged(DeviceNames.HybridBridge(port.Id), from, to));
    }
}
