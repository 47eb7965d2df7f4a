namespace Plumbline.Diagnosis.Tracing;

public sealed partial class Tracer
{
    /// <summary>A question about one piece of a packet: the sender sends the other as well, and trackers on the way wait for both.</summary>
    private void FollowOtherPiece(TraceEnds ends, TraceFrame frame)
    {
        if (frame.Fragment is not { } part)
        {
            return;
        }
        var own = _session;
        _session = new() { Group = own.Group, Pretender = own.Pretender, FalseAddress = own.FalseAddress, FalseMac = own.FalseMac };
        var sent = Exchange(ends.Origin, frame with { Fragment = part == FragmentPart.First ? FragmentPart.Later : FragmentPart.First },
            ends.OriginNic, TracePhase.Forward, ends);
        foreach (var ((space, isIPv6), devices) in _session.Wanted)
        {
            own.Want(space, isIPv6, devices);
        }
        if (sent is { Arrived: null, Drop: { } drop, Unknowns.Count: 0 })
        {
            own.OtherPiece = new(_session.Trackers, $"{drop.Node} {drop.Place}: {drop.What}");
        }
        _session = own;
    }
}
