using System.Globalization;
using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// Carries a frame from place to place until every copy of it has come to an end: devices, Linux bridges with the rules of bridged packets,
/// Open vSwitch, tunnels with the way of their outer packets, wires between nodes, routers.
/// </summary>
internal sealed partial class FrameWalker(TraceFabric fabric, TraceSession session, IResolver resolver)
{
    private const int MaxDepth = 120;
    private const int MaxMoves = 20_000;

    /// <summary>is_skb_forwardable(): a bridge or veth lets a frame pass that is larger by a VLAN tag, whether it has one or not.</summary>
    private const int VlanSlack = 4;

    private readonly Queue<Action> _moves = new();
    private readonly List<WalkEnd> _ends = [];

    /// <summary>Runs until nothing moves any more.</summary>
    private List<WalkEnd> Run()
    {
        for (var moves = 0; _moves.TryDequeue(out var move); moves++)
        {
            if (moves > MaxMoves)
            {
                session.Note("too many copies: the frame goes round in a loop");
                break;
            }
            move();
        }
        return _ends;
    }

    private bool IsTooDeep(Trail? trail, TraceFrame frame)
    {
        if (trail?.Depth < MaxDepth || trail is null)
        {
            return false;
        }
        _ends.Add(new(WalkEndKind.Dropped, trail, frame)
        {
            Drop = new() { Cause = TraceCause.Nobody, Node = trail.Hop.Node, Place = trail.Hop.Place, What = "the frame goes round in a loop" },
        });
        return true;
    }

    private void Drop(
        TraceCause cause, TraceSpace? space, string place, string what, TraceFrame frame, Trail? trail, IReadOnlyList<string>? evidence = null,
        WalkEndKind kind = WalkEndKind.Dropped, IReadOnlyList<HopCounter>? counters = null) => _ends.Add(new(kind, trail, frame)
        {
            Drop = new()
            {
                Cause = cause,
                Node = space?.Node.Name,
                Namespace = space?.Name,
                Place = place,
                What = what,
                Phase = session.Phase,
                Evidence = evidence ?? [],
                Counters = counters ?? [],
            },
        });

    private void Missing(string fact, TraceFrame frame, Trail? trail) =>
        _ends.Add(new(WalkEndKind.Unknown, trail, frame) { Missing = fact });

    private static bool IsAdminUp(Link link) => (link.Flags & LinkFlags.Up) != 0;

    /// <summary>Up, with carrier as far as that is told.</summary>
    private static bool HasCarrier(Link link) => link.OperationalState is not (OperationalState.Down or OperationalState.LowerLayerDown
        or OperationalState.NotPresent or OperationalState.Dormant) || (link.Flags & LinkFlags.LowerUp) != 0;

    private bool IsUp(TraceSpace space, Link link, TraceFrame frame, Trail? trail)
    {
        if (!IsAdminUp(link))
        {
            Drop(TraceCause.Link, space, link.Name, $"{link.Name} is set down", frame, trail);
            return false;
        }
        if (!HasCarrier(link))
        {
            Drop(TraceCause.Link, space, link.Name, $"{link.Name} has no carrier: its other end is down or gone", frame, trail);
            return false;
        }
        return true;
    }

    private bool Fits(TraceSpace space, Link link, TraceFrame frame, Trail? trail, bool isBridged)
    {
        var most = link.Mtu is { } mtu ? mtu + (isBridged && frame.Vlan is null ? VlanSlack : 0) : int.MaxValue;
        if (frame.Size <= most)
        {
            return true;
        }
        var what = frame.Cargo is { } cargo
            ? string.Create(CultureInfo.InvariantCulture,
                $"{link.Name} takes {link.Mtu} bytes, the {cargo.Type} packet around {cargo.Inner.Size} bytes has {frame.Size}")
            : string.Create(CultureInfo.InvariantCulture, $"{link.Name} takes {link.Mtu} bytes, the packet has {frame.Size}");
        Drop(TraceCause.Mtu, space, link.Name, what, frame, trail);
        return false;
    }

    private static Trail Step(Trail? trail, HopKind kind, TraceSpace? space, string place, string what, IReadOnlyList<string>? evidence = null,
        IReadOnlyList<string>? unknowns = null, IReadOnlyList<HopCounter>? counters = null) => new(trail, new()
        {
            Kind = kind,
            Node = space?.Node.Name,
            Namespace = space?.Name,
            Place = place,
            What = what,
            Evidence = evidence ?? [],
            Counters = counters ?? [],
        })
        { Unknowns = unknowns ?? [] };
}
