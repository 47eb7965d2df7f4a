using Plumbline.Primitives;

namespace Plumbline.Diagnosis;

/// <summary>A question cannot be answered, or an action cannot be planned, on this node.</summary>
public sealed class DiagnosisException(Problem problem, ExitStatus status = ExitStatus.BadInput)
    : ProblemException(problem, status);
