using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

internal sealed partial class RuleEncoder
{
    /// <summary>Addresses of one of these types; a free bit where only the node's addresses would tell.</summary>
    private int TypesOf(Field field, AddressTypes wanted, UnknownTest unknown)
    {
        // the first kind that fits decides, so they are laid over each other from the last to the first
        int result;
        if (checks.Addresses is { } node)
        {
            var local = space.Family == IPFamily.IPv4 ? AddressTypes.Local : AddressTypes.Local | AddressTypes.Unicast;
            result = Has(AddressTypes.Unicast);
            result = space.Family == IPFamily.IPv4 ? _store.Ite(Points(field, node.Broadcast), Has(AddressTypes.Broadcast), result) : result;
            result = _store.Ite(Points(field, node.Local), Has(local), result);
        }
        else
        {
            result = space.Unknown(unknown.Key, unknown.Text);
        }
        if (space.Family == IPFamily.IPv6)
        {
            result = checks.Addresses is null ? result : _store.Ite(space.Is(field, 0), Has(AddressTypes.Unspec), result);
            return _store.Ite(space.Masked(field, (UInt128)0xFF << 120, (UInt128)0xFF << 120), Has(AddressTypes.Multicast), result);
        }
        if (checks.Addresses is not null)
        {
            result = _store.Ite(space.Masked(field, 127u << 24, 0xFFu << 24), Has(AddressTypes.Local), result);
        }
        result = _store.Ite(space.Masked(field, 14u << 28, 15u << 28), Has(AddressTypes.Multicast), result);
        var broadcast = _store.Or(space.Masked(field, 0, 0xFFu << 24), space.Is(field, uint.MaxValue));
        return _store.Ite(broadcast, Has(AddressTypes.Broadcast), result);

        int Has(AddressTypes types) => (wanted & types) != 0 ? BddStore.True : BddStore.False;
    }

    private int Points(Field field, IReadOnlySet<UInt128> addresses)
    {
        var sorted = new List<UInt128>(addresses.Count);
        foreach (var address in addresses)
        {
            if (space.Family == IPFamily.IPv6 || address <= uint.MaxValue)
            {
                sorted.Add(address);
            }
        }
        sorted.Sort();
        return _store.Ranges(space.First(field), space.Width(field), sorted.ConvertAll(a => (a, a)).ToArray());
    }
}
