namespace Plumbline.Iptables.Simulation;

public sealed partial class CompiledRuleset
{
    /// <summary>nat's place at a hook, before its chains: what is no first packet is rewritten here as its connection was.</summary>
    private static void BeginNat(ref Walk walk, ConntrackTable conntrack, in PacketHeader packet)
    {
        if (!walk.IsTracked)
        {
            walk.Track(conntrack, in packet);
        }
        walk.KeepFirst();
        walk.RoutedDestination = walk.Destination;
        if (!walk.IsNotrack && !walk.Entry.IsFirstPacket && walk.Entry.HasConnection)
        {
            NatTranslation.Repeat(ref walk);
        }
    }

    /// <summary>Behind nat's chains: a new destination wants a new way.</summary>
    /// <returns>False: there is none.</returns>
    private static bool EndNat(ResolvedPath path, int point, ref Walk walk, in PacketHeader packet, ref ResolvedPath? onward)
    {
        if (NatTranslation.IsAsked(in walk))
        {
            NatTranslation.ApplyNone(ref walk);
            _ = NatTranslation.IsDestination(walk.Point!.Hook) ? walk.IsDestinationDone = true : walk.IsSourceDone = true;
        }
        if (walk.Destination == walk.RoutedDestination || path.Path.Routing is not { } routing || (walk.Open & PacketFields.Destination) != 0)
        {
            return true;
        }
        var header = packet with
        {
            Source = walk.Source,
            Destination = walk.Destination,
            SourcePort = walk.SourcePort,
            DestinationPort = walk.DestinationPort,
            Mark = walk.Mark,
            TypeOfService = walk.TypeOfService,
        };
        if (routing.Route(path.Path.Points[point], in header) is not { } next)
        {
            return false;
        }
        onward = path.Turn(next);
        return true;
    }

    /// <summary>The last hook takes a new connection into conntrack's table, if its replies are not another's.</summary>
    private static bool IsRefused(ref Walk walk)
    {
        if (walk.IsConfirmed || walk.Point!.Hook is not (Hook.Input or Hook.Postrouting) || !walk.IsTracked || walk.IsNotrack
            || !walk.Entry.IsFirstPacket || !walk.Entry.HasConnection)
        {
            return false;
        }
        walk.IsConfirmed = !NatTranslation.IsTaken(in walk);
        return !walk.IsConfirmed;
    }
}
