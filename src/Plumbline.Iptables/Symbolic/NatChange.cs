using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// nat, backwards: of which packets does the rewritten one lie in a set. Where the simulator computes which address of a range is taken (a
/// hash) this says "one of them", with a free bit; which of the ports is taken at random nobody knows.
/// </summary>
internal sealed class NatChange(PacketSpace space, ChainTable table)
{
    private readonly BddStore _store = space.Store;

    /// <summary>Packets that lie in <paramref name="after"/> once the rule's target has rewritten them.</summary>
    public int Before(in CompiledRule rule, int after, HookPoint? point, bool isSourceHook)
    {
        var action = table.NatOf(in rule);
        var isDestination = rule.Effect == Effect.DestinationNat || rule.Effect == Effect.NetworkNat && !isSourceHook;
        var side = isDestination
            ? new Side(Field.Destination, Field.DestinationPort, Field.IsDestinationNat)
            : new Side(Field.Source, Field.SourcePort, Field.IsSourceNat);
        if (action.Kind == NatKind.Network)
        {
            return Mapped(after, side, action.Addresses!.Value);
        }
        var range = action.Addresses;
        if (action.Kind == NatKind.Own && !TryFindOwn(isDestination, point, out range))
        {
            return BddStore.False;
        }
        if (after <= BddStore.False)
        {
            return after; // nobody looks at it any more
        }
        var isIcmp = space.Is(Field.Protocol, space.Family == IPFamily.IPv4 ? IpProtocols.Icmp : IpProtocols.Icmpv6);
        var result = Plain(after, side, action, range, isDestination);
        if (action.IsRandom)
        {
            // of ICMP the identifier changes, which no rule sees
            result = _store.Ite(isIcmp, Written(after, side, action, range, null), result);
        }
        if (action.Ports is not null || action.IsRandom && !isDestination)
        {
            result = _store.Ite(Ported(), WithPorts(after, side, action, range, isDestination), result);
        }
        if (action.Kind == NatKind.Own && !isDestination && space.Family == IPFamily.IPv4)
        {
            result = _store.Ite(space.Is(Field.Source, 0), after, result);
        }
        return result;
    }

    /// <summary>A later packet of a connection that nat rewrote, or a reply: to what, the rules do not tell.</summary>
    public int BeforeRepeated(int after, bool isDestination)
    {
        var reply = space.Is(Field.IsReply, 1);
        var (source, destination) = (space.Is(Field.IsSourceNat, 1), space.Is(Field.IsDestinationNat, 1));
        var isRewritten = _store.And(
            space.Range(Field.State, (UInt128)(int)SymbolicState.Established, (UInt128)(int)SymbolicState.Related),
            isDestination ? _store.Ite(reply, source, destination) : _store.Ite(reply, destination, source));
        const string Text = "what nat made of the connection";
        var address = Open(after, isDestination ? Field.Destination : Field.Source, "nat connection", Text);
        var port = Open(address, isDestination ? Field.DestinationPort : Field.SourcePort, "nat connection", Text);
        return _store.Ite(isRewritten, _store.Ite(Ported(), port, address), after);
    }

    private int Plain(int after, Side side, NatAction action, AddressRange? range, bool isDestination)
    {
        if (range is null && action.Kind != NatKind.Own)
        {
            return after;
        }
        var written = Written(after, side, action, range, null);
        // one that is allowed already stays; of a range the destination is chosen anew all the same
        return range is not { } r || r.First != r.Last && (isDestination || action.IsRandom) ? written
            : _store.Ite(space.Range(side.Address, r.First, r.Last), after, written);
    }

    private int WithPorts(int after, Side side, NatAction action, AddressRange? range, bool isDestination)
    {
        var kept = range is { } one ? space.Range(side.Address, one.First, one.Last)
            : action.Kind == NatKind.Own ? BddStore.False : BddStore.True;
        if (action.Ports is not { } ports)
        {
            var low = space.Range(side.Port, 0, 511);
            var middle = space.Range(side.Port, 512, 1023);
            return _store.Ite(low, Any(new(1, 511)), _store.Ite(middle, Any(new(600, 1023)), Any(new(1024, 65535))));
        }
        ports = new(Math.Min(ports.First, ports.Last), Math.Max(ports.First, ports.Last));
        var within = space.Range(side.Port, ports.First, ports.Last);
        var addressOnly = range is null && action.Kind != NatKind.Own ? after : Written(after, side, action, range, null);
        if (action.PortBase is not null)
        {
            return Any(ports);
        }
        if (ports.First == ports.Last)
        {
            var written = Written(after, side, action, range, ports);
            return isDestination && range is { } pool && pool.First != pool.Last ? written : _store.Ite(_store.And(kept, within), after, written);
        }
        if (action.IsRandom)
        {
            return Any(ports);
        }
        // within the range the port stays; else the destination's becomes the first, the source's any
        var outside = isDestination ? Written(after, side, action, range, new(ports.First)) : Any(ports);
        var inside = isDestination && range is { } several && several.First != several.Last
            ? addressOnly : _store.Ite(kept, after, addressOnly);
        return _store.Ite(within, inside, outside);

        int Any(PortRange among)
        {
            var written = Written(after, side, action, range, among);
            // the same port by chance, and the same address, is no NAT
            var may = _store.And(kept, space.Range(side.Port, among.First, among.Last));
            var bit = space.Unknown("nat same " + action.Text, $"which address or port nat takes ({action.Text})");
            return _store.Ite(_store.And(may, bit), after, written);
        }
    }

    private int Written(int after, Side side, NatAction action, AddressRange? range, PortRange? ports)
    {
        after = space.Fix(after, side.Flag, 1);
        after = range is { } r ? Replaced(after, side.Address, r.First, r.Last, action)
            : action.Kind == NatKind.Own ? Open(after, side.Address, "nat " + action.Text, $"which address nat takes ({action.Text})")
            : after;
        return ports is { } p ? Replaced(after, side.Port, p.First, p.Last, action) : after;
    }

    private int Replaced(int after, Field field, UInt128 least, UInt128 greatest, NatAction action)
    {
        if (least == greatest)
        {
            return space.Fix(after, field, least);
        }
        var range = space.Range(field, least, greatest);
        return Either(
            "nat " + action.Text, $"which address or port nat takes ({action.Text})",
            space.Exists(_store.And(after, range), field), space.ForAll(_store.Or(after, range ^ 1), field));
    }

    private int Open(int after, Field field, string key, string text) =>
        !space.Asks(after, field) ? after : Either(key, text, space.Exists(after, field), space.ForAll(after, field));

    private int Either(string key, string text, int some, int all) =>
        some == all ? some : _store.Ite(space.Unknown(key, text), some, all);

    /// <summary>NETMAP: the network's bits are the rule's, the others stay.</summary>
    private int Mapped(int after, Side side, AddressRange network)
    {
        var width = space.Width(side.Address);
        var mask = ~(network.First ^ network.Last) & MaskedAddress.WholeMask(space.Family);
        var written = space.Fix(after, side.Flag, 1);
        for (var i = 0; i < width; i++)
        {
            if ((mask >> i & 1) != 0)
            {
                written = _store.Restrict(written, space.First(side.Address) + width - 1 - i, (network.First >> i & 1) != 0);
            }
        }
        return _store.Ite(space.Masked(side.Address, network.First, mask), after, written);
    }

    private int Ported() => _store.OrAll(
    [
        space.Is(Field.Protocol, IpProtocols.Tcp), space.Is(Field.Protocol, IpProtocols.Udp),
        space.Is(Field.Protocol, IpProtocols.UdpLite), space.Is(Field.Protocol, IpProtocols.Sctp),
    ]);

    /// <summary>Null where the node's addresses are not told, or the packet decides among them; false: there is none.</summary>
    private bool TryFindOwn(bool isDestination, HookPoint? point, out AddressRange? range)
    {
        range = null;
        if (point is null || table.Checks.Addresses?.Devices is null)
        {
            return true;
        }
        // which of several it is depends on where the packet goes: asked for no place in particular, and for none of them alone
        var walk = new Walk { Family = space.Family, Point = point };
        return isDestination ? OwnAddresses.TryFindDestination(table.Checks.Addresses, in walk, out range)
            : OwnAddresses.TryFindSource(table.Checks.Addresses, in walk, out range);
    }

    private readonly record struct Side(Field Address, Field Port, Field Flag);
}
