using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

internal sealed partial class RuleEncoder
{
    /// <summary>Addresses of one of these types; a free bit where only the node's addresses would tell.</summary>
    private int TypesOf(Field field, AddressTypes wanted, UnknownTest unknown)
    {
        if (space.Family == IPFamily.IPv6)
        {
            return TypesOf6(field, wanted, unknown);
        }
        // the first kind that fits decides, so they are laid over each other from the last to the first
        int result;
        if (checks.Addresses is { } node)
        {
            result = _store.Ite(Points(field, node.Broadcast), Has(AddressTypes.Broadcast), Has(AddressTypes.Unicast));
            result = _store.Ite(Points(field, node.Local), Has(AddressTypes.Local), result);
        }
        else
        {
            result = space.Unknown(unknown.Key, unknown.Text);
        }
        if (checks.Addresses is not null)
        {
            result = _store.Ite(space.Masked(field, 127u << 24, 0xFFu << 24), Has(AddressTypes.Local), result);
        }
        result = _store.Ite(space.Masked(field, 14u << 28, 15u << 28), Has(AddressTypes.Multicast), result);
        var broadcast = _store.Or(space.Is(field, 0), space.Is(field, uint.MaxValue));
        return _store.Ite(broadcast, Has(AddressTypes.Broadcast), result);

        int Has(AddressTypes types) => (wanted & types) != 0 ? BddStore.True : BddStore.False;
    }

    /// <summary>As <c>CheckRunner.TypeHolds6</c>: of the kinds that an address itself tells all, of the others one.</summary>
    private int TypesOf6(Field field, AddressTypes wanted, UnknownTest unknown)
    {
        var multicast = space.Masked(field, (UInt128)0xFF << 120, (UInt128)0xFF << 120);
        var result = BddStore.True;
        if ((wanted & AddressTypes.Multicast) != 0)
        {
            result = multicast;
        }
        if ((wanted & AddressTypes.Unicast) != 0)
        {
            var mapped = space.Masked(field, (UInt128)0xFFFF << 32, UInt128.MaxValue << 32);
            var other = _store.Or(_store.Or(multicast, mapped), space.Is(field, 0));
            result = _store.Minus(result, other);
        }
        if ((wanted & AddressTypes.Unspec) != 0)
        {
            result = _store.And(result, space.Is(field, 0));
        }
        var routed = wanted & NodeAddresses.Routed6;
        if (routed == 0)
        {
            return result;
        }
        var isTold = checks.Addresses is not null && routed == AddressTypes.Local;
        var found = isTold ? BddStore.False : space.Unknown(unknown.Key, unknown.Text);
        if (checks.Addresses is { } node && (routed & AddressTypes.Local) != 0)
        {
            found = _store.Or(found, Points(field, node.Local));
        }
        return _store.And(result, found);
    }

    private int Points(Field field, IReadOnlySet<UInt128> addresses)
    {
        var sorted = new List<UInt128>(addresses.Count);
        foreach (var address in addresses)
        {
            if (space.Family == IPFamily.IPv6 || address <= uint.MaxValue && address != 1)
            {
                sorted.Add(address);
            }
        }
        sorted.Sort();
        return _store.Ranges(space.First(field), space.Width(field), sorted.ConvertAll(a => (a, a)).ToArray());
    }
}
