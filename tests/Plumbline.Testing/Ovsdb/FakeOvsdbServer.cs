using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Plumbline.Testing.Ovsdb;

/// <summary>
/// An OVSDB server on a real unix socket that says what a test tells it to say, byte by byte if need be. Each connection runs
/// the script from its start; a script that returns closes the connection.
/// </summary>
public sealed class FakeOvsdbServer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plt-fake-").FullName;
    private readonly System.Net.Sockets.Socket _listener =
        new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<FakeOvsdbConnection, Task> _script;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _served = [];
    private readonly Task _accepting;
    private int _connections;

    /// <summary>Listens, and runs <paramref name="script"/> for each connection.</summary>
    public FakeOvsdbServer(Func<FakeOvsdbConnection, Task> script)
    {
        _script = script;
        _listener.Bind(new UnixDomainSocketEndPoint(Socket));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Path of the socket.</summary>
    public string Socket => Path.Combine(_directory, "db.sock");

    /// <summary>How many connections have come.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Closes everything; what a script threw (but not that its client went away) is thrown here.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_served);
        Directory.Delete(_directory, recursive: true);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                var number = Interlocked.Increment(ref _connections);
                _served.Add(ServeAsync(new FakeOvsdbConnection(socket, number, _stop.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return; // disposed of
        }
    }

    private async Task ServeAsync(FakeOvsdbConnection connection)
    {
        using (connection)
        {
            try
            {
                await _script(connection);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or EndOfStreamException)
            {
                return; // the client or the test went away
            }
        }
    }
}
