using System.Globalization;
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

    /// <summary>One of these listings has its head and its end.</summary>
    public bool SeesWholeSwitch { get; set; }

    /// <summary>libvirt's domains by name.</summary>
    public Dictionary<string, Domain> Domains { get; } = new(StringComparer.Ordinal);

    /// <summary>Firewall texts by namespace and tool.</summary>
    public SortedDictionary<(string Namespace, string Tool), FirewallText> Firewall { get; } = [];

    /// <summary>How the node's own namespace numbers others, by name.</summary>
    public Dictionary<string, int> NamespaceNumbers { get; } = new(StringComparer.Ordinal);

    /// <summary>Listings of bridges, to be given to them when all are known.</summary>
    public List<SwitchListing> SwitchListings { get; } = [];

    /// <summary>What was told of the datapath; its bridges are empty until the end.</summary>
    public SwitchingFacts Datapath { get; set; } = new();

    /// <summary>Processes by number.</summary>
    public SortedDictionary<int, ProcessFacts> Processes { get; } = [];

    /// <summary>Answers of Neutron's API by collection.</summary>
    public SortedDictionary<string, ApiDocument> Api { get; } = new(StringComparer.Ordinal);

    /// <summary>Files of agents by path.</summary>
    public SortedDictionary<string, NodeFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of domains that <c>virsh list</c> shows, and whether they run.</summary>
    public Dictionary<string, bool> DomainStates { get; } = new(StringComparer.Ordinal);

    /// <summary>os-release's name.</summary>
    public string? OperatingSystem { get; set; }

    /// <summary>The kernel's release.</summary>
    public string? Kernel { get; set; }

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
        var shortName = ShortName(host);
        if (!_hosts.Exists(known => ShortName(known) == shortName))
        {
            _hosts.Add(host);
        }
    }

    /// <summary>A host's name without its domain; an address (<c>ssh 10.0.0.5</c>) as it is.</summary>
    public static string ShortName(string host) => System.Net.IPAddress.TryParse(host, out _) ? host : host.Split('.')[0];

    /// <summary>What a command printed that found no ovsdb-server; null: none did.</summary>
    public string? DatabaseRefusal { get; set; }

    /// <summary>What a command printed that found no ovs-vswitchd; null: none did.</summary>
    public string? SwitchRefusal { get; set; }

    /// <summary>The texts tell more than a name: something that only a node has.</summary>
    public bool TellsOfNode => DatabaseRefusal is not null || OvsTables.Any || OvsShown is not null || Domains.Count > 0 || Firewall.Count > 0 || SwitchListings.Count > 0
        || Datapath != new SwitchingFacts() || Processes.Count > 0 || _namespaces.Count > 1 || _namespaces[""].TellsAnything;

    /// <summary>Files of one node's folder are one node's, whatever names its prompts show.</summary>
    public void KeepFirstHost()
    {
        if (_hosts.Count > 1)
        {
            _hosts.RemoveRange(1, _hosts.Count - 1);
        }
    }

    /// <summary>
    /// The facts; <paramref name="report"/> makes the account of them, when all remarks are known and it is known which bridges have flows.
    /// </summary>
    public NodeSnapshot Build(Func<OvsFacts?, SwitchingFacts?, IReadOnlyList<SourceReport>> report)
    {
        var ovs = OvsTables.Any ? OvsTables.ToFacts(OvsShown) : OvsShown;
        if (ovs is not null && !SeesWholeSwitch && (OvsTables.Bridges is null || OvsTables.Ports is null || OvsTables.Interfaces is null))
        {
            ovs = ovs with { IsCut = true };
        }
        var switching = BuildSwitching(ovs);
        foreach (var network in _namespaces.Values)
        {
            ConntrackSource.AddCounts(network);
        }
        return new()
        {
            Host = _hosts.Count > 0 ? _hosts[0] : null,
            Kernel = Kernel,
            OperatingSystem = OperatingSystem,
            Sources = report(ovs, switching),
            Namespaces = [.. _namespaces.Values.Select(builder => builder.Build(
                builder.Name.Length == 0 ? NamespaceNumbers : null))],
            Ovs = ovs,
            Switching = switching,
            Domains = [.. BuildDomains().OrderBy(domain => domain.Name, StringComparer.Ordinal)],
            Firewall = BackEnds.Sort(Firewall.Values),
            Processes = Processes.Count > 0 ? [.. Processes.Values] : null,
            Api = Api.Count > 0 ? [.. Api.Values] : null,
            Files = Files.Count > 0 ? [.. Files.Values] : null,
        };
    }

    private SwitchingFacts? BuildSwitching(OvsFacts? ovs)
    {
        var attribution = new SwitchAttribution(ovs);
        var left = SwitchListings.FindAll(listing => !listing.IsPart);
        foreach (var part in SwitchListings.Where(listing => listing.IsPart).Select(listing => (listing.Where, listing.Kind)).Distinct())
        {
            Remarks.Add(new()
            {
                Source = "flows",
                Where = part.Where,
                Outcome = SourceOutcome.Partial,
                Detail = $"a listing ({SwitchListingKinds.Words(part.Kind)}) has a mark of lines left out",
                Consequence = "it is left out, as a flow that it does not show would be taken for gone: add the whole output",
            });
        }
        for (var before = left.Count + 1; left.Count < before;)
        {
            before = left.Count;
            left = left.FindAll(listing => !attribution.Give(listing));     // each that is given leaves fewer bridges for the others
        }
        foreach (var group in left.Where(listing => listing.Text.Length > 0).GroupBy(listing => (listing.Where, listing.Kind)))
        {
            var (count, kind) = (group.Count(), SwitchListingKinds.Words(group.Key.Kind));
            Remarks.Add(new()
            {
                Source = "flows",
                Where = group.Key.Where,
                Outcome = SourceOutcome.Partial,
                Detail = count == 1 ? $"a listing ({kind}) does not say of which bridge it is"
                    : string.Create(CultureInfo.InvariantCulture, $"{count} listings ({kind}) do not say of which bridge they are"),
                Consequence = $"{(count == 1 ? "it is" : "they are")} left out: name the file after the bridge, or keep the command above its output",
            });
        }
        var facts = Datapath with { Bridges = attribution.Bridges };
        return facts == new SwitchingFacts() with { Bridges = facts.Bridges } && facts.Bridges.Count == 0 ? null : facts;
    }

    private IEnumerable<Domain> BuildDomains()
    {
        foreach (var domain in Domains.Values)
        {
            yield return DomainStates.TryGetValue(domain.Name, out var runs) ? domain with { IsRunning = runs } : domain;
        }
        foreach (var (name, runs) in DomainStates)
        {
            if (!Domains.ContainsKey(name))
            {
                yield return new() { Name = name, IsRunning = runs };
            }
        }
    }
}
