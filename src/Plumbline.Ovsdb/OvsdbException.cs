using Plumbline.Primitives;

namespace Plumbline.Ovsdb;

/// <summary>ovsdb-server (or the way to it) failed; carries the server's own words.</summary>
public sealed class OvsdbException : ProblemException
{
    /// <summary>Wraps what went wrong; <paramref name="error"/> is RFC 7047's error word, where the server gave one.</summary>
    public OvsdbException(Problem problem, string? error = null, Exception? inner = null)
        : base(problem, ExitStatus.BadInput, inner) => Error = error;

    /// <summary>RFC 7047 §3.1 <c>error</c>, e.g. <c>constraint violation</c>; null for transport troubles.</summary>
    public string? Error { get; }
}
