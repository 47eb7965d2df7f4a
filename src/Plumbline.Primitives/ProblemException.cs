namespace Plumbline.Primitives;

/// <summary>
/// The world is wrong (not the caller): carries the <see cref="Problem"/> that the user will read. Each project derives one type of its own.
/// </summary>
public abstract class ProblemException : Exception
{
    /// <summary>Wraps <paramref name="problem"/>; <paramref name="inner"/> is kept for logs only.</summary>
    protected ProblemException(Problem problem, ExitStatus status = ExitStatus.BadInput, Exception? inner = null)
        : base(problem.ToString(), inner)
    {
        Problem = problem;
        Status = status;
    }

    /// <summary>What the user reads.</summary>
    public Problem Problem { get; }

    /// <summary>How the program ends when nobody catches this.</summary>
    public ExitStatus Status { get; }
}
