using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Checking;

/// <summary>One namespace's links by what others call them: a node has thousands, and most checks ask about each.</summary>
internal sealed class SpaceLinks
{
    private readonly Dictionary<int, Link> _byIndex;
    private readonly Dictionary<string, Link> _byName;
    private readonly Dictionary<int, List<Link>> _members = [];
    private readonly Dictionary<string, DeviceOffloads> _offloads = new(StringComparer.Ordinal);

    public SpaceLinks(NamespaceFacts facts)
    {
        _byIndex = new(facts.Links.Count);
        _byName = new(facts.Links.Count, StringComparer.Ordinal);
        foreach (var link in facts.Links)
        {
            _byIndex.TryAdd(link.IfIndex, link);
            _byName.TryAdd(link.Name, link);
            if (link.MasterIndex is { } master)
            {
                (_members.TryGetValue(master, out var members) ? members : _members[master] = []).Add(link);
            }
        }
        foreach (var offloads in facts.Offloads ?? [])
        {
            _offloads.TryAdd(offloads.Device, offloads);
        }
    }

    /// <summary>Null where there is none; of two the first told. So with the next.</summary>
    public Link? Find(int? ifIndex) => ifIndex is { } index ? _byIndex.GetValueOrDefault(index) : null;

    /// <inheritdoc cref="Find(int?)"/>
    public Link? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The link of a topology's element (<c>link:/NAME</c>).</summary>
    public Link? FindElement(string? id) => id is null ? null : Find(id[(id.LastIndexOf('/') + 1)..]);

    /// <summary>Those in the bridge or bond of this number, as told.</summary>
    public IReadOnlyList<Link> MembersOf(int master) => _members.TryGetValue(master, out var members) ? members : [];

    /// <summary>Null where not told.</summary>
    public DeviceOffloads? OffloadsOf(string device) => _offloads.GetValueOrDefault(device);
}
