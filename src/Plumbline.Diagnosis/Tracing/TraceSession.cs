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
