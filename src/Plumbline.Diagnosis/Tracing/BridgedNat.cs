using System.Net;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// What nat rules of the node make of a bridged packet that the kernel shows to iptables: a MASQUERADE meant for somebody
/// else's network rewrites a VM's packets on their way through its qbr, and nobody finds the way back
/// (net/bridge/br_netfilter_hooks.c).
/// </summary>
/// <param name="Frame">The packet as it goes on.</param>
/// <param name="Words">What was done to it; null: nothing.</param>
/// <param name="Refusal">Why it goes no further on the bridge; null: it does.</param>
internal sealed record BridgedNat(TraceFrame Frame, string? Words, string? Refusal)
{
    /// <summary>Applies the rule that was met, or what the connection remembers.</summary>
    /// <param name="space">Whose rules.</param>
    /// <param name="bridge">The bridge that the packet crosses.</param>
    /// <param name="hook">What the rules said of it.</param>
    /// <param name="frame">The packet as it came.</param>
    /// <param name="known">Its connection; null for a first packet.</param>
    public static BridgedNat Of(
        TraceSpace space, Link bridge, RuleHook hook, TraceFrame frame, TraceConntrack.Known? known)
    {
        if (hook.Outcome != Outcome.Passed || hook.Decision.IsNotrack)
        {
            return new(frame, null, null);
        }
        if (known is { IsError: true })
        {
            return TurnError(space, bridge, frame, known);
        }
        if (known is not null)
        {
            var wanted = known.IsReply ? known.Connection.Original.Turned() : known.Connection.Reply.Turned();
            return Turn(space, bridge, frame, wanted.From, wanted.FromPort, wanted.To, wanted.ToPort);
        }
        return hook.NatTarget switch
        {
            SnatTarget { Addresses: { } range } snat => Turn(
                space, bridge, frame, First(range), snat.Ports?.First ?? frame.SourcePort, frame.To, frame.DestinationPort),
            MasqueradeTarget => OwnAddress(space, bridge, frame) is { } own
                ? Turn(space, bridge, frame, own, frame.SourcePort, frame.To, frame.DestinationPort)
                : new(frame, null, $"the node has no address to put in place of {frame.From}"),
            DnatTarget dnat => Turn(space, bridge, frame, frame.From, frame.SourcePort,
                dnat.Addresses is { } target ? First(target) : frame.To, dnat.Ports?.First ?? frame.DestinationPort),
            RedirectTarget redirect => AddressOf(space, bridge, frame) is { } own
                ? Turn(space, bridge, frame, frame.From, frame.SourcePort,
                    own, redirect.Ports?.First ?? frame.DestinationPort)
                : new(frame, null, $"{bridge.Name} has no address to send it to"),
            _ => new(frame, null, null),
        };
    }

    /// <summary>
    /// nf_nat_icmp_reply_translation(): the error is rewritten as the connection's packets of its direction are, and the packet inside it the
    /// other way round.
    /// </summary>
    private static BridgedNat TurnError(TraceSpace space, Link bridge, TraceFrame frame, TraceConntrack.Known known)
    {
        var (connection, about, isReply) = (known.Connection, frame.About!, known.IsReply);
        var wanted = isReply ? connection.Original.Turned() : connection.Reply.Turned();
        var (from, to) = (frame.From, frame.To);
        if (isReply ? connection.IsDestinationTranslated : connection.IsSourceTranslated)
        {
            from = wanted.From;
            about = about with { To = wanted.From, DestinationPort = about.IsIcmp ? about.DestinationPort : wanted.FromPort };
        }
        if (isReply ? connection.IsSourceTranslated : connection.IsDestinationTranslated)
        {
            to = wanted.To;
            about = about with { From = wanted.To, SourcePort = about.IsIcmp ? about.SourcePort : wanted.ToPort };
        }
        return Turn(space, bridge, frame with { About = about }, from, 0, to, 0);
    }

    private static BridgedNat Turn(
        TraceSpace space, Link bridge, TraceFrame frame, IPAddress from, ushort fromPort, IPAddress to, ushort toPort)
    {
        var words = new List<string>();
        if (!from.Equals(frame.From))
        {
            words.Add($"source {frame.From} → {from}");
        }
        if (!to.Equals(frame.To))
        {
            words.Add($"destination {frame.To} → {to}");
        }
        var turned = frame with
        {
            From = from,
            To = to,
            SourcePort = frame.IsIcmp ? frame.SourcePort : fromPort,
            DestinationPort = frame.IsIcmp ? frame.DestinationPort : toPort,
        };
        return new(turned, words.Count == 0 ? null : string.Join(", ", words),
            to.Equals(frame.To) ? null : Away(space, bridge, to));
    }

    /// <summary>
    /// With another destination the kernel routes it anew: only what leads out by this bridge stays on it.
    /// </summary>
    private static string? Away(TraceSpace space, Link bridge, IPAddress to)
    {
        if (space.IsLocal(to))
        {
            return "the node takes it for itself";
        }
        var choice = RouteChoice.Find(space, to);
        return choice.Device is null || choice.Refuses ? $"the node has no route to {to}"
            : choice.Device.IfIndex == bridge.IfIndex ? null : $"the node would route it on by {choice.Device.Name}";
    }

    /// <summary>inet_select_addr: the device's own address, else the first of any other device.</summary>
    private static IPAddress? OwnAddress(TraceSpace space, Link bridge, TraceFrame frame)
    {
        if (AddressOf(space, bridge, frame) is { } own)
        {
            return own;
        }
        foreach (var link in space.Facts.Links)
        {
            if (AddressOf(space, link, frame) is { } other && !IPAddress.IsLoopback(other))
            {
                return other;
            }
        }
        return null;
    }

    private static IPAddress? AddressOf(TraceSpace space, Link link, TraceFrame frame)
    {
        foreach (var own in space.AddressesOf(link))
        {
            if (TraceFabric.SameFamily(own.Address, frame.From) && !own.Address.IsIPv6LinkLocal)
            {
                return own.Address;
            }
        }
        return null;
    }

    private static IPAddress First(AddressRange range) => TraceFrame.AddressOf(range.Family, range.First);
}
