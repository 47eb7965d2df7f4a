using Plumbline.Diagnosis;
using Plumbline.Node.Facts;

namespace Plumbline.Cli;

/// <summary>What of a node this user could not read: an answer without it may be wrong, and looks right.</summary>
internal static class UnreadSources
{
    /// <summary>A note a source.</summary>
    public static void Tell(NodeSnapshot snapshot, Action<string> note)
    {
        foreach (var source in snapshot.Sources.Where(s => s.Outcome is SourceOutcome.Forbidden or SourceOutcome.Failed))
        {
            note($"not read: {source.Source}{(source.Detail is null ? "" : $": {source.Detail}")}");
        }
    }

    /// <summary>The problem of a question that failed on <paramref name="snapshot"/>: where rights are missing, to get them comes first.</summary>
    public static Exception Explain(NodeSnapshot snapshot, DiagnosisException exception) =>
        snapshot.Sources.All(s => s.Outcome != SourceOutcome.Forbidden) ? exception : new CliException(
            new(
                $"{exception.Problem.What}, as far as this user may see", exception.Problem.Where,
                "run as root (sudo); on another node --host root@NODE, or --host USER@NODE --sudo"),
            exception.Status);
}
