using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Neutron;
using Plumbline.Neutron.Intent;
using Plumbline.Node.Topologies;
using Plumbline.OpenFlow.Flows;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>
/// The flows of one port on br-int: what it sends goes by the ARP, neighbour and MAC checks (tables 24 and 25), which know its addresses.
/// One finding a port, with all that is wrong as evidence.
/// </summary>
internal static partial class PortFlowChecks
{
    private const int ArpTable = 24;
    private const int MacTable = 25;

    public static void Run(FlowContext context)
    {
        if (context.Integration is not { } flows)
        {
            return;
        }
        if (context.HasNativeFirewall)
        {
            NativePortChecks.Run(context, flows);
            return;
        }
        if (flows.Cookie is null || flows.In(MacTable).Count == 0
            && (flows.In(ArpTable).Count == 0 || context.Node.AgentOption("firewall_driver")?.Contains("noop", StringComparison.Ordinal) == true))
        {
            return; // an agent that checks addresses otherwise, or not at all
        }
        foreach (var vif in context.Node.Topology.Vifs)
        {
            if (vif is { Owner: VifOwner.Instance, LocalVlan: > 0 and < FlowContext.DeadVlan } && vif.OvsBridge == flows.Name
                && CheckNode.OvsPortOf(vif) is { } name && flows.NumberOf(name) is { } port
                && context.Check.Wanted(vif.PortId) is not { IsUp: false })
            {
                Check(context, flows, vif, name, port);
            }
        }
    }

    private static void Check(FlowContext context, BridgeFlows flows, Vif vif, string name, int port)
    {
        var intended = context.Intended(vif.PortId);
        var seen = flows.From(0, port).Concat(flows.From(ArpTable, port)).Concat(flows.From(MacTable, port)).ToList();
        if (intended is { Port: { PortSecurityEnabled: false } or { IsTrusted: true } }
            || intended is null && (context.Check.Cloud?.Firewall is not null || seen.Count == 0 && !IsFiltered(context.Node, vif)))
        {
            return;
        }
        var missing = new List<string>();
        var wrong = new List<string>();
        var number = port.ToString(CultureInfo.InvariantCulture);
        var first = flows.From(0, port);
        var anyAddress = intended?.Port.AllowedAddressPairs.Any(p => p.Address.EndsWith("/0", StringComparison.Ordinal) && !p.Address.Contains(':')) == true;
        Expect(first.Where(f => f.Matches.Count == 1 && f.Priority > 2), MacTable, $"table=0 in_port={number}");
        if (!anyAddress)
        {
            Expect(first.Where(f => BridgeFlows.HasProtocol(f, "arp") && f.Matches.Count == 2), ArpTable, $"table=0 arp,in_port={number}");
            // Liberty is the first to check neighbour advertisements; Juno and Kilo have no such flow for any port
            if (flows.In(0).Any(f => BridgeFlows.Wants(f, "icmp_type") == (UInt128)136))
            {
                Expect(first.Where(f => BridgeFlows.Wants(f, "icmp_type") == (UInt128)136), ArpTable, $"table=0 icmp6,in_port={number},icmp_type=136");
            }
            CheckAddresses(flows.From(ArpTable, port), intended is null ? FilteredAddresses(context.Node, vif) : AddressesOf(intended), number, missing, wrong);
            if (intended is null)
            {
                CheckKinds(context, flows, vif, first, port, missing);
            }
        }
        CheckMacs(flows.From(MacTable, port), MacsOf(intended, vif), number, missing, wrong);
        if (missing.Count + wrong.Count == 0)
        {
            return;
        }
        var who = CheckNode.NameOf(vif);
        if (intended is null && OthersMac(context.Node, vif, flows.From(MacTable, port)) is { } actual)
        {
            context.Add("mac-mismatch", name, $"{name}: attached-mac {vif.Address}, but flows and rules know the port by {actual}",
                [.. missing.Select(m => $"missing: {m}"), .. wrong], "when the agent writes them anew, the VM's packets are dropped as spoofed", [who],
                $"ovs-vsctl set Interface {name} external_ids:attached-mac=\"{actual}\"");
            return;
        }
        context.Add(wrong.Count > 0 ? "flow-changed" : "flow-missing", $"{flows.Name} {name}",
            wrong.Count > 0 ? $"{flows.Name}: flows of {who}'s port {name} are not as the agent writes them"
                : $"{flows.Name}: flows of {who}'s port {name} are missing",
            [.. missing.Select(m => $"missing: {m}"), .. wrong], Consequence(missing, wrong, who), [who]);

        void Expect(IEnumerable<Flow> found, int to, string what)
        {
            var list = found.ToList();
            if (list.Exists(f => BridgeFlows.GoesTo(f, to)))
            {
                return;
            }
            if (list.Count == 0)
            {
                missing.Add($"{what} to table {to}");
            }
            else
            {
                wrong.Add(FlowContext.Show(list[0]));
            }
        }
    }

    /// <summary>The one MAC that both the port's flows and its spoof chain let pass, where its row has another; null: they do not agree on one.</summary>
    private static MacAddress? OthersMac(CheckNode node, Vif vif, IReadOnlyList<Flow> found)
    {
        if (vif is not { Address: { } attached, PortId: { Length: >= DeviceNames.ChainIdLength } id }
            || found.Select(f => BridgeFlows.Mac(f, "dl_src")).OfType<MacAddress>().Distinct().ToList() is not [var mac] || mac == attached)
        {
            return null;
        }
        var chain = node.Rules.Find(Iptables.IPFamily.IPv4)?.Find("filter")?.Chains.FirstOrDefault(c => c.Name.EndsWith("-s" + id[..DeviceNames.ChainIdLength], StringComparison.Ordinal));
        bool Names(MacAddress address) => chain!.Rules.Any(r => r.Text.Contains(address.ToString(), StringComparison.OrdinalIgnoreCase));
        return chain is not null && Names(mac) && !Names(attached) ? mac : null;
    }

    private static string Consequence(List<string> missing, List<string> wrong, string who)
    {
        var all = missing.Concat(wrong).ToList();
        return all.TrueForAll(m => m.Contains("arp", StringComparison.Ordinal))
                ? $"ARP of {who} is dropped (or not checked): nobody on IPv4 learns its address, and it learns nobody's"
            : all.TrueForAll(m => m.Contains("icmp", StringComparison.Ordinal)) ? $"{who}'s neighbour advertisements are dropped: nobody reaches it over IPv6"
            : all.TrueForAll(m => m.Contains("table=0", StringComparison.Ordinal)) ? $"{who}'s sender addresses are not checked: it can pretend to be another"
            : $"what {who} sends is dropped";
    }

    /// <summary>Where no address is known: what a port's packets are led to is empty for it, and not for others of its network.</summary>
    private static void CheckKinds(FlowContext context, BridgeFlows flows, Vif vif, IEnumerable<Flow> first, int port, List<string> missing)
    {
        foreach (var kind in (ReadOnlySpan<string>)["arp", "icmp6"])
        {
            if (missing.Exists(m => m.Contains(kind, StringComparison.Ordinal)) || Has(port, kind)
                || !first.Any(f => BridgeFlows.HasProtocol(f, kind) && BridgeFlows.GoesTo(f, ArpTable)))
            {
                continue;
            }
            foreach (var other in context.Node.Topology.Vifs)
            {
                if (other.LocalVlan == vif.LocalVlan && other != vif && CheckNode.OvsPortOf(other) is { } name && flows.NumberOf(name) is { } number && Has(number, kind))
                {
                    missing.Add(string.Create(CultureInfo.InvariantCulture, $"table={ArpTable} {kind},in_port={port}"));
                    break;
                }
            }
        }

        bool Has(int number, string kind)
        {
            foreach (var flow in flows.From(ArpTable, number))
            {
                if (BridgeFlows.HasProtocol(flow, kind))
                {
                    return true;
                }
            }
            return false;
        }
    }

    private static void CheckAddresses(
        IReadOnlyList<Flow> found, IReadOnlyList<IPAddress> addresses, string port, List<string> missing, List<string> wrong)
    {
        foreach (var address in addresses)
        {
            var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
            var flow = found.FirstOrDefault(f => BridgeFlows.IsAddress(BridgeFlows.Address(f, isIPv4 ? "arp_spa" : "nd_target"), address));
            if (flow is null)
            {
                missing.Add(isIPv4 ? $"table={ArpTable} arp,in_port={port},arp_spa={address}"
                    : $"table={ArpTable} icmp6,in_port={port},icmp_type=136,nd_target={address}");
            }
            else if (BridgeFlows.Drops(flow))
            {
                wrong.Add(FlowContext.Show(flow));
            }
        }
    }

    private static void CheckMacs(
        IReadOnlyList<Flow> found, IReadOnlyList<MacAddress> macs, string port, List<string> missing, List<string> wrong)
    {
        foreach (var mac in macs)
        {
            var flow = found.FirstOrDefault(f => BridgeFlows.Mac(f, "dl_src") == mac);
            if (flow is null)
            {
                missing.Add($"table={MacTable} in_port={port},dl_src={mac}");
                wrong.AddRange(found.Where(f => BridgeFlows.Mac(f, "dl_src") is { } other && !macs.Contains(other)).Take(1).Select(FlowContext.Show));
            }
            else if (BridgeFlows.Drops(flow))
            {
                wrong.Add(FlowContext.Show(flow));
            }
        }
    }

    private static List<MacAddress> MacsOf(IntendedPort? intended, Vif vif) => intended is not null
        ? [.. intended.Port.AllowedAddressPairs.Select(p => p.Mac).OfType<MacAddress>().Prepend(intended.Port.Address).Distinct()]
        : vif.Address is { } mac ? [mac] : [];

    /// <summary>Whole addresses that the port may send from; prefixes of pairs are left out: the agent may cut them.</summary>
    private static List<IPAddress> AddressesOf(IntendedPort? intended)
    {
        if (intended is null)
        {
            return [];
        }
        var addresses = new List<IPAddress>(intended.Port.FixedAddresses);
        foreach (var pair in intended.Port.AllowedAddressPairs)
        {
            if (IPAddress.TryParse(pair.Address, out var address))
            {
                addresses.Add(address);
            }
        }
        return addresses;
    }

    /// <summary>Without the API: the agent made a spoof chain for it, so it has port security.</summary>
    private static bool IsFiltered(CheckNode node, Vif vif) => vif.PortId is { Length: >= DeviceNames.ChainIdLength } id
        && node.Rules.Find(Iptables.IPFamily.IPv4)?.Find("filter")?.Chains
            .Any(c => c.Name.EndsWith("-s" + id[..DeviceNames.ChainIdLength], StringComparison.Ordinal)) == true;
}
