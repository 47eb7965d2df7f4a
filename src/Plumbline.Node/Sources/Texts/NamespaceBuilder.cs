using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// Collects links and addresses of one namespace. Texts name peers and masters where the kernel numbers them, and some (brctl) tell no
/// number at all: such links get negative ones, unique within the namespace.
/// </summary>
internal sealed partial class NamespaceBuilder(string name)
{
    private static readonly Dictionary<string, int> _noNumbers = [];

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private Lists _seen;
    private readonly Dictionary<string, LinkDraft> _links = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Device, string Address), AddressDraft> _addresses = [];

    /// <summary>Its name; empty for the node's own.</summary>
    public string Name => name;

    /// <summary>Sysctls by dotted name.</summary>
    public SortedDictionary<string, string> Sysctls { get; } = new(StringComparer.Ordinal);

    /// <summary>A list of links was cut off or filtered, and no other was whole.</summary>
    public bool AreLinksCut => _links is { Count: > 0 } && _seen is { CutLinks: true, WholeLinks: false };

    /// <summary>A list of addresses was cut off or filtered, and no other was whole.</summary>
    public bool AreAddressesCut => _seen is { CutAddresses: true, WholeAddresses: false };

    /// <summary>A list of links was read.</summary>
    /// <param name="isWhole">It shows the loopback device, and neither a filter nor a mark of lines left out.</param>
    /// <param name="hasAddresses">It is one of addresses too.</param>
    public void SawLinks(bool isWhole, bool hasAddresses) => _seen = new(
        _seen.WholeLinks || isWhole, _seen.CutLinks || !isWhole,
        _seen.WholeAddresses || (isWhole && hasAddresses), _seen.CutAddresses || (!isWhole && hasAddresses));

    /// <summary>
    /// A number for a namespace that a link names its peer's home by (<c>link-netns NAME</c>), as the facts have numbers there; above all that the
    /// kernel gives.
    /// </summary>
    public int NumberOf(string other)
    {
        const int First = 1 << 20;
        if (!_numbers.TryGetValue(other, out var number))
        {
            _numbers[other] = number = First + _numbers.Count;
        }
        return number;
    }

    /// <summary>How many links are known.</summary>
    public int LinkCount => _links.Count;

    /// <summary>How many addresses are known.</summary>
    public int AddressCount => _addresses.Count;

    /// <summary>Adds <paramref name="draft"/>, or what it tells beyond what is known of the link of that name.</summary>
    public void Add(LinkDraft draft) =>
        _links[draft.Name] = _links.TryGetValue(draft.Name, out var known) ? known.FilledFrom(draft) : draft;

    /// <summary>Adds an address of <paramref name="device"/>; one that is known already stands.</summary>
    public void Add(string device, LinkAddress address) =>
        _addresses.TryAdd((device, address.Address.ToString()), new(device, address));

    /// <summary>The facts; <paramref name="numbers"/> are other namespaces' numbers here, by name.</summary>
    public NamespaceFacts Build(IReadOnlyDictionary<string, int>? numbers)
    {
        var indexes = Number();
        var links = new List<Link>(_links.Count);
        foreach (var draft in _links.Values)
        {
            links.Add(draft.Facts with
            {
                IfIndex = indexes[draft.Name],
                MasterIndex = Index(indexes, draft.MasterName) ?? draft.Facts.MasterIndex,
                LinkIndex = Index(indexes, draft.PeerName) ?? draft.Facts.LinkIndex,
            });
        }
        links.Sort(static (a, b) => a.IfIndex.CompareTo(b.IfIndex));
        var addresses = new List<LinkAddress>(_addresses.Count);
        foreach (var draft in _addresses.Values)
        {
            addresses.Add(draft.Facts with { IfIndex = indexes[draft.Device] });
        }
        addresses.Sort(static (a, b) => a.IfIndex.CompareTo(b.IfIndex));
        return new()
        {
            Name = name,
            Links = links,
            AreLinksCut = AreLinksCut,
            AreAddressesCut = AreAddressesCut,
            Addresses = addresses,
            Routes = BuildRoutes(indexes),
            Neighbours = BuildNeighbours(indexes),
            Fdb = BuildFdb(indexes),
            RoutingRules = _rules,
            BridgeVlans = _vlans,
            FrameRules = _frameRules,
            Conntrack = Conntrack,
            Offloads = _offloads.Count > 0 ? [.. _offloads.Values] : null,
            Sockets = _sockets,
            Sysctls = Sysctls,
            Numbers = [.. (numbers ?? _noNumbers).Concat(_numbers).OrderBy(pair => pair.Value).Select(pair => new NamespaceNumber(pair.Value, 0, pair.Key))],
        };
    }

    /// <summary>An ifindex for every link, also for those that are only named as another's master, peer or address holder.</summary>
    private Dictionary<string, int> Number()
    {
        foreach (var draft in _links.Values.ToArray())
        {
            if (draft.MasterName is { } master)
            {
                Add(LinkDraft.Named(master));
            }
            if (draft.PeerName is { } peer)
            {
                Add(LinkDraft.Named(peer));
            }
        }
        foreach (var address in _addresses.Values)
        {
            Add(LinkDraft.Named(address.Device));
        }
        foreach (var device in DevicesOfForwarding())
        {
            if (!_links.ContainsKey(device))
            {
                Add(LinkDraft.Named(device));
            }
        }
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        var used = new HashSet<int>();
        var next = -1;
        foreach (var draft in _links.Values)
        {
            indexes[draft.Name] = draft.Facts.IfIndex > 0 && used.Add(draft.Facts.IfIndex) ? draft.Facts.IfIndex : next--;
        }
        return indexes;
    }

    private static int? Index(Dictionary<string, int> indexes, string? device) =>
        device is not null && indexes.TryGetValue(device, out var index) ? index : null;

    private readonly record struct Lists(bool WholeLinks, bool CutLinks, bool WholeAddresses, bool CutAddresses);

    private sealed record AddressDraft(string Device, LinkAddress Facts);
}
