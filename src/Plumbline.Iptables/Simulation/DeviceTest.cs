namespace Plumbline.Iptables.Simulation;

/// <summary>Matches that the path alone decides: <c>-i</c>, <c>-o</c>, <c>-m physdev</c>.</summary>
internal static class DeviceTest
{
    /// <summary>Whether <paramref name="match"/> holds at <paramref name="point"/>.</summary>
    public static bool Holds(Match match, HookPoint point) => match switch
    {
        InInterfaceMatch m => m.Interface.Covers(point.In ?? "") != m.IsInverted,
        OutInterfaceMatch m => m.Interface.Covers(point.Out ?? "") != m.IsInverted,
        PhysdevMatch m => Holds(m, point),
        _ => true,
    };

    /// <summary>
    /// net/netfilter/xt_physdev.c. Without a bridge only negated options match. With one, an unknown input port is no objection, an
    /// unknown output port fails even <c>! --physdev-out</c>.
    /// </summary>
    private static bool Holds(PhysdevMatch match, HookPoint point)
    {
        if (!point.HasBridge)
        {
            return match.IsBridged != true && match.IsIn != true && match.IsOut != true
                && match.In is not { IsInverted: false } && match.Out is not { IsInverted: false };
        }
        if (match.IsBridged is { } bridged && bridged != point.PhysicalOut is not null
            || match.IsIn is { } isIn && isIn != point.PhysicalIn is not null
            || match.IsOut is { } isOut && isOut != point.PhysicalOut is not null)
        {
            return false;
        }
        if (match.In is { } wantedIn && point.PhysicalIn is { } deviceIn && wantedIn.Value.Covers(deviceIn) == wantedIn.IsInverted)
        {
            return false;
        }
        return match.Out is not { } wantedOut
            || point.PhysicalOut is { } deviceOut && wantedOut.Value.Covers(deviceOut) != wantedOut.IsInverted;
    }
}
