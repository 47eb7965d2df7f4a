using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Frames;
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
        return new(more.Dropped, more.Tool, [.. Passed, .. more.Passed], [.. Unknowns, .. more.Unknowns]);
    }

    private static FrameHook NftInto(TraceSpace space, Link bridge, Link from, FrameFacts facts) => space.NftRules() is null ? Nothing
        : AskNft(space, _netdev, "ingress", from.Name, facts)
            .Then(() => AskNft(space, _bridge, "prerouting", null, facts))
            .Then(() => AskShown(space, bridge, "prerouting", facts));

    private static FrameHook NftOut(TraceSpace space, Link bridge, Link? from, Link port, FrameFacts facts) => space.NftRules() is null ? Nothing
        : AskNft(space, _bridge, from is null ? "output" : "forward", null, facts)
            .Then(() => from is null ? Nothing : AskShown(space, bridge, "forward", facts))
            .Then(() => AskNft(space, _bridge, "postrouting", null, facts))
            .Then(() => AskShown(space, bridge, "postrouting", facts))
            .Then(() => AskNft(space, _netdev, "egress", port.Name, facts));

    /// <summary>br_netfilter: the devices are then the bridge itself.</summary>
    private static FrameHook AskShown(TraceSpace space, Link bridge, string hook, FrameFacts facts)
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
        });
    }

    private static FrameHook AskNft(TraceSpace space, string[] families, string hook, string? device, FrameFacts facts)
    {
        if (space.NftRules()?.Decide(families, hook, device, facts) is not { } decision)
        {
            return Nothing;
        }
        return new(decision.IsDropped ? decision : null, Nft, [.. decision.Passed.Select(p => $"{Nft} {p}")],
            [.. decision.DependsOn.Select(d => $"{space.Node.Name}: whether \"{Nft} {d}\" holds for it")]);
    }
}
