using System.Net;
using Plumbline.Diagnosis.Verdicts;
using Plumbline.Iptables;
using Plumbline.Iptables.Frames;
using Plumbline.Iptables.Simulation;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>A network namespace: devices, addresses, routes, rules.</summary>
internal sealed class TraceSpace
{
    private readonly Dictionary<string, Link> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Link> _byIndex = [];
    private readonly Dictionary<IPFamily, CompiledRuleset?> _compiled = [];
    private readonly Dictionary<string, FrameTables?> _frameTables = [];
    private NftRuleset? _nft;
    private bool _isNftRead;
    private ILookup<int, Link>? _members;

    public TraceSpace(TraceNode node, NamespaceFacts facts)
    {
        (Node, Facts) = (node, facts);
        foreach (var link in facts.Links)
        {
            _byName.TryAdd(link.Name, link);
            _byIndex.TryAdd(link.IfIndex, link);
        }
    }

    public TraceNode Node { get; }

    public NamespaceFacts Facts { get; }

    public string Name => Facts.Name;

    public bool IsOwn => Name.Length == 0;

    /// <summary>What is wrong with the rules' texts.</summary>
    public List<string> Notes { get; } = [];

    public Link? Link(string name)
    {
        if (_byName.TryGetValue(name, out var link))
        {
            return link;
        }
        Node.IsOutgrown |= IsOwn && name.Length > 0 && Node.Snapshot.Omitted?.Absent.Contains(name) == false;
        return null;
    }

    public Link? Link(int index)
    {
        if (_byIndex.TryGetValue(index, out var link))
        {
            return link;
        }
        Node.IsOutgrown |= IsOwn && index > 0 && Node.Snapshot.Omitted is not null;
        return null;
    }

    /// <summary>Ports of a bridge or members of a bond.</summary>
    public IEnumerable<Link> MembersOf(Link master) =>
        (_members ??= Facts.Links.Where(l => l.MasterIndex is not null).ToLookup(l => l.MasterIndex!.Value))[master.IfIndex];

    public IEnumerable<LinkAddress> AddressesOf(Link link) => Facts.Addresses.Where(a => a.IfIndex == link.IfIndex);

    /// <summary>The device that has an address; null where none has.</summary>
    public Link? DeviceWith(IPAddress address)
    {
        foreach (var own in Facts.Addresses)
        {
            if (own.Address.Equals(address) && !own.Tentative && Link(own.IfIndex) is { } link)
            {
                return link;
            }
        }
        return null;
    }

    /// <summary>The space takes packets for this address.</summary>
    public bool IsLocal(IPAddress address) => DeviceWith(address) is not null
        || IPAddress.IsLoopback(address)
        || Facts.Routes.Any(r => r.Type == 2 && r.Destination.AddressFamily == address.AddressFamily
            && new IPNetwork(Masked(r.Destination, r.PrefixLength), r.PrefixLength).Contains(address));

    public string? Sysctl(string name) => Facts.Sysctls.TryGetValue(name, out var value) ? value.Trim() : null;

    /// <summary>Rules of a family; null where none were told.</summary>
    public CompiledRuleset? Rules(IPFamily family)
    {
        if (!_compiled.TryGetValue(family, out var compiled))
        {
            var rules = Node.RulesOf(this);
            var rulesets = VerdictRules.Of(rules, family, Notes);
            compiled = rulesets.Count == 0 ? null
                : CompiledRuleset.Compile(rulesets, [.. rules.Sets.Values], VerdictRules.AddressesOf(Facts));
            _compiled[family] = compiled;
        }
        return compiled;
    }

    /// <summary>Rules of <c>ebtables</c> or <c>arptables</c>; null where there are none, or none were told.</summary>
    public FrameTables? FrameRules(string tool)
    {
        if (!_frameTables.TryGetValue(tool, out var tables))
        {
            var text = Facts.FrameRules?.FirstOrDefault(r => r.Tool == tool)?.Text;
            tables = text is null || FrameTablesParser.Parse(text, tool == "arptables") is not { IsEmpty: false } read ? null : read;
            _frameTables[tool] = tables;
        }
        return tables;
    }

    /// <summary>Tables of nft that are none of iptables'; null where there are none, or none were told.</summary>
    public NftRuleset? NftRules()
    {
        if (!_isNftRead)
        {
            _isNftRead = true;
            _nft = Facts.FrameRules?.FirstOrDefault(r => r.Tool == "nft") is { } told && NftParser.Parse(told.Text) is { Bases.Count: > 0 } read ? read : null;
        }
        return _nft;
    }

    /// <summary>What was told of a family's rules holds all that packets by these devices can meet.</summary>
    public bool Covers(IPFamily family, IReadOnlySet<string> devices)
    {
        foreach (var text in Node.Snapshot.Firewall)
        {
            if (IsOf(text, family) && (text.Devices is null || devices.IsSubsetOf(text.Devices)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Of a family's rules only those were read that packets by some devices can meet.</summary>
    public bool IsPartlyTold(IPFamily family)
    {
        foreach (var text in Node.Snapshot.Firewall)
        {
            if (IsOf(text, family) && text.Devices is not null)
            {
                return true;
            }
        }
        return false;
    }

    private bool IsOf(FirewallText text, IPFamily family) => text.Namespace == Name
        && text.Tool.StartsWith(family == IPFamily.IPv6 ? "ip6tables" : "iptables", StringComparison.Ordinal);

    /// <summary>Some text of the firewall was told, so that a family without one has no rules.</summary>
    public bool IsFirewallTold => Node.FirewallOf(Name)?.IsKnown == true;

    /// <summary>A network's address: what lies below the mask cleared.</summary>
    public static IPAddress Masked(IPAddress address, int length)
    {
        var octets = address.GetAddressBytes();
        for (var i = 0; i < octets.Length; i++)
        {
            var bits = Math.Clamp(length - 8 * i, 0, 8);
            octets[i] &= (byte)(0xff << (8 - bits));
        }
        return new(octets);
    }
}
