using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

internal sealed partial class TopologyBuilder
{
    private readonly Dictionary<string, NamespaceLinks> _links = new(StringComparer.Ordinal);
    private Dictionary<string, List<ElementDraft>>? _linksElsewhere;
    private readonly HashSet<string> _listedWhole = [];
    private readonly HashSet<string> _kindsTold = [];
    private readonly HashSet<string> _mastersTold = [];

    /// <summary>All links of the node's own namespace are told: what is not among them does not exist.</summary>
    private bool IsRootListedWhole => _listedWhole.Contains("");

    private void AddLinks()
    {
        foreach (var facts in snapshot.Namespaces)
        {
            if (!_links.TryGetValue(facts.Name, out var here))
            {
                _links.Add(facts.Name, here = new(facts.Links.Count));
            }
            bool isWhole = false, hasKind = false, hasMaster = false;
            foreach (var link in facts.Links)
            {
                AddLink(facts, here, link);
                isWhole |= IsLoopback(link);
                hasKind |= link.Kind is not null;
                hasMaster |= link.MasterIndex is not null;
            }
            // a filtered listing (ip link | grep, an article) does not show the loopback device; a whole one always does
            if (isWhole && !facts.AreLinksCut)
            {
                _listedWhole.Add(facts.Name);
            }
            if (hasKind)
            {
                _kindsTold.Add(facts.Name);
            }
            if (hasMaster)
            {
                _mastersTold.Add(facts.Name);
            }
            foreach (var address in facts.Addresses)
            {
                here.ByIndex.GetValueOrDefault(address.IfIndex)?
                    .IPAddresses.Add($"{address.Address}/{address.PrefixLength}");
            }
        }
    }

    /// <summary>Who is a member of what, and what stands on what.</summary>
    private void StackLinks()
    {
        foreach (var here in _links.Values)
        {
            foreach (var draft in here.ByIndex.Values)
            {
                FindBelow(here, draft);
            }
        }
    }

    /// <summary>A link of the node's own namespace.</summary>
    private ElementDraft? FindOwnLink(string name) => _links.TryGetValue("", out var own) ? own.ByName.GetValueOrDefault(name) : null;

    /// <summary>Links of this name in namespaces other than the node's own, in the order told.</summary>
    private List<ElementDraft> FindElsewhere(string name)
    {
        if (_linksElsewhere is null)
        {
            _linksElsewhere = new(StringComparer.Ordinal);
            foreach (var draft in _drafts.Values)
            {
                if (draft is { Link: not null, Namespace: not (null or "") })
                {
                    (_linksElsewhere.TryGetValue(draft.Name, out var list) ? list : _linksElsewhere[draft.Name] = []).Add(draft);
                }
            }
        }
        return _linksElsewhere.GetValueOrDefault(name) ?? [];
    }

    private void AddLink(NamespaceFacts facts, NamespaceLinks here, Link link)
    {
        var draft = Add($"link:{facts.Name}/{link.Name}", link.Name, facts.Name);
        draft.Link = link;
        draft.Facts = facts;
        draft.Neighbourhood = here;
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
        here.ByIndex.TryAdd(link.IfIndex, draft);
        here.ByName.TryAdd(link.Name, draft);
    }

    /// <summary>Masters and lower devices; they may stand in another namespace only for VLANs and tunnels, where no pair is claimed.</summary>
    private static void FindBelow(NamespaceLinks here, ElementDraft draft)
    {
        var link = draft.Link!; // no others are here
        if (link.MasterIndex is { } master && here.ByIndex.TryGetValue(master, out var above))
        {
            draft.Master = above;
            above.Members.Add(draft);
        }
        if (link.LinkIndex is { } lower && link.LinkNamespaceId is null && lower != link.IfIndex
            && (IsNamedVlan(draft) || link.Kind is "vlan" or "macvlan" or "macvtap" or "ipvlan" or "macsec" or "vxlan" or "gretap" or "gre")
            && here.ByIndex.TryGetValue(lower, out var below))
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
        var names = new Dictionary<(string, int), string>();
        foreach (var facts in snapshot.Namespaces)
        {
            if (facts.Inode is { } inode)
            {
                byInode.TryAdd(inode, facts.Name);
            }
            foreach (var number in facts.Numbers)
            {
                if (number is { Inode: 0, Name: { } name })
                {
                    names.TryAdd((facts.Name, number.Id), name);    // a text tells no inode
                }
                else
                {
                    numbers.TryAdd((facts.Name, number.Id), number.Inode);
                }
            }
        }
        var ends = new List<ElementDraft>();
        foreach (var here in _links.Values)
        {
            foreach (var draft in here.ByIndex.Values)
            {
                if (IsVethEnd(draft))
                {
                    ends.Add(draft);
                }
            }
        }
        var abroad = ends.Where(e => e.Link!.LinkNamespaceId is not null)
            .ToLookup(e => (e.Link!.IfIndex, e.Link!.LinkIndex!.Value));
        foreach (var end in ends)
        {
            var link = end.Link!;
            ElementDraft? peer = null;
            if (link.LinkNamespaceId is not { } id)
            {
                peer = end.Neighbourhood!.ByIndex.GetValueOrDefault(link.LinkIndex!.Value);
            }
            else if (names.TryGetValue((end.Namespace!, id), out var told))
            {
                peer = _links.GetValueOrDefault(told)?.ByIndex.GetValueOrDefault(link.LinkIndex!.Value);
            }
            else if (numbers.TryGetValue((end.Namespace!, id), out var inode))
            {
                peer = byInode.TryGetValue(inode, out var home)
                    ? _links.GetValueOrDefault(home)?.ByIndex.GetValueOrDefault(link.LinkIndex!.Value)
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
        && (link.Kind == "veth" || link.Kind is null && link.Data is null
            && (link.LinkNamespaceId is not null || link.LinkIndex != link.IfIndex) && !IsNamedVlan(draft));

    /// <summary><c>bond1.57@bond1</c>, where nobody told its kind.</summary>
    private static bool IsNamedVlan(ElementDraft draft) => draft.Link is { Kind: null, LinkNamespaceId: null } link
        && draft.Name.LastIndexOf('.') is > 0 and var dot && draft.Neighbourhood?.ByIndex.GetValueOrDefault(link.LinkIndex ?? 0) is { } lower
        && draft.Name.AsSpan(0, dot).SequenceEqual(lower.Name) && draft.Name.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') < 0;

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
