using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Testing.Ovsdb;

/// <summary>The server's end of one connection.</summary>
public sealed class FakeOvsdbConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly CancellationToken _stop;
    private readonly List<byte> _received = [];

    internal FakeOvsdbConnection(Socket socket, int number, CancellationToken stop)
    {
        _socket = socket;
        Number = number;
        _stop = stop;
    }

    /// <summary>1 for a server's first connection.</summary>
    public int Number { get; }

    /// <summary>The client's next message.</summary>
    /// <exception cref="EndOfStreamException">The client has closed.</exception>
    public async Task<JsonObject> ReceiveAsync()
    {
        while (true)
        {
            if (TryTake() is { } message)
            {
                return message;
            }
            var buffer = new byte[4096];
            var count = await _socket.ReceiveAsync(buffer, _stop);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }
            _received.AddRange(buffer.AsSpan(0, count));
        }
    }

    /// <summary>The client's next message, which must be a request of this method.</summary>
    public async Task<JsonObject> ReceiveAsync(string method)
    {
        var message = await ReceiveAsync();
        return (string?)message["method"] == method
            ? message
            : throw new InvalidOperationException($"{method} was expected, and this came: {message.ToJsonString()}");
    }

    /// <summary>Sends these very characters.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends these very bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, _stop)..];
        }
    }

    /// <summary>Answers a request; JSON texts.</summary>
    public Task AnswerAsync(JsonObject request, string result, string error = "null") =>
        SendAsync($"{{\"id\":{request["id"]!.ToJsonString()},\"result\":{result},\"error\":{error}}}");

    /// <summary>Answers as ovsdb-server 3.1 does to a method that it does not know: without result.</summary>
    public Task RefuseAsync(JsonObject request) =>
        SendAsync($"{{\"id\":{request["id"]!.ToJsonString()},\"error\":\"unknown method\"}}");

    /// <summary>Answers nothing any more, and returns when the client has closed.</summary>
    public async Task WaitForCloseAsync()
    {
        try
        {
            while (true)
            {
                await ReceiveAsync();
            }
        }
        catch (EndOfStreamException)
        {
            return; // as awaited
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private JsonObject? TryTake()
    {
        // another way than the client's own framing: let the JSON reader find the end
        var bytes = _received.ToArray();
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        if (bytes.Length == 0 || !reader.Read() || !reader.TrySkip())
        {
            return null;
        }
        var length = (int)reader.BytesConsumed;
        _received.RemoveRange(0, length);
        return (JsonObject)JsonNode.Parse(bytes.AsSpan(0, length))!;
    }
}
