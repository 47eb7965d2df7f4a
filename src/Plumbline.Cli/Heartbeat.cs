namespace Plumbline.Cli;

/// <summary>
/// The far end of a remote call: whoever called sends a byte on standard input now and then. When it ends, or none comes for as many seconds
/// as <see cref="Variable"/> says, the call is over: a connection that was cut without a word leaves nothing running, nor a mirror.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    /// <summary>Seconds of patience; set by the caller only.</summary>
    public const string Variable = "PLUMB_HEARTBEAT";

    /// <summary>The same as the first argument, with <c>=</c>: sudo clears the environment.</summary>
    public const string Option = "--heartbeat=";

    private readonly CancellationTokenSource _stopped = new();

    private Heartbeat()
    {
    }

    /// <summary>Takes <see cref="Option"/> out of a command line.</summary>
    public static string[] Take(string[] arguments)
    {
        if (arguments is not [var first, ..] || !first.StartsWith(Option, StringComparison.Ordinal))
        {
            return arguments;
        }
        Environment.SetEnvironmentVariable(Variable, first[Option.Length..]);
        return arguments[1..];
    }

    /// <summary>Begins to listen; null where nobody calls from afar.</summary>
    public static Heartbeat? Start(CancellationTokenSource interrupted)
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), out var seconds) || seconds <= 0)
        {
            return null;
        }
        Environment.SetEnvironmentVariable(Variable, null); // not for processes that we start
        var beat = new Heartbeat();
        var last = Environment.TickCount64;
        var patience = TimeSpan.FromSeconds(seconds);
        var reader = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            var buffer = new byte[64];
            try
            {
                while (input.Read(buffer) > 0)
                {
                    Interlocked.Exchange(ref last, Environment.TickCount64);
                }
            }
            catch (IOException)
            {
                Interlocked.Exchange(ref last, long.MinValue / 2); // as if it had ended
            }
            beat.End(interrupted);
        })
        { IsBackground = true, Name = "heartbeat" };
        reader.Start();
        _ = beat.WatchAsync(() => TimeSpan.FromMilliseconds(Environment.TickCount64 - Interlocked.Read(ref last)) > patience, interrupted);
        return beat;
    }

    /// <inheritdoc/>
    public void Dispose() => _stopped.Cancel();

    private async Task WatchAsync(Func<bool> isSilent, CancellationTokenSource interrupted)
    {
        while (!_stopped.IsCancellationRequested && !isSilent())
        {
            await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
        }
        End(interrupted);
    }

    private void End(CancellationTokenSource interrupted)
    {
        lock (_stopped)
        {
            if (!_stopped.IsCancellationRequested)
            {
                _stopped.Cancel();
                interrupted.Cancel();
            }
        }
    }
}
