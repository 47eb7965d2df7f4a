namespace Plumbline.Ovsdb;

/// <summary>ovs-appctl without ovs-appctl: commands to a daemon's control socket (unixctl; spec: JSON-RPC 1.0, string params).</summary>
public sealed partial class UnixControl : IAsyncDisposable
{
    /// <summary>Finds <c>DAEMON.PID.ctl</c> by <c>DAEMON.pid</c> in <paramref name="runDirectory"/> and connects.</summary>
    /// <exception cref="OvsdbException">The daemon does not run, or no permission.</exception>
    public static Task<UnixControl> ConnectAsync(
        string runDirectory, string daemon, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Runs one command and returns its text.</summary>
    /// <exception cref="OvsdbException">The daemon refused it.</exception>
    public Task<string> RunAsync(string command, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Closes.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
