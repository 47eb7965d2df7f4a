using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources.Texts;

/// <summary>Collects what texts tell about one node. What is told first stands; later tellers fill the gaps.</summary>
internal sealed class SnapshotBuilder
{
    private readonly SortedDictionary<string, NamespaceBuilder> _namespaces = new(StringComparer.Ordinal) { [""] = new("") };
    private readonly List<string> _hosts = [];

    /// <summary>Rows told as JSON.</summary>
    public OvsTables OvsTables { get; } = new();

    /// <summary>What <c>ovs-vsctl show</c> told.</summary>
    public OvsFacts? OvsShown { get; set; }

    /// <summary>libvirt's domains by name.</summary>
    public Dictionary<string, Domain> Domains { get; } = new(StringComparer.Ordinal);

    /// <summary>Firewall texts by namespace and tool.</summary>
    public SortedDictionary<(string Namespace, string Tool), FirewallText> Firewall { get; } = [];

    /// <summary>How the node's own namespace numbers others, by name.</summary>
    public Dictionary<string, int> NamespaceNumbers { get; } = new(StringComparer.Ordinal);

    /// <summary>Reports that readers added themselves: what was cut, what did not fit.</summary>
    public List<SourceReport> Remarks { get; } = [];

    /// <summary>Hosts that the texts name, in the order met.</summary>
    public IReadOnlyList<string> Hosts => _hosts;

    /// <summary>The namespaces told about; the node's own, with an empty name, is first.</summary>
    public IReadOnlyCollection<NamespaceBuilder> Namespaces => _namespaces.Values;

    /// <summary>The namespace <paramref name="name"/>, made where new.</summary>
    public NamespaceBuilder Namespace(string name)
    {
        if (!_namespaces.TryGetValue(name, out var builder))
        {
            _namespaces[name] = builder = new(name);
        }
        return builder;
    }

    /// <summary>The text was taken on <paramref name="host"/>.</summary>
    public void AddHost(string host)
    {
        var shortName = host.Split('.')[0];
        if (!_hosts.Exists(known => known.Split('.')[0] == shortName))
        {
            _hosts.Add(host);
        }
    }

    /// <summary>The facts, with <paramref name="sources"/> as the account of them.</summary>
    public NodeSnapshot Build(IReadOnlyList<SourceReport> sources) => new()
    {
        Host = _hosts.Count > 0 ? _hosts[0] : null,
        Sources = sources,
        Namespaces = [.. _namespaces.Values.Select(builder => builder.Build(
            builder.Name.Length == 0 ? NamespaceNumbers : null))],
        Ovs = OvsTables.Any ? OvsTables.ToFacts(OvsShown) : OvsShown,
        Domains = [.. Domains.Values.OrderBy(domain => domain.Name, StringComparer.Ordinal)],
        Firewall = [.. Firewall.Values],
    };
}
