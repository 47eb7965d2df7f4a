using System.Net.Sockets;
using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Sources;

/// <summary>The devices of a node's own namespace in outline, and which of them belong to VMs that a question is not about.</summary>
internal sealed class OwnLinks
{
    private const int IdLength = 11;

    private readonly IReadOnlyList<LinkOutline> _links;

    /// <summary>Lists them.</summary>
    public OwnLinks(RouteNetlink netlink)
    {
        _links = netlink.ListLinkOutlines();
        Addresses = [.. netlink.ListAddresses()];
    }

    /// <summary>All addresses.</summary>
    public List<LinkAddress> Addresses { get; }

    /// <summary>
    /// Leaves out the devices of these ports (tap, qbr, qvb, qvo), so far as they are joined with nothing else and have no addresses of their
    /// own; so too bridges that have neither members nor addresses. Null where leaving them out would show.
    /// </summary>
    public OmittedLinks? Omit(HashSet<string> ids)
    {
        var byIndex = new Dictionary<int, LinkOutline>(_links.Count);
        var hasMembers = new HashSet<int>();
        foreach (var link in _links)
        {
            byIndex[link.IfIndex] = link;
            hasMembers.Add(link.MasterIndex);
            hasMembers.Add(link.IsAbroad ? 0 : link.LinkIndex);
        }
        var addressed = new HashSet<int>();
        foreach (var address in Addresses)
        {
            if (address.Address.AddressFamily == AddressFamily.InterNetwork || !address.Address.IsIPv6LinkLocal)
            {
                addressed.Add(address.IfIndex);
            }
        }
        foreach (var link in _links)
        {
            var id = IdOf(link.Name);
            if (id is not null && (addressed.Contains(link.IfIndex) || link.IsAbroad))
            {
                ids.Remove(id);
            }
            Join(link, id, link.MasterIndex, byIndex, ids);
            if (!link.IsAbroad)
            {
                Join(link, id, link.LinkIndex, byIndex, ids);
            }
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        var indexes = new HashSet<int>();
        bool isMemberLeft = false, isMemberKept = false;
        foreach (var link in _links)
        {
            if (IdOf(link.Name) is { } id ? ids.Contains(id)
                : link is { IsBridge: true, MasterIndex: 0 } && !hasMembers.Contains(link.IfIndex) && !addressed.Contains(link.IfIndex))
            {
                names.Add(link.Name);
                indexes.Add(link.IfIndex);
                isMemberLeft |= link.MasterIndex != 0;
            }
            else
            {
                isMemberKept |= link.MasterIndex != 0;
            }
        }
        foreach (var id in ids)
        {
            names.Add("qvo" + id);
            names.Add("tap" + id);
        }
        // whether membership is told at all is told by some device's having it
        return isMemberLeft && !isMemberKept ? null : new(ids, names, indexes);
    }

    /// <summary>The devices but those left out, by number, and their numbers.</summary>
    public (IReadOnlyList<Link> Links, IReadOnlySet<int> Indexes) Read(HashSet<int> omitted)
    {
        var links = new List<Link>();
        var wanted = new HashSet<int>();
        foreach (var outline in _links)
        {
            if (!omitted.Contains(outline.IfIndex))
            {
                links.Add(outline.Read());
                wanted.Add(outline.IfIndex);
            }
        }
        links.Sort(static (a, b) => a.IfIndex.CompareTo(b.IfIndex));
        return (links, wanted);
    }

    /// <summary>Two devices that have to do with each other are left out together or not at all.</summary>
    private static void Join(LinkOutline link, string? id, int index, Dictionary<int, LinkOutline> byIndex, HashSet<string> ids)
    {
        if (index == 0 || index == link.IfIndex || !byIndex.TryGetValue(index, out var other))
        {
            return;
        }
        var otherId = IdOf(other.Name);
        if (id == otherId || other.Name == "ovs-system")
        {
            return;
        }
        _ = id is not null && ids.Remove(id);
        _ = otherId is not null && ids.Remove(otherId);
    }

    /// <summary>Of a tap, qbr, qvb or qvo device the port's id.</summary>
    private static string? IdOf(string name) => name.Length == 3 + IdLength && name.AsSpan(0, 3) is "tap" or "qbr" or "qvb" or "qvo"
        ? name[3..] : null;
}
