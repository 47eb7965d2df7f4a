using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

internal sealed partial class RuleEncoder
{
    private readonly Dictionary<(CompiledSet Set, string Directions, bool ReturnNomatch), int> _sets = [];
    private readonly Stack<((CompiledSet Set, string Directions, bool ReturnNomatch) Key, int MadeAt)> _setOrder = new();

    /// <summary>Drops all diagrams made since the mark.</summary>
    public void Rewind(int mark)
    {
        Forget(mark);
        _store.Rewind(mark);
    }

    /// <summary>Forgets sets whose diagrams were made since the mark; another encoder of the same space drops them.</summary>
    public void Forget(int mark)
    {
        while (_setOrder.TryPeek(out var last) && last.MadeAt >= mark)
        {
            _sets.Remove(_setOrder.Pop().Key);
        }
    }

    private int SetOf(SetTest test)
    {
        var directions = string.Create(test.Directions.Length, test.Directions, static (span, all) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = all[i] == SetDirection.Source ? 's' : 'd';
            }
        });
        var key = (test.Set, directions, test.ReturnNomatch);
        if (_sets.TryGetValue(key, out var known))
        {
            return known;
        }
        var madeAt = _store.Mark();
        var edge = SetOf(test.Set, test, checks.Unknowns[test.Unknown]);
        _sets[key] = edge;
        _setOrder.Push((key, madeAt));
        return edge;
    }

    private int SetOf(CompiledSet set, SetTest test, UnknownTest unknown)
    {
        if (test.Directions.Length < set.Dimensions.Length || set.Family is { } family && family != space.Family)
        {
            return BddStore.False;
        }
        var partial = set.IsPartial ? space.Unknown(unknown.Key, unknown.Text) : BddStore.False;
        if (set.Dimensions[0] == SetDimension.Set)
        {
            var members = new List<int> { partial };
            foreach (var member in set.Sets)
            {
                members.Add(SetOf(member, test, unknown));
            }
            return _store.OrAll(members.ToArray());
        }
        if (Array.IndexOf(set.Dimensions, SetDimension.Device) >= 0)
        {
            return _store.And(Frame(set, test), space.Unknown(unknown.Key, unknown.Text));
        }
        var found = set.Entries.Values.Contains(true) ? WithExceptions(set, test, partial)
            : test.ReturnNomatch ? _store.Minus(partial, Plain(set, test))
            : _store.Or(partial, Plain(set, test));
        return _store.And(Frame(set, test), found);
    }

    /// <summary>What the packet must have before entries are looked at.</summary>
    private int Frame(CompiledSet set, SetTest test)
    {
        var result = BddStore.True;
        for (var i = 0; i < set.Dimensions.Length; i++)
        {
            var isSource = test.Directions[i] == SetDirection.Source;
            var edge = set.Dimensions[i] switch
            {
                SetDimension.Address or SetDimension.Net when set.RefusesZero =>
                    space.Masked(isSource ? Field.Source : Field.Destination, 0, MaskedAddress.MaskOf(space.Family, set.Netmask)) ^ 1,
                SetDimension.Mac when isSource => _store.And(space.Is(Field.HasSourceMac, 1), space.Is(Field.SourceMac, 0) ^ 1),
                SetDimension.Mac => space.Is(Field.DestinationMac, 0) ^ 1,
                _ => BddStore.True,
            };
            result = _store.And(result, edge);
        }
        return result;
    }

    /// <summary>Without exceptions: entries with the same element are one list of ranges, built at once.</summary>
    private int Plain(CompiledSet set, SetTest test)
    {
        var addresses = new List<Field>();
        for (var i = 0; i < set.Dimensions.Length; i++)
        {
            if (set.Dimensions[i] is SetDimension.Address or SetDimension.Net)
            {
                addresses.Add(test.Directions[i] == SetDirection.Source ? Field.Source : Field.Destination);
            }
        }
        if (addresses.Count != 1 || MaskedAddress.MaskOf(space.Family, set.Netmask) != MaskedAddress.WholeMask(space.Family))
        {
            var all = new List<int>(set.Entries.Count);
            foreach (var entry in set.Entries.Keys)
            {
                all.Add(EntryOf(set, test, entry));
            }
            return _store.OrAll(all.ToArray());
        }
        var field = addresses[0];
        var byElement = new Dictionary<ulong, List<(UInt128 First, UInt128 Last)>>();
        foreach (var entry in set.Entries.Keys)
        {
            if (!byElement.TryGetValue(entry.Element, out var ranges))
            {
                byElement[entry.Element] = ranges = [];
            }
            var mask = MaskedAddress.MaskOf(space.Family, entry.FirstLength);
            ranges.Add((entry.First & mask, entry.First & mask | ~mask & MaskedAddress.WholeMask(space.Family)));
        }
        var edges = new List<int>();
        foreach (var (element, ranges) in byElement)
        {
            var merged = Intervals.Merge(ranges);
            edges.Add(_store.And(ElementOf(set, test, element), _store.Ranges(space.First(field), space.Width(field), merged)));
        }
        return _store.OrAll(edges.ToArray());
    }

    /// <summary>With exceptions the longest prefix decides: laid over each other from the shortest on.</summary>
    private int WithExceptions(CompiledSet set, SetTest test, int missing)
    {
        var sorted = set.Entries.ToArray();
        Array.Sort(sorted, (a, b) => (a.Key.FirstLength, a.Key.SecondLength).CompareTo((b.Key.FirstLength, b.Key.SecondLength)));
        var result = missing;
        foreach (var (entry, isNomatch) in sorted)
        {
            var value = isNomatch == test.ReturnNomatch ? BddStore.True : BddStore.False;
            result = _store.Ite(EntryOf(set, test, entry), value, result);
        }
        return result;
    }

    private int EntryOf(CompiledSet set, SetTest test, SetKey entry)
    {
        var result = ElementOf(set, test, entry.Element);
        var netmask = MaskedAddress.MaskOf(space.Family, set.Netmask);
        var number = 0;
        for (var i = 0; i < set.Dimensions.Length; i++)
        {
            if (set.Dimensions[i] is not (SetDimension.Address or SetDimension.Net))
            {
                continue;
            }
            var field = test.Directions[i] == SetDirection.Source ? Field.Source : Field.Destination;
            var length = MaskedAddress.MaskOf(space.Family, number == 0 ? entry.FirstLength : entry.SecondLength);
            var address = (number++ == 0 ? entry.First : entry.Second) & length;
            result = (address & ~netmask) != 0 ? BddStore.False : _store.And(space.Masked(field, address, length & netmask), result);
        }
        return result;
    }

    private int ElementOf(CompiledSet set, SetTest test, ulong element)
    {
        for (var i = 0; i < set.Dimensions.Length; i++)
        {
            var isSource = test.Directions[i] == SetDirection.Source;
            switch (set.Dimensions[i])
            {
                case SetDimension.Port:
                    return PortOf(set, isSource, element);
                case SetDimension.Mac:
                    return space.Is(isSource ? Field.SourceMac : Field.DestinationMac, element);
                case SetDimension.Mark:
                    return space.Is(Field.Mark, element);
            }
        }
        return BddStore.True;
    }

    private int PortOf(CompiledSet set, bool isSource, ulong element)
    {
        var field = isSource ? Field.SourcePort : Field.DestinationPort;
        if (set.IsPortBitmap)
        {
            var protocols = _store.Or(space.Is(Field.Protocol, IpProtocols.Tcp), space.Is(Field.Protocol, IpProtocols.Udp));
            return _store.And(_store.And(protocols, LaterFragment() ^ 1), space.Is(field, element));
        }
        var protocol = (byte)(element >> 16);
        var port = (ushort)element;
        var isProtocol = space.Is(Field.Protocol, protocol);
        if (protocol is IpProtocols.Tcp or IpProtocols.Udp or IpProtocols.UdpLite or IpProtocols.Sctp)
        {
            return _store.And(_store.And(isProtocol, LaterFragment() ^ 1), space.Is(field, port));
        }
        if (protocol == (space.Family == IPFamily.IPv4 ? IpProtocols.Icmp : IpProtocols.Icmpv6))
        {
            var type = _store.And(space.Is(Field.IcmpType, (byte)(port >> 8)), space.Is(Field.IcmpCode, (byte)port));
            return _store.And(_store.And(isProtocol, LaterFragment() ^ 1), type);
        }
        return port != 0 || protocol == 0 && space.Family == IPFamily.IPv4 ? BddStore.False : isProtocol;
    }
}
