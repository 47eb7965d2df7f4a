using Plumbline.Primitives;

namespace Plumbline.Cli;

/// <summary>The command line was wrong.</summary>
internal sealed class CliException(Problem problem, ExitStatus status = ExitStatus.BadInput)
    : ProblemException(problem, status);
