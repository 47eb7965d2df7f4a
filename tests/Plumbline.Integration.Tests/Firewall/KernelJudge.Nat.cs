using System.Diagnostics;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

internal sealed partial class KernelJudge
{
    private static readonly string[] _bridgePorts = ["tapone", "qvbone"];

    private List<UInt128> _heard = [];

    /// <summary>nat is at work: a packet may leave by another device and under another name.</summary>
    public bool IsTranslating { get; init; }

    /// <summary>The last packet as it came out, and where; null: it did not.</summary>
    public (PacketHeader Header, ushort Identifier, string Device)? Out { get; private set; }

    /// <summary>It came out somewhere, or the node took it.</summary>
    private bool AskWhereItCameOut(TestPacket packet, in Decision expected, out string heard)
    {
        List<(string Device, byte[] Frame)> received = [];
        var header = packet.Header;
        _heard.Clear();
        if (packet.Way.Kind == TestWayKind.FromHost)
        {
            received = SendAndReceive(packet);
        }
        else if (packet.FirstFragment is { } first)
        {
            var (one, two) = FrameBuilder.BuildFragments(in header, packet.Details, first);
            received.AddRange(_node.Send(packet.Way.From, one));
            received.AddRange(_node.Send(packet.Way.From, two));
        }
        else
        {
            received.AddRange(_node.Send(packet.Way.From, FrameBuilder.Build(in header, packet.Details)));
        }
        _heard = _node.SourcesHeardByHost();
        // what goes round by lo comes in a little later
        for (var clock = Stopwatch.StartNew();
            _heard.Count == 0 && expected is { Outcome: Outcome.Passed, Last: { Hook: Hook.Input, In: "lo" } } && IsWatched(packet)
            && clock.ElapsedMilliseconds < 2000;)
        {
            _heard = _node.SourcesHeardByHost();
        }
        foreach (var (device, frame) in received)
        {
            if (Out is null && FrameReader.Read(frame) is { } read)
            {
                Out = (read.Header, read.Identifier, device);
            }
        }
        heard = $" (came out: {string.Join(' ', received.Select(r => r.Device))}; heard {_heard.Count})";
        return Out is not null || _heard.Count > 0;
    }

    /// <summary>What the simulator says of a packet that is about to be sent, with the connections that there are.</summary>
    public Decision ForeseeNext(TestPacket packet)
    {
        _conntrack.Begin(packet);
        var header = packet.Header;
        return _compiled.Decide(_compiled.Resolve(packet.Way.Path), in header, _conntrack);
    }

    private bool IsWatched(TestPacket packet) => KernelNode.IsWatched(packet.Header.Protocol, _family == IPFamily.IPv6);

    private void CompareTranslation(TestPacket packet, in Decision expected, bool arrived, string text)
    {
        var passed = expected.Outcome == Outcome.Passed;
        var last = expected.Last!;
        var isHere = passed && last.Hook == Hook.Input;
        var isAway = passed && last.Hook == Hook.Postrouting;
        var isWatched = IsWatched(packet);
        var differs = isHere && isWatched != (_heard.Count > 0) || isHere && Out is not null ? "should have come to the node"
            : !isHere && _heard.Count > 0 ? "should not have come to the node"
            : isAway && Out is null ? $"should have come out of {last.Out}"
            : !isAway && Out is not null ? "should not have come out"
            : isHere && isWatched && (expected.Open & PacketFields.Source) == 0 && _heard[0] != expected.Source ? $"source {AddressText(_heard[0])}"
            : isAway ? Difference(in expected, Out!.Value) : null;
        if (differs is not null)
        {
            _differences.Add($"{text}\n    simulator: {expected.Outcome} by {Place(expected)} {expected.Cause}, last {last.Hook} out {last.Out} {last.PhysicalOut},"
                + $" {AddressText(expected.Source)}:{expected.SourcePort} -> {AddressText(expected.Destination)}:{expected.DestinationPort} open {expected.Open};"
                + $" kernel: {differs}{(Out is { } o ? $", {o.Device} {AddressText(o.Header.Source)}:{o.Header.SourcePort} -> {AddressText(o.Header.Destination)}:{o.Header.DestinationPort}" : "")}");
        }
        _conntrack.Finish(in expected, expected.IsConfirmed, Out?.Header, Out?.Identifier);
    }

    /// <summary>Device, addresses and ports are those foreseen, but for what is left open.</summary>
    private static string? Difference(in Decision expected, (PacketHeader Header, ushort Identifier, string Device) found)
    {
        var header = found.Header;
        var hasPorts = header.Protocol is 6 or 17 or 132 or 136;
        return expected.Last!.PhysicalOut is { } port && port != found.Device ? "another port of the bridge"
            : expected.Last.PhysicalOut is null && (expected.Last.Out == "qbrone"
                ? !_bridgePorts.Contains(found.Device) : found.Device != expected.Last.Out) ? "another device"
            : (expected.Open & PacketFields.Source) == 0 && header.Source != expected.Source ? "another source"
            : (expected.Open & PacketFields.Destination) == 0 && header.Destination != expected.Destination ? "another destination"
            : !hasPorts ? null
            : (expected.Open & PacketFields.SourcePort) == 0 && header.SourcePort != expected.SourcePort ? "another source port"
            : (expected.Open & PacketFields.DestinationPort) == 0 && header.DestinationPort != expected.DestinationPort ? "another destination port"
            : null;
    }
}
