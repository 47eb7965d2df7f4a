namespace Plumbline.Ovsdb.Rpc;

internal sealed partial class RpcConnection
{
    private Timer? _probe;
    private long _heardAt;
    private bool _probed;

    private static ReadOnlySpan<byte> ProbeId => "\"echo\""u8;

    private void Heard()
    {
        Volatile.Write(ref _heardAt, Environment.TickCount64);
        Volatile.Write(ref _probed, false);
    }

    private void StartProbing()
    {
        if (_probeInterval <= TimeSpan.Zero)
        {
            return;
        }
        Heard();
        lock (_gate)
        {
            if (_end is null)
            {
                _probe = new Timer(static self => ((RpcConnection)self!).Probe(), this, _probeInterval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void StopProbing()
    {
        lock (_gate)
        {
            _probe?.Dispose();
            _probe = null;
        }
    }

    /// <summary>After one silent interval an echo goes out; after one more the other side counts as gone.</summary>
    private void Probe()
    {
        var silent = TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _heardAt));
        var next = _probeInterval - silent;
        if (Volatile.Read(ref _probed))
        {
            End(Problems.NoEcho(_peer, silent));
            return;
        }
        if (next <= TimeSpan.Zero)
        {
            Volatile.Write(ref _probed, true);
            Send("{\"id\":\"echo\",\"method\":\"echo\",\"params\":[]}"u8.ToArray());
            next = _probeInterval;
        }
        lock (_gate)
        {
            _probe?.Change(next, Timeout.InfiniteTimeSpan);
        }
    }
}
