namespace Plumbline.Diagnosis.Tracing;

/// <summary>What one question gathers on its way.</summary>
internal sealed class TraceSession
{
    public TraceConntrack Conntrack { get; } = new();

    public List<TraceLeg> Legs { get; } = [];

    public List<string> Assumptions { get; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>MACs that a stack has learned: of whom it asked, and of who asked it.</summary>
    public Dictionary<(string Stack, string Address), Resolution> Resolved { get; } = [];

    /// <summary>Rules that were met and not told, with the devices of those who met them.</summary>
    public Dictionary<(TraceSpace Space, bool IsIPv6), HashSet<string>> Wanted { get; } = [];

    public void Want(TraceSpace space, bool isIPv6, IEnumerable<string> devices)
    {
        if (!Wanted.TryGetValue((space, isIPv6), out var known))
        {
            Wanted[(space, isIPv6)] = known = new(StringComparer.Ordinal);
        }
        known.UnionWith(devices);
    }

    public TracePhase Phase { get; set; } = TracePhase.Forward;

    public void Assume(string text)
    {
        if (!Assumptions.Contains(text))
        {
            Assumptions.Add(text);
        }
    }

    public void Note(string text)
    {
        if (!Notes.Contains(text))
        {
            Notes.Add(text);
        }
    }
}
