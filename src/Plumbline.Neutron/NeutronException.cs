using Plumbline.Primitives;

namespace Plumbline.Neutron;

/// <summary>What was given about ports and groups cannot be used.</summary>
public sealed class NeutronException(Problem problem, ExitStatus status = ExitStatus.BadInput)
    : ProblemException(problem, status);
