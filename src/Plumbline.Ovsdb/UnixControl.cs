using System.Globalization;
using System.Text;
using Plumbline.Ovsdb.Rpc;
using Plumbline.Ovsdb.Wire;

namespace Plumbline.Ovsdb;

/// <summary>
/// ovs-appctl without ovs-appctl: commands to a daemon's control socket (ovs-appctl(8); JSON-RPC 1.0, all params strings, answered in
/// the order they came).
/// </summary>
public sealed partial class UnixControl : IAsyncDisposable
{
    private readonly RpcConnection _connection;
    private readonly TimeSpan _timeout;

    private UnixControl(RpcConnection connection, TimeSpan timeout)
    {
        _connection = connection;
        _timeout = timeout;
    }

    /// <summary>Finds <c>DAEMON.PID.ctl</c> by <c>DAEMON.pid</c> in <paramref name="runDirectory"/> and connects.</summary>
    /// <param name="runDirectory">Usually /var/run/openvswitch.</param>
    /// <param name="daemon"><c>ovs-vswitchd</c> or <c>ovsdb-server</c>.</param>
    /// <param name="timeout">How long connecting and each command may take.</param>
    /// <param name="cancellationToken">Stops connecting.</param>
    /// <exception cref="OvsdbException">The daemon does not run, or no permission.</exception>
    public static async Task<UnixControl> ConnectAsync(
        string runDirectory, string daemon, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pid = ReadPid(daemon, Path.Combine(runDirectory, daemon + ".pid"));
        var socket = Path.Combine(runDirectory, string.Create(CultureInfo.InvariantCulture, $"{daemon}.{pid}.ctl"));
        var endpoint = new OvsdbEndpoint.Unix(socket);
        var peer = new RpcPeer(daemon, endpoint.ToString());
        try
        {
            var transport = RpcConnector.TryConnectAtOnce(endpoint, peer)
                ?? await RpcConnector.ConnectAsync(endpoint, peer, new() { Timeout = timeout }, cancellationToken);
            var connection = new RpcConnection(transport, peer, TimeSpan.Zero, new OvsdbSessionOptions().HoldsCaller, null);
            connection.StartWhenNeeded();
            return new(connection, timeout);
        }
        catch (OvsdbException gone) when (gone.Failure is OvsdbFailure.Absent or OvsdbFailure.Refused)
        {
            throw Problems.ControlLeftBehind(daemon, peer, gone);
        }
    }

    /// <summary>Runs one command and returns its text, as ovs-appctl would print it.</summary>
    /// <exception cref="OvsdbException">
    /// <see cref="OvsdbFailure.Database"/>: the daemon refused it; <see cref="OvsdbException.Error"/> holds its words.
    /// </exception>
    public Task<string> RunAsync(string command, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        _connection.CallAsync(command, writer => WriteArguments(writer, arguments), ReadText, _timeout, false, cancellationToken);

    /// <summary>Closes.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static void WriteArguments(JsonText writer, IReadOnlyList<string> arguments)
    {
        foreach (var argument in arguments)
        {
            writer.Text(argument);
        }
    }

    /// <summary>A string; the JSON itself where the daemon was told to answer in JSON; nothing for null.</summary>
    private static string ReadText(ReadOnlySpan<byte> result)
    {
        if (result.IsEmpty)
        {
            return "";
        }
        var reader = new JsonReader(result);
        reader.Read();
        return reader.Token == JsonToken.Text ? reader.GetText() : Encoding.UTF8.GetString(result);
    }

    private static int ReadPid(string daemon, string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Problems.NoPidFile(daemon, path);
        }
        catch (UnauthorizedAccessException forbidden)
        {
            throw Problems.PidFileForbidden(path, forbidden);
        }
        return int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? pid
            : throw Problems.BadPidFile(daemon, path);
    }
}
