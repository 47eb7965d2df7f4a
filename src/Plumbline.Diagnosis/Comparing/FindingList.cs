using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>Findings under construction: one that several ports suffer from stands once, with all of them.</summary>
internal sealed class FindingList
{
    private readonly Dictionary<string, (FirewallFinding Finding, List<string> Ports)> _found = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    public int Count => _order.Count;

    /// <summary>Adds a finding, or a port to the equal one that is here.</summary>
    public void Add(FirewallFinding finding, string? port, string subject)
    {
        var key = $"{finding.Id}|{finding.Family}|{finding.Table}|{finding.Chain}|{subject}";
        if (!_found.TryGetValue(key, out var known))
        {
            _found[key] = known = (finding with { Subject = finding.Subject ?? (subject.Length > 0 ? subject : null) }, []);
            _order.Add(key);
        }
        if (port is not null && !known.Ports.Contains(port))
        {
            known.Ports.Add(port);
        }
    }

    /// <summary>Whether a chain has a finding in a family.</summary>
    public bool Has(IPFamily family, string table, string chain) =>
        _found.Values.Any(f => f.Finding.Family == family && f.Finding.Table == table && f.Finding.Chain == chain);

    /// <summary>All, those that matter first.</summary>
    public IReadOnlyList<FirewallFinding> ToList() =>
    [
        .. _order.Select(k => _found[k]).Select(f => f.Finding with { Ports = [.. f.Finding.Ports.Union(f.Ports)] })
            .OrderBy(f => f.HasEffect ? 0 : 1),
    ];
}
