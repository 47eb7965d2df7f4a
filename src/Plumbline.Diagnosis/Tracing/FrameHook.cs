using Plumbline.Iptables.Frames;
using Plumbline.Iptables.Simulation;
using Plumbline.Linux.Netlink;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>What ebtables and arptables make of a frame in a namespace.</summary>
internal sealed partial record FrameHook(FrameDecision? Dropped, string Tool, IReadOnlyList<string> Passed, IReadOnlyList<string> Unknowns)
{
    private const string Bridged = "ebtables";
    private const string Arp = "arptables";

    public static FrameHook Nothing { get; } = new(null, Bridged, [], []);

    /// <summary>In few words, for a drop.</summary>
    public string Words => $"{Tool} {Dropped!.By}";

    /// <summary>A frame comes into a bridge by a port.</summary>
    public static FrameHook Into(TraceSpace space, Link bridge, Link from, TraceFrame frame, ConntrackState? state)
    {
        var facts = Facts(frame) with { In = from.Name, LogicalIn = bridge.Name };
        return NftInto(space, bridge, from, facts, state).Then(() => Ask(space, Bridged, [("nat", "PREROUTING")], facts));
    }

    /// <summary>It goes up to the bridge's own device.</summary>
    public static FrameHook Up(TraceSpace space, Link bridge, Link from, TraceFrame frame)
    {
        var facts = Facts(frame) with { In = from.Name, LogicalIn = bridge.Name };
        return Ask(space, Bridged, [("filter", "INPUT")], facts).Then(() => AskNft(space, _bridge, "input", null, facts));
    }

    /// <summary>It goes on by a port; <paramref name="from"/> null: it is the bridge's own.</summary>
    public static FrameHook Out(TraceSpace space, Link bridge, Link? from, Link port, TraceFrame frame, ConntrackState? state)
    {
        var facts = Facts(frame) with
        {
            In = from?.Name,
            LogicalIn = from is null ? null : bridge.Name,
            Out = port.Name,
            LogicalOut = bridge.Name,
        };
        var ebtables = Ask(space, Bridged, from is null ? [("nat", "OUTPUT"), ("filter", "OUTPUT")] : [("filter", "FORWARD")], facts);
        // nft's arptables has no FORWARD; the old one's is asked where bridge-nf-call-arptables is 1
        var arp = frame.Arp != 0 && from is not null && ebtables.Dropped is null && space.Sysctl("net.bridge.bridge-nf-call-arptables") == "1"
            ? Ask(space, Arp, [("filter", "FORWARD")], facts) : Nothing;
        var after = ebtables.Dropped is null && arp.Dropped is null
            ? Ask(space, Bridged, [("nat", "POSTROUTING")], facts with { In = null, LogicalIn = null }) : Nothing;
        return new FrameHook(ebtables.Dropped ?? arp.Dropped ?? after.Dropped, arp.Dropped is null ? Bridged : Arp,
            [.. ebtables.Passed, .. arp.Passed, .. after.Passed], [.. ebtables.Unknowns, .. arp.Unknowns, .. after.Unknowns])
            .Then(() => NftOut(space, bridge, from, port, facts, state));
    }

    /// <summary>A stack gets or sends ARP.</summary>
    public static FrameHook OfStack(TraceSpace space, Link device, TraceFrame frame, bool isReceived)
    {
        if (frame.Arp == 0)
        {
            return Nothing;
        }
        var facts = Facts(frame) with { In = isReceived ? device.Name : null, Out = isReceived ? null : device.Name };
        return Ask(space, Arp, [("filter", isReceived ? "INPUT" : "OUTPUT")], facts).Then(() => AskNft(space, _arp, isReceived ? "input" : "output", null, facts));
    }

    private static FrameHook Ask(TraceSpace space, string tool, IReadOnlyList<(string Table, string Chain)> chains, FrameFacts facts)
    {
        if (space.FrameRules(tool) is not { } tables)
        {
            return Nothing;
        }
        var (passed, unknowns) = (new List<string>(), new List<string>());
        foreach (var (table, chain) in chains)
        {
            if (tables.Decide(table, chain, facts) is not { } decision)
            {
                continue;
            }
            passed.AddRange(decision.Passed.Select(p => $"{tool} {p}"));
            unknowns.AddRange(decision.DependsOn.Select(d => $"{space.Node.Name}: whether \"{tool} {d}\" holds for it"));
            if (decision.IsDropped)
            {
                return new(decision, tool, passed, unknowns);
            }
        }
        return new(null, tool, passed, unknowns);
    }

    private static FrameFacts Facts(TraceFrame frame) => new()
    {
        EtherType = frame.Arp != 0 ? (ushort)0x0806 : frame.IsIPv6 ? (ushort)0x86dd : (ushort)0x0800,
        Source = frame.Source,
        Destination = frame.Destination,
        Vlan = frame.Vlan,
        Mark = frame.Mark,
        From = TraceFrame.NumberOf(frame.From),
        To = TraceFrame.NumberOf(frame.To),
        Protocol = frame.Arp != 0 ? (byte)0 : frame.Protocol,
        SourcePort = frame.Arp == 0 && frame.Protocol is 6 or 17 or 132 ? frame.SourcePort : null,
        DestinationPort = frame.Arp == 0 && frame.Protocol is 6 or 17 or 132 ? frame.DestinationPort : null,
        IcmpType = frame.IsIcmp ? frame.IcmpType : null,
        IcmpCode = frame.IsIcmp ? frame.IcmpCode : null,
        ArpOperation = frame.Arp != 0 ? frame.Arp : null,
        ArpSourceMac = frame.ToldMac ?? default,
        ArpTargetMac = frame.Arp == TraceFrame.ArpReply ? frame.Destination : default(MacAddress),
    };
}
