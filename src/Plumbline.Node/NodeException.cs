using Plumbline.Primitives;

namespace Plumbline.Node;

/// <summary>A snapshot cannot be read or written, or a target cannot be resolved.</summary>
public sealed class NodeException(Problem problem, ExitStatus status = ExitStatus.BadInput, Exception? inner = null)
    : ProblemException(problem, status, inner);
