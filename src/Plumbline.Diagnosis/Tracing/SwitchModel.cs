using System.Globalization;
using System.Net;
using Plumbline.Node.Facts;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Groups;
using Plumbline.OpenFlow.Ports;
using Plumbline.OpenFlow.Simulation;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>A node's bridges for the simulator, and what of them was not told.</summary>
internal sealed class SwitchModel
{
    private SwitchModel(Simulator simulator, IReadOnlySet<string> withoutFlows, IReadOnlyDictionary<string, FlowDump> flows) =>
        (Simulator, WithoutFlows, Flows) = (simulator, withoutFlows, flows);

    public Simulator Simulator { get; }

    /// <summary>Bridges whose flows nobody told, so that nothing is known of what they do.</summary>
    public IReadOnlySet<string> WithoutFlows { get; }

    /// <summary>Bridges that forward by themselves, because no controller is there.</summary>
    public IReadOnlySet<string> FailOpen { get; private init; } = new HashSet<string>();

    /// <summary>By bridge.</summary>
    public IReadOnlyDictionary<string, FlowDump> Flows { get; }

    public static SwitchModel Build(NodeSnapshot snapshot)
    {
        var bridges = new List<BridgeFacts>();
        var without = new HashSet<string>(StringComparer.Ordinal);
        var open = new HashSet<string>(StringComparer.Ordinal);
        var dumps = new Dictionary<string, FlowDump>(StringComparer.Ordinal);
        foreach (var bridge in snapshot.Ovs?.Bridges ?? [])
        {
            var told = snapshot.Switching?.Bridges.FirstOrDefault(b => b.Bridge == bridge.Name);
            var described = told?.Ports is { } text ? PortDump.Parse(text).Ports.ToDictionary(p => p.Name, StringComparer.Ordinal) : null;
            var ports = new List<PortFacts>();
            foreach (var port in bridge.Ports)
            {
                foreach (var row in port.Interfaces)
                {
                    if (ReadPort(bridge, port, row, described?.GetValueOrDefault(row.Name)) is { } facts)
                    {
                        ports.Add(facts.PatchPeer is { } peer && !AreOfOneDatapath(snapshot, bridge, peer) ? facts with { PatchPeer = null } : facts);
                    }
                }
            }
            // ports that were left out are there all the same: what is sent to one of them is known to be
            foreach (var left in snapshot.Omitted?.Ports ?? [])
            {
                if (left.Bridge == bridge.Name)
                {
                    ports.Add(new() { Number = left.Number, Name = left.Name, Tag = left.Tag, NoFlood = left.Tag is null });
                }
            }
            var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var port in ports)
            {
                numbers.TryAdd(port.Name, port.Number);
            }
            var isOpen = IsFailOpen(bridge);
            if (isOpen)
            {
                open.Add(bridge.Name);
            }
            var flows = isOpen ? FlowDump.Parse("priority=0 actions=NORMAL") : told?.Flows is { } dump ? FlowDump.Parse(dump)
                // without a controller a bridge has the one flow that it is born with
                : bridge.Controllers.Count == 0 && bridge.FailMode != "secure" ? FlowDump.Parse("priority=0 actions=NORMAL") : null;
            if (flows is null)
            {
                without.Add(bridge.Name);
            }
            else
            {
                dumps[bridge.Name] = flows;
            }
            bridges.Add(new()
            {
                Name = bridge.Name,
                Flows = flows?.Flows ?? [],
                Groups = told?.Groups is { } groups ? GroupDump.Parse(groups).Groups : null,
                Ports = ports,
                Fdb = told?.Fdb is { } fdb ? [.. Read(fdb, numbers)] : null,
                ForwardBpdu = bridge.OtherConfig.GetValueOrDefault("forward-bpdu") == "true",
            });
        }
        return new(new Simulator(bridges), without, dumps) { FailOpen = open };
    }

    /// <summary>
    /// No controller of it is connected, and fail_mode is not secure: Open vSwitch then has a hidden flow above all others that says NORMAL
    /// (ofproto/fail-open.c; shown by <c>ovs-appctl bridge/dump-flows</c> alone), a quarter of a minute after it lost the last.
    /// </summary>
    private static bool IsFailOpen(OvsBridge bridge)
    {
        if (bridge.FailMode == "secure" || bridge.Controllers.Count == 0)
        {
            return false;
        }
        foreach (var controller in bridge.Controllers)
        {
            if (controller.IsConnected != false)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A patch port finds its peer among the bridges of its own datapath only.</summary>
    private static bool AreOfOneDatapath(NodeSnapshot snapshot, OvsBridge bridge, string peer)
    {
        foreach (var other in snapshot.Ovs!.Bridges)
        {
            if (other.DatapathType is not null && bridge.DatapathType is not null && other.DatapathType != bridge.DatapathType && other.Ports.Any(p => p.Name == peer))
            {
                return (other.DatapathType == "netdev") == (bridge.DatapathType == "netdev");
            }
        }
        return true;
    }

    private static PortFacts? ReadPort(OvsBridge bridge, OvsPort port, OvsInterface row, PortDescription? described)
    {
        var number = row.Name == bridge.Name ? OfPort.Local : row.OfPort ?? described?.Number;
        if (number is null or <= 0 || row.Error is { Length: > 0 })
        {
            return null;
        }
        return new()
        {
            Number = number.Value,
            Name = row.Name,
            Tag = port.Tag,
            Trunks = port.Trunks,
            VlanMode = port.VlanMode switch
            {
                "access" => VlanMode.Access,
                "trunk" => VlanMode.Trunk,
                "native-tagged" => VlanMode.NativeTagged,
                "native-untagged" => VlanMode.NativeUntagged,
                "dot1q-tunnel" => VlanMode.Dot1qTunnel,
                _ => null,
            },
            CustomerVlans = port.CustomerVlans,
            QinqType = port.OtherConfig.GetValueOrDefault("qinq-ethtype") is "802.1q" ? (ushort)0x8100 : (ushort)0x88a8,
            IsProtected = port.IsProtected,
            PriorityTags = port.OtherConfig.GetValueOrDefault("priority-tags"),
            IsPatch = row.Type == "patch",
            PatchPeer = row.Type == "patch" ? row.Options.GetValueOrDefault("peer") : null,
            Tunnel = ReadTunnel(row),
            Bond = port.Interfaces.Count > 1 ? port.Name : null,
            // of an active-backup bond only the active member takes anything
            IsLive = row.LinkState != "down" && (port.BondActiveMember is not { } active || port.BondMode is not (null or "active-backup")
                || row.MacInUse is not { } mac || mac == active),
            ClosedBy = port.SpanningTreeState is null or "forwarding" or "Forwarding" or "disabled" or "Disabled" ? null : port.SpanningTreeState,
            NoFlood = described?.Config.Contains("NO_FLOOD") == true,
            NoForward = described?.Config.Contains("NO_FWD") == true,
            NoReceive = described?.Config.Contains("NO_RECV") == true,
            IsMirrorOutput = port.Uuid is { } id && bridge.Mirrors.Any(m => m.OutputPort == id),
        };
    }

    private static TunnelFacts? ReadTunnel(OvsInterface row)
    {
        if (row.Type is not ("vxlan" or "gre" or "geneve" or "ip6gre" or "stt" or "lisp" or "erspan" or "gtpu" or "bareudp"))
        {
            return null;
        }
        var options = row.Options;
        return new()
        {
            Type = row.Type == "ip6gre" ? "gre" : row.Type,
            Remote = Address("remote_ip"),
            Local = Address("local_ip"),
            OutKey = Key("out_key"),
            InKey = Key("in_key"),
            EgressPacketMark = uint.TryParse(options.GetValueOrDefault("egress_pkt_mark"), CultureInfo.InvariantCulture, out var mark)
                ? mark : null,
        };

        IPAddress? Address(string name) => IPAddress.TryParse(options.GetValueOrDefault(name), out var address) ? address : null;

        // a key that is not told is 0 (ovs-vswitchd.conf.db(5))
        ulong? Key(string name) => (options.GetValueOrDefault(name) ?? options.GetValueOrDefault("key")) switch
        {
            "flow" => null,
            { } text => Number(text),
            null => 0,
        };
    }

    private static ulong? Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? ulong.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hex) ? hex : null
        : ulong.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IEnumerable<FdbEntry> Read(IReadOnlyList<OvsFdbEntry> entries, Dictionary<string, int> numbers)
    {
        foreach (var entry in entries)
        {
            var port = entry.Port == "LOCAL" ? OfPort.Local
                : int.TryParse(entry.Port, CultureInfo.InvariantCulture, out var number) ? number
                : numbers.TryGetValue(entry.Port, out var named) ? named : -1;
            if (port > 0)
            {
                yield return new(port, entry.Vlan, entry.Address, entry.AgeSeconds);
            }
        }
    }
}
