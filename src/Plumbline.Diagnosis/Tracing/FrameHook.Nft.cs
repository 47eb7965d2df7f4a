using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Frames;
using Plumbline.Iptables.Simulation;
using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>Tables of nft that are none of iptables': bridge and netdev for every frame, inet, ip and ip6 for bridged packets where br_netfilter shows them.</summary>
internal sealed partial record FrameHook
{
    private const string Nft = "nft";
    private static readonly string[] _bridge = ["bridge"];
    private static readonly string[] _arp = ["arp"];
    private static readonly string[] _netdev = ["netdev", "inet"];
    private static readonly string[] _ipv4 = ["inet", "ip"];
    private static readonly string[] _ipv6 = ["inet", "ip6"];

    /// <summary>This one, and where it lets the frame go on, what comes next.</summary>
    private FrameHook Then(Func<FrameHook> next)
    {
        if (Dropped is not null || next() is not { } more || ReferenceEquals(more, Nothing))
        {
            return this;
        }
        return new(more.Dropped, more.Tool, [.. Passed, .. more.Passed], [.. Unknowns, .. more.Unknowns])
        {
            Translation = Translation ?? more.Translation,
            IsNotrack = IsNotrack || more.IsNotrack,
        };
    }

    /// <summary>Of nft's chains of type nat: what they make of a new connection.</summary>
    public Iptables.Target? Translation { get; init; }

    /// <summary>A rule exempted it from connection tracking.</summary>
    public bool IsNotrack { get; init; }

    /// <summary>The end of a packet, as other rules' ends are told; null where it goes on.</summary>
    public RuleHook? ToDrop() => Dropped is null ? null
        : new() { Outcome = Outcome.Dropped, Decider = Words, Chain = Dropped.Chain, Evidence = Passed, Unknowns = Unknowns };

    /// <summary>An IP packet at a hook of a namespace's stack: tables of the families inet, ip and ip6.</summary>
    /// <param name="space">Whose rules.</param>
    /// <param name="point">Where.</param>
    /// <param name="frame">The packet, as it then is.</param>
    /// <param name="state">Its connection's state, in bits of <see cref="FrameField.ConnectionState"/>.</param>
    /// <param name="least">The least priority of the chains that are asked.</param>
    /// <param name="end">The first priority that is no longer asked.</param>
    public static FrameHook OfPacket(TraceSpace space, HookPoint point, TraceFrame frame, ConntrackState state, int least, int end)
    {
        if (space.NftRules() is null || frame.Arp != 0)
        {
            return Nothing;
        }
        var facts = Facts(frame) with { In = point.In, Out = point.Out, ConnectionState = Bits(state) };
        return AskNft(space, frame.IsIPv6 ? _ipv6 : _ipv4, NameOf(point.Hook), null, facts, least, end);
    }

    /// <summary>netdev's chains at a device by which a frame comes in or goes out, outside any Linux bridge.</summary>
    public static FrameHook OfDevice(TraceSpace space, Link device, TraceFrame frame, bool isReceived)
    {
        if (space.NftRules() is null)
        {
            return Nothing;
        }
        var facts = Facts(frame) with { In = isReceived ? device.Name : null, Out = isReceived ? null : device.Name };
        return AskNft(space, _netdev, isReceived ? "ingress" : "egress", device.Name, facts);
    }

    /// <summary>Bits as nft has them (NF_CT_STATE_BIT).</summary>
    public static uint Bits(ConntrackState state) => state switch
    {
        ConntrackState.New => 8,
        ConntrackState.Established => 2,
        ConntrackState.Related => 4,
        ConntrackState.Untracked => 64,
        _ => 1,
    };

    private static string NameOf(Hook hook) => hook switch
    {
        Hook.Prerouting => "prerouting",
        Hook.Input => "input",
        Hook.Forward => "forward",
        Hook.Output => "output",
        _ => "postrouting",
    };

    private static FrameHook NftInto(TraceSpace space, Link bridge, Link from, FrameFacts facts, ConntrackState? state) => space.NftRules() is null ? Nothing
        : AskNft(space, _netdev, "ingress", from.Name, facts)
            .Then(() => AskNft(space, _bridge, "prerouting", null, facts))
            .Then(() => AskShown(space, bridge, "prerouting", facts, state));

    private static FrameHook NftOut(TraceSpace space, Link bridge, Link? from, Link port, FrameFacts facts, ConntrackState? state) => space.NftRules() is null ? Nothing
        : AskNft(space, _bridge, from is null ? "output" : "forward", null, facts)
            .Then(() => from is null ? Nothing : AskShown(space, bridge, "forward", facts, state))
            .Then(() => AskNft(space, _bridge, "postrouting", null, facts))
            .Then(() => AskShown(space, bridge, "postrouting", facts, state))
            .Then(() => AskNft(space, _netdev, "egress", port.Name, facts));

    /// <summary>br_netfilter: the devices are then the bridge itself.</summary>
    private static FrameHook AskShown(TraceSpace space, Link bridge, string hook, FrameFacts facts, ConntrackState? state)
    {
        var isIPv6 = facts.EtherType == 0x86dd;
        if (facts.ArpOperation is not null || facts.Vlan is not null
            || space.Sysctl(NodeRules.BridgeSysctl(isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4)) is not { } told || told == "0")
        {
            return Nothing;
        }
        return AskNft(space, isIPv6 ? _ipv6 : _ipv4, hook, null, facts with
        {
            In = hook == "postrouting" ? null : bridge.Name,
            Out = hook == "prerouting" ? null : bridge.Name,
            LogicalIn = null,
            LogicalOut = null,
            ConnectionState = state is { } known ? Bits(known) : null,
        });
    }

    private static FrameHook AskNft(
        TraceSpace space, string[] families, string hook, string? device, FrameFacts facts, int least = int.MinValue, int end = int.MaxValue)
    {
        if (space.NftRules()?.Decide(families, hook, device, facts, least, end) is not { } decision)
        {
            return Nothing;
        }
        return new(decision.IsDropped ? decision : null, Nft, [.. decision.Passed.Select(p => $"{Nft} {p}")],
            [.. decision.DependsOn.Select(d => $"{space.Node.Name}: whether \"{Nft} {d}\" holds for it")])
        {
            Translation = decision.Translation,
            IsNotrack = decision.IsNotrack,
        };
    }
}
