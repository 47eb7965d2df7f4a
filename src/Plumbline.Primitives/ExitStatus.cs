namespace Plumbline.Primitives;

/// <summary>The exit statuses of <c>plumb</c>, as documented in docs/exit-status.md.</summary>
public enum ExitStatus
{
    /// <summary>Done; nothing to report.</summary>
    Fine = 0,

    /// <summary>The question was answered and the answer is findings, or a DROP verdict.</summary>
    Findings = 1,

    /// <summary>Bad usage, bad input, or a source or file that could not be used.</summary>
    BadInput = 2,

    /// <summary>Refused, because it would be unsafe on this node.</summary>
    Refused = 3,

    /// <summary>Something that we made could not be removed; the message names it.</summary>
    LeftBehind = 4,

    /// <summary>The question could not be answered, because a fact is missing; the answer names it.</summary>
    Unknown = 5,

    /// <summary>A bug in plumb itself (EX_SOFTWARE of sysexits.h).</summary>
    Bug = 70,

    /// <summary>Ended by SIGINT, SIGTERM or SIGHUP after cleaning up.</summary>
    Interrupted = 130,
}
