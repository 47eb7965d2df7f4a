using System.Net.Sockets;

namespace Plumbline.Ovsdb.Rpc;

internal sealed partial class RpcConnection
{
    private Queue<ReadOnlyMemory<byte>>? _unsent; // made when first needed: a short session never does
    private bool _sending;

    /// <summary>
    /// Sends a whole message, or puts it behind those being sent. Never cut short by a cancel: half a message would end the connection.
    /// Failing to send ends the connection, which is how the caller learns of it.
    /// </summary>
    private void Send(ReadOnlyMemory<byte> message)
    {
        lock (_gate)
        {
            if (_end is not null)
            {
                return;
            }
            if (_sending)
            {
                (_unsent ??= []).Enqueue(message);
                return;
            }
            _sending = true;
        }
        _ = SendAllAsync(message);
    }

    private async Task SendAllAsync(ReadOnlyMemory<byte> message)
    {
        try
        {
            while (true)
            {
                await _stream.WriteAsync(message);
                lock (_gate)
                {
                    if (_unsent is null || !_unsent.TryDequeue(out message))
                    {
                        _sending = false;
                        return;
                    }
                }
            }
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
        {
            End(Broken(broken));
        }
    }
}
