using System.Diagnostics;
using Plumbline.Linux;

namespace Plumbline.Operations.Capturing;

public sealed partial class CaptureRun
{
    private static readonly TimeSpan _progressEvery = TimeSpan.FromSeconds(1);

    /// <summary>How often the thread that waits for the reader to go looks whether it is still needed.</summary>
    private static readonly TimeSpan _readerEvery = TimeSpan.FromSeconds(2);

    private async Task<Ending> WaitForEndAsync(CancellationToken cancellationToken)
    {
        using var interrupted = cancellationToken.Register(() => _ended.TrySetResult(new(CaptureEnd.Interrupted, null)));
        if (_options.Destination is CaptureDestination.ToStandardOutput or CaptureDestination.ToLines)
        {
            _ = StartThread("capture reader", WaitForReaderToGo);
        }
        var watching = StartThread("capture watch", WaitForEnd);
        var ending = await _ended.Task;
        await watching;
        return ending;
    }

    /// <summary>
    /// Sleeps until the end, and looks around now and then. A thread and no timer: a timer's tick wakes the runtime's pool, whose workers
    /// then spin for more work, and four ticks a second cost more than the packets of a node that is not busy.
    /// </summary>
    private void WaitForEnd()
    {
        var clock = Stopwatch.StartNew();
        var ended = ((IAsyncResult)_ended.Task).AsyncWaitHandle; // Task.Wait would spin first
        var end = _options.Duration ?? TimeSpan.MaxValue;
        var progress = _progressEvery;
        while (true)
        {
            var wait = (end < progress ? end : progress) - clock.Elapsed;
            if (wait > TimeSpan.Zero && ended.WaitOne(wait + TimeSpan.FromMilliseconds(1))) // or it ends a little early
            {
                return;
            }
            var now = clock.Elapsed;
            if (now >= end)
            {
                _ended.TrySetResult(new(CaptureEnd.Duration, null));
            }
            if (_ended.Task.IsCompleted)
            {
                return;
            }
            if (now >= progress)
            {
                progress = now + _progressEvery;
                _listener.OnProgress(new(now, Volatile.Read(ref _packets), Volatile.Read(ref _bytes), Dropped()));
            }
        }
    }

    /// <summary>
    /// Without packets nothing is written, so nothing would tell that the reader has gone; and who stops Wireshark does
    /// not want to wait.
    /// </summary>
    private void WaitForReaderToGo()
    {
        while (!_ended.Task.IsCompleted)
        {
            if (StandardOutput.IsReaderGone(within: _readerEvery))
            {
                _ended.TrySetResult(new(CaptureEnd.ReaderGone, null));
            }
        }
    }

    /// <summary>Runs <paramref name="work"/> in a thread of its own; a defect of ours in it ends the capture and comes out of the task.</summary>
    private Task StartThread(string name, Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception); // the one who waits gets it
                _ended.TrySetException(exception);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return done.Task;
    }
}
