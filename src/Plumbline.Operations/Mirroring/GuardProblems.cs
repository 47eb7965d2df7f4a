namespace Plumbline.Operations.Mirroring;

/// <summary>What a user reads when the guard cannot be had.</summary>
internal static class GuardProblems
{
    public static OperationsException CannotStart(string file, Exception inner) => new(
        new($"cannot start the guard process: {inner.Message}", file, "the guard needs setsid (util-linux) and sh in PATH"),
        inner: inner);

    public static OperationsException OwnerAlive(string session, int pid) => new(new(
        $"session {session} is in use: its process {pid} still runs", null, "end the capture (Ctrl-C); it removes what it made"));

    public static OperationsException NotReady(string? said) => new(new(
        said is null ? "the guard process did not get ready" : $"the guard process did not get ready: {said}",
        "plumb guard",
        "nothing was changed on the node; run it once more"));
}
