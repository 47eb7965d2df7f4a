using Plumbline.Primitives;

namespace Plumbline.Operations;

/// <summary>An action failed, was refused, or left something behind; the status says which.</summary>
public sealed class OperationsException(Problem problem, ExitStatus status = ExitStatus.BadInput, Exception? inner = null)
    : ProblemException(problem, status, inner);
