namespace Plumbline.Ovsdb;

public sealed partial class OvsdbReplica
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    /// <summary>Goes from one session's end to the next one's start, until disposed of.</summary>
    private async Task FollowAsync(OvsdbSession session)
    {
        var pause = _firstPause;
        try
        {
            while (true)
            {
                var since = Environment.TickCount64;
                try
                {
                    _trouble = await session.Completion.WaitAsync(_stop.Token);
                }
                finally
                {
                    _session = null;
                    await session.DisposeAsync();
                }
                if (Environment.TickCount64 - since > _longestPause.TotalMilliseconds)
                {
                    pause = _firstPause; // a server that throws us out at once is not asked ten times a second
                }
                (session, pause) = await ReopenAsync(pause);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return; // disposed of
        }
    }

    private async Task<(OvsdbSession Session, TimeSpan NextPause)> ReopenAsync(TimeSpan pause)
    {
        while (true)
        {
            await Task.Delay(pause, _stop.Token);
            pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
            try
            {
                return (await OpenAsync(_stop.Token), pause);
            }
            catch (OvsdbException failed)
            {
                _trouble = failed;
            }
        }
    }
}
