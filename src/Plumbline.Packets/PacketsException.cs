using Plumbline.Primitives;

namespace Plumbline.Packets;

/// <summary>A capture file cannot be read or written.</summary>
public sealed class PacketsException(Problem problem, Exception? inner = null)
    : ProblemException(problem, ExitStatus.BadInput, inner);
