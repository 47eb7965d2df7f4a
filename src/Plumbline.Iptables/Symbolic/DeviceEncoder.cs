using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>What a rule asks of devices, as a set of packets: all or none where the question fixes them.</summary>
internal sealed class DeviceEncoder(PacketSpace space, Devices devices)
{
    private readonly Dictionary<(Field Field, InterfaceName Name), int> _known = [];
    private readonly BddStore _store = space.Store;

    /// <summary>The point's devices are all given: a rule's matches are then true or false.</summary>
    public HookPoint? Point => devices.Point;

    /// <summary>Devices that a packet can have at the hook.</summary>
    public int Possible()
    {
        if (devices.Point is not null)
        {
            return BddStore.True;
        }
        var isBefore = devices.Hook is Hook.Prerouting or Hook.Input;
        var result = BddStore.True;
        Require(Field.In, devices.Hook is Hook.Prerouting or Hook.Input or Hook.Forward);
        Require(Field.Out, !isBefore);
        if (devices.Hook is Hook.Output)
        {
            result = _store.And(result, space.Is(Field.PhysicalIn, 0));
        }
        return _store.And(result, devices.Hook is Hook.Forward or Hook.Postrouting
            ? _store.Or(space.Is(Field.PhysicalOut, 0), space.Is(Field.PhysicalIn, 0) ^ 1)
            : space.Is(Field.PhysicalOut, 0));

        void Require(Field field, bool isThere) =>
            result = _store.And(result, space.Is(field, 0) ^ (isThere ? 1 : 0));
    }

    /// <summary>Packets whose devices fit all of <paramref name="matches"/>.</summary>
    public int Encode(IReadOnlyList<Match> matches)
    {
        var result = BddStore.True;
        for (var i = 0; i < matches.Count; i++)
        {
            if (matches[i] is InterfaceMatch or PhysdevMatch)
            {
                result = _store.And(result, Encode(matches[i]));
                if (result == BddStore.False)
                {
                    break;
                }
            }
        }
        return result;
    }

    private int Encode(Match match)
    {
        if (devices.Point is { } point)
        {
            return DeviceTest.Holds(match, point) ? BddStore.True : BddStore.False;
        }
        return match switch
        {
            InInterfaceMatch m => Covers(Field.In, m.Interface) ^ (m.IsInverted ? 1 : 0),
            OutInterfaceMatch m => Covers(Field.Out, m.Interface) ^ (m.IsInverted ? 1 : 0),
            PhysdevMatch m => Encode(m),
            _ => BddStore.True,
        };
    }

    /// <summary>net/netfilter/xt_physdev.c, as DeviceTest has it; a packet came through a bridge where it has an input port.</summary>
    private int Encode(PhysdevMatch match)
    {
        var noIn = space.Is(Field.PhysicalIn, 0);
        var noOut = space.Is(Field.PhysicalOut, 0);
        var withoutBridge = match.IsBridged != true && match.IsIn != true && match.IsOut != true
            && match.In is not { IsInverted: false } && match.Out is not { IsInverted: false } ? BddStore.True : BddStore.False;
        var bridged = BddStore.True;
        if (match.IsBridged is { } isBridged)
        {
            bridged = _store.And(bridged, noOut ^ (isBridged ? 1 : 0));
        }
        if (match.IsIn is false)
        {
            bridged = BddStore.False;
        }
        if (match.IsOut is { } isOut)
        {
            bridged = _store.And(bridged, noOut ^ (isOut ? 1 : 0));
        }
        if (match.In is { } physicalIn)
        {
            bridged = _store.And(bridged, Covers(Field.PhysicalIn, physicalIn.Value) ^ (physicalIn.IsInverted ? 1 : 0));
        }
        if (match.Out is { } physicalOut)
        {
            bridged = _store.And(bridged, _store.And(
                noOut ^ 1, Covers(Field.PhysicalOut, physicalOut.Value) ^ (physicalOut.IsInverted ? 1 : 0)));
        }
        return _store.Ite(noIn, withoutBridge, bridged);
    }

    private int Covers(Field field, InterfaceName name)
    {
        if (_known.TryGetValue((field, name), out var known))
        {
            return known;
        }
        var numbers = new List<(UInt128, UInt128)>();
        if (!name.IsPrefix && space.Devices.NumberOf(name.Name) is >= 0 and var exact)
        {
            numbers.Add(((UInt128)exact, (UInt128)exact));
        }
        for (var i = 0; name.IsPrefix && i < space.Devices.Count; i++)
        {
            if (name.Covers(space.Devices[i]))
            {
                numbers.Add(((UInt128)i, (UInt128)i));
            }
        }
        return _known[(field, name)] = _store.Ranges(space.First(field), space.Width(field), Intervals.Merge(numbers));
    }
}
