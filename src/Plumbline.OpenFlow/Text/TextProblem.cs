using Plumbline.Primitives;

namespace Plumbline.OpenFlow.Text;

/// <summary>Something in pasted text that we could not read. The rest of the text was read all the same.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="What">What is wrong, with the words that stand there.</param>
/// <param name="Fix">What to do.</param>
public sealed record TextProblem(int Line, int Column, string What, string Fix)
{
    /// <summary>As any other fault that a user reads.</summary>
    /// <param name="source">File or command that the text is from.</param>
    public Problem ToProblem(string source) => new(What, $"{source}, line {Line}, column {Column}", Fix);
}
