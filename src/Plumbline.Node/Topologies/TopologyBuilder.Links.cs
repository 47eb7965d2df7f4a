using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

internal sealed partial class TopologyBuilder
{
    private readonly Dictionary<(string Namespace, int IfIndex), ElementDraft> _byIndex = [];
    private readonly Dictionary<(string Namespace, string Name), ElementDraft> _linksByName = [];
    private readonly Dictionary<string, List<ElementDraft>> _linksEverywhere = new(StringComparer.Ordinal);
    private readonly HashSet<string> _listedWhole = [];
    private readonly HashSet<string> _kindsTold = [];
    private readonly HashSet<string> _mastersTold = [];

    /// <summary>All links of the node's own namespace are told: what is not among them does not exist.</summary>
    private bool IsRootListedWhole => _listedWhole.Contains("");

    private void AddLinks()
    {
        foreach (var facts in snapshot.Namespaces)
        {
            foreach (var link in facts.Links)
            {
                AddLink(facts, link);
            }
            // a filtered listing (ip link | grep, an article) does not show the loopback device; a whole one always does
            if (facts.Links.Any(IsLoopback))
            {
                _listedWhole.Add(facts.Name);
            }
            if (facts.Links.Any(l => l.Kind is not null))
            {
                _kindsTold.Add(facts.Name);
            }
            if (facts.Links.Any(l => l.MasterIndex is not null))
            {
                _mastersTold.Add(facts.Name);
            }
            foreach (var address in facts.Addresses)
            {
                _byIndex.GetValueOrDefault((facts.Name, address.IfIndex))?
                    .IPAddresses.Add($"{address.Address}/{address.PrefixLength}");
            }
        }
    }

    /// <summary>Who is a member of what, and what stands on what.</summary>
    private void StackLinks()
    {
        foreach (var draft in _byIndex.Values)
        {
            FindBelow(draft);
        }
    }

    private void AddLink(NamespaceFacts facts, Link link)
    {
        var draft = Add($"link:{facts.Name}/{link.Name}", link.Name, facts.Name);
        draft.Link = link;
        draft.Facts = facts;
        draft.Address = link.Address is { Value: not 0 } address ? address : null;
        draft.Mtu = link.Mtu;
        draft.State = StateOf(link);
        if (link.Data is LinkData.Vxlan vxlan)
        {
            draft.Tunnel = new("vxlan", Unicast(vxlan.Local), Unicast(vxlan.Remote),
                vxlan.CollectMetadata ? "flow" : vxlan.Vni?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        else if (link.Data is LinkData.Gre gre)
        {
            draft.Tunnel = new(link.Kind ?? "gre", Unicast(gre.Local), Unicast(gre.Remote), gre.CollectMetadata
                ? "flow"
                : (gre.OutKey ?? gre.InKey)?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        _byIndex.TryAdd((facts.Name, link.IfIndex), draft);
        _linksByName.TryAdd((facts.Name, link.Name), draft);
        if (!_linksEverywhere.TryGetValue(link.Name, out var list))
        {
            _linksEverywhere[link.Name] = list = [];
        }
        list.Add(draft);
    }

    /// <summary>Masters and lower devices; they may stand in another namespace only for VLANs and tunnels, where no pair is claimed.</summary>
    private void FindBelow(ElementDraft draft)
    {
        var link = draft.Link!; // _byIndex holds links only
        if (link.MasterIndex is { } master && _byIndex.TryGetValue((draft.Facts!.Name, master), out var above))
        {
            draft.Master = above;
            above.Members.Add(draft);
        }
        if (link.LinkIndex is { } lower && link.LinkNamespaceId is null && lower != link.IfIndex
            && link.Kind is "vlan" or "macvlan" or "macvtap" or "ipvlan" or "macsec" or "vxlan" or "gretap" or "gre"
            && _byIndex.TryGetValue((draft.Facts!.Name, lower), out var below))
        {
            draft.Below = below;
        }
    }

    /// <summary>
    /// Veth ends name each other by ifindex and namespace number. Where the numbers are not told (text), two ends that name each other's
    /// ifindex across namespaces are a pair if no third one does so too.
    /// </summary>
    private void PairVeths()
    {
        var byInode = new Dictionary<ulong, string>();
        var numbers = new Dictionary<(string, int), ulong>();
        foreach (var facts in snapshot.Namespaces)
        {
            if (facts.Inode is { } inode)
            {
                byInode.TryAdd(inode, facts.Name);
            }
            foreach (var number in facts.Numbers)
            {
                numbers.TryAdd((facts.Name, number.Id), number.Inode);
            }
        }
        var ends = _byIndex.Values.Where(IsVethEnd).ToList();
        var abroad = ends.Where(e => e.Link!.LinkNamespaceId is not null)
            .ToLookup(e => (e.Link!.IfIndex, e.Link!.LinkIndex!.Value));
        foreach (var end in ends)
        {
            var link = end.Link!;
            ElementDraft? peer = null;
            if (link.LinkNamespaceId is not { } id)
            {
                peer = _byIndex.GetValueOrDefault((end.Namespace!, link.LinkIndex!.Value));
            }
            else if (numbers.TryGetValue((end.Namespace!, id), out var inode))
            {
                peer = byInode.TryGetValue(inode, out var home)
                    ? _byIndex.GetValueOrDefault((home, link.LinkIndex!.Value))
                    : null;
            }
            else
            {
                var candidates = abroad[(link.LinkIndex!.Value, link.IfIndex)]
                    .Where(c => c.Namespace != end.Namespace && MayPointTo(c, end)).Take(2).ToList();
                peer = candidates is [var only] ? only : null;
            }
            if (peer is not null && peer != end && IsVethEnd(peer) && peer.Link!.LinkIndex == link.IfIndex)
            {
                end.Peer = peer;
            }
        }
        foreach (var end in ends)
        {
            if (end.Peer is { } peer && peer.Peer != end)
            {
                end.Peer = null;
            }
        }

        bool MayPointTo(ElementDraft from, ElementDraft to) =>
            !numbers.TryGetValue((from.Namespace!, from.Link!.LinkNamespaceId!.Value), out var inode)
            || to.Facts!.Inode is null || to.Facts.Inode == inode;
    }

    private static bool IsVethEnd(ElementDraft draft) =>
        draft.Link is { LinkIndex: not null } link
        && (link.Kind == "veth" || link.Kind is null && link.Data is null && link.LinkIndex != link.IfIndex);

    private static bool IsLoopback(Link link) =>
        link.HardwareType == 772 || link.Flags.HasFlag(LinkFlags.Loopback) || link.Name == "lo";

    private static ElementState StateOf(Link link)
    {
        if (link.OperationalState is null && link.Flags == 0)
        {
            return ElementState.Unknown;
        }
        if (!link.Flags.HasFlag(LinkFlags.Up))
        {
            return ElementState.Down;
        }
        return link.OperationalState switch
        {
            OperationalState.Up => ElementState.Up,
            null => ElementState.Up,
            // drivers that do not keep the state (tun, loopback) still report their carrier; text without flags of carrier shows RUNNING
            OperationalState.Unknown => link.Flags.HasFlag(LinkFlags.LowerUp) || link.Flags.HasFlag(LinkFlags.Running)
                || link.Flags == LinkFlags.Up ? ElementState.Up : ElementState.Down,
            _ => ElementState.Down,
        };
    }

    private static IPAddress? Unicast(IPAddress? address) =>
        address is null || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? null : address;

    private static MacAddress? RowMac(OvsInterface row) =>
        KnownMac(row.MacInUse) ?? KnownMac(row.ExternalIds.GetValueOrDefault("attached-mac"));
}
