using Plumbline.Primitives;

namespace Plumbline.Ovsdb;

/// <summary>ovsdb-server (or the way to it) failed; carries the server's own words.</summary>
public sealed class OvsdbException : ProblemException
{
    /// <summary>Wraps what went wrong; <paramref name="error"/> is RFC 7047's error word, where the server gave one.</summary>
    public OvsdbException(Problem problem, OvsdbFailure failure, string? error = null, Exception? inner = null)
        : base(problem, ExitStatus.BadInput, inner)
    {
        Failure = failure;
        Error = error;
    }

    /// <summary>The kind of trouble.</summary>
    public OvsdbFailure Failure { get; }

    /// <summary>RFC 7047 §3.1 <c>error</c>, e.g. <c>constraint violation</c>; null for transport troubles.</summary>
    public string? Error { get; }

    /// <summary>RFC 7047 §3.1 <c>details</c>; null where the server gave none.</summary>
    public string? Details { get; init; }

    /// <summary>Which operation of a transaction failed, from 0; null where the commit as a whole did, or nothing was transacted.</summary>
    public int? OperationIndex { get; init; }
}
