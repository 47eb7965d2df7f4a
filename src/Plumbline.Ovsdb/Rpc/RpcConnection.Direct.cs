using System.Net.Sockets;

namespace Plumbline.Ovsdb.Rpc;

/// <summary>
/// A short session (connect, ask, leave) needs no receiving task: whoever waits for an answer reads it from the socket himself. That
/// spares the event loop of asynchronous sockets and two changes of thread, which together take several times as long as
/// ovsdb-server's answer. The receiving task takes over for good as soon as an answer takes its time, requests overlap, somebody
/// wants to know about the connection's end, or the session turns out not to be short, so that echoes of the server are answered.
/// </summary>
internal sealed partial class RpcConnection
{
    /// <summary>What a unix socket's buffer takes at once, so that sending does not block (net.core.wmem_default is 208 KiB).</summary>
    private const int MaxDirectLength = 64 << 10;

    /// <summary>A session that lives longer is no short one.</summary>
    private static readonly TimeSpan _directLife = TimeSpan.FromSeconds(1);

    private readonly Socket? _direct;
    private readonly TimeSpan _directPatience;
    private Timer? _directEnd;
    private bool _isDirect;

    /// <summary>Begins without a receiving task where the transport allows it.</summary>
    public void StartWhenNeeded()
    {
        if (_direct is null)
        {
            Start();
            return;
        }
        _directEnd = new Timer(static self => ((RpcConnection)self!).Start(), this, _directLife, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Under the gate, with the caller's reply registered. True: this caller receives. False: see that somebody does.</summary>
    private bool TryEnterDirect(int length)
    {
        if (_direct is null || _isDirect || _started || _sending || _pending.Count > 1 || length > MaxDirectLength)
        {
            Start();
            return false;
        }
        _isDirect = true;
        return true;
    }

    private void ExchangeDirect(ReadOnlyMemory<byte> request, PendingReply reply, TimeSpan timeout)
    {
        var patience = timeout < _directPatience ? timeout : _directPatience;
        var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        var socket = _direct!; // TryEnterDirect has looked
        try
        {
            for (var rest = request.Span; rest.Length > 0;)
            {
                rest = rest[socket.Send(rest)..];
            }
            while (!reply.IsCompleted && until - Environment.TickCount64 is >= 0 and var left
                && socket.Poll(TimeSpan.FromMilliseconds(left), SelectMode.SelectRead))
            {
                if (!Received(socket.Receive(_buffer.AsSpan(_filled))))
                {
                    break;
                }
            }
        }
        catch (InvalidDataException odd)
        {
            End(Problems.NotTheProtocol(_peer, odd));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            End(Broken(broken));
        }
        finally
        {
            lock (_gate)
            {
                _isDirect = false;
                if (_pending.Count > 0 || _startAsked)
                {
                    Start();
                }
            }
        }
    }
}
