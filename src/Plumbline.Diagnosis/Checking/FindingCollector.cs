namespace Plumbline.Diagnosis.Checking;

/// <summary>Findings under construction; the same one found twice stands once.</summary>
internal sealed class FindingCollector
{
    private readonly List<Finding> _findings = [];
    private readonly HashSet<(string? Node, string Id, string Object)> _known = [];
    private readonly List<string> _notChecked = [];

    public IReadOnlyList<Finding> Findings => _findings;

    public IReadOnlyList<string> NotChecked => _notChecked;

    public void Add(Finding finding)
    {
        if (_known.Add((finding.Node, finding.Id, finding.Object)))
        {
            _findings.Add(finding);
        }
    }

    public bool Has(CheckNode node, string id, string about) => _known.Contains((node.Name, id, about));

    /// <summary>Some node has such a finding, at the top or folded below another.</summary>
    public bool HasFolded(string id, string about) => _known.Any(k => k.Id == id && k.Object == about);

    public void Skip(string what)
    {
        if (!_notChecked.Contains(what))
        {
            _notChecked.Add(what);
        }
    }

    /// <summary>Puts findings that follow from another below it.</summary>
    public void Fold(Finding cause, Func<Finding, bool> follows)
    {
        if (!_findings.Contains(cause))
        {
            return; // it follows from something itself
        }
        var below = _findings.Where(f => f != cause && follows(f)).ToList();
        if (below.Count == 0)
        {
            return;
        }
        _findings.RemoveAll(below.Contains);
        _findings[_findings.IndexOf(cause)] = cause with { Consequences = [.. cause.Consequences, .. below] };
    }
}
