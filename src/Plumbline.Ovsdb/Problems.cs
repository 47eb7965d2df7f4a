using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Plumbline.Ovsdb.Rpc;
using Plumbline.Primitives;

namespace Plumbline.Ovsdb;

/// <summary>Every sentence of this project that a user may read. Words of the other side are made safe for a terminal.</summary>
internal static class Problems
{
    private const string StartOvs = "start Open vSwitch (systemctl start openvswitch-switch)";

    public static OvsdbException BadEndpoint(string text, string why) => new(
        new($"\"{Printable.Escape(text)}\" is no OVSDB endpoint: {why}", null, "write unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT"),
        OvsdbFailure.Endpoint);

    public static OvsdbException PathTooLong(RpcPeer peer) => new(
        new($"cannot open {peer.Where}: a socket's path has at most 107 bytes (unix(7))", null, "reach it by a shorter symbolic link"),
        OvsdbFailure.Endpoint);

    public static OvsdbException NoSocket(RpcPeer peer, Exception? inner) => new(
        new($"no {peer.Name} at {peer.Where}: no such socket", null, $"{StartOvs}, or name its socket: unix:PATH"),
        OvsdbFailure.Absent, inner: inner);

    public static OvsdbException SocketRefused(RpcPeer peer, Exception? inner) => new(
        new($"no {peer.Name} at {peer.Where}: connection refused",
            null,
            $"the socket was left behind by a server that has ended: {StartOvs}"),
        OvsdbFailure.Refused, inner: inner);

    public static OvsdbException Forbidden(RpcPeer peer, Exception? inner) => new(
        new($"cannot open {peer.Where}: permission denied", null, "run with sudo, or as a user who may write to that socket"),
        OvsdbFailure.Forbidden, inner: inner);

    public static OvsdbException CannotConnect(RpcPeer peer, Exception inner) => new(
        new($"cannot connect to {peer.Where}: {Words(inner)}", null, "see that the address is right and the network leads there"),
        OvsdbFailure.Refused, inner: inner);

    public static OvsdbException PortRefused(RpcPeer peer, OvsdbEndpoint endpoint, Exception? inner) => new(
        new($"no {peer.Name} at {peer.Where}: connection refused",
            null,
            endpoint is OvsdbEndpoint.Ssl ssl
                ? $"on that host: ovs-vsctl set-ssl KEY CERTIFICATE CA, then ovs-vsctl set-manager pssl:{Text(ssl.Port)}"
                : $"on that host: ovs-vsctl set-manager ptcp:{Text(((OvsdbEndpoint.Tcp)endpoint).Port)}:127.0.0.1"),
        OvsdbFailure.Refused, inner: inner);

    public static OvsdbException NoHost(RpcPeer peer, Exception inner) => new(
        new($"no host behind {peer.Where}: {Words(inner)}", null, "see that the name is right, or give the address"),
        OvsdbFailure.Absent, inner: inner);

    public static OvsdbException ConnectTimeout(RpcPeer peer, TimeSpan timeout) => new(
        new($"cannot connect to {peer.Where}: no answer within {Seconds(timeout)}",
            null,
            "see that the server runs and no firewall stands in between"),
        OvsdbFailure.Timeout);

    public static OvsdbException NoAuthority(RpcPeer peer) => new(
        new($"cannot check who answers at {peer.Where}: no CA certificate was given",
            null,
            "give private key, certificate and CA certificate, as to ovs-vsctl set-ssl"),
        OvsdbFailure.Endpoint);

    public static OvsdbException BadCertificateFile(RpcPeer peer, string file, Exception inner) => new(
        new($"cannot use \"{Printable.Escape(file)}\" for {peer.Where}: {Words(inner)}", null, "give readable PEM files that belong together"),
        inner is UnauthorizedAccessException ? OvsdbFailure.Forbidden : OvsdbFailure.Endpoint, inner: inner);

    public static OvsdbException TlsRefused(RpcPeer peer, Exception inner) => new(
        new($"TLS with {peer.Where} failed: {Words(inner)}", null, "see that both certificates are valid and signed by the CA that was given"),
        OvsdbFailure.Refused, inner: inner);

    public static OvsdbException ClosedHere(RpcPeer peer) => new(
        new($"the connection to {peer.Where} is closed"), OvsdbFailure.Closed);

    public static OvsdbException ClosedThere(RpcPeer peer, Exception? inner) => new(
        new($"{peer.Name} at {peer.Where} closed the connection" + (inner is null ? "" : $": {Words(inner)}"),
            null,
            $"see whether it was restarted, and what its log says"),
        OvsdbFailure.Closed, inner: inner);

    public static OvsdbException NoEcho(RpcPeer peer, TimeSpan silent) => new(
        new($"{peer.Name} at {peer.Where} has been silent for {Seconds(silent)}", null, "see whether it hangs or the network is cut"),
        OvsdbFailure.Closed);

    public static OvsdbException Silent(RpcPeer peer, string method, TimeSpan timeout, Exception? inner) => new(
        new($"{peer.Name} at {peer.Where} did not answer {method} within {Seconds(timeout)}", null, "see whether it is overloaded or hangs"),
        OvsdbFailure.Timeout, inner: inner);

    public static OvsdbException NotTheProtocol(RpcPeer peer, Exception inner) => new(
        new($"{peer.Where} does not speak OVSDB: {Words(inner)}", null, $"see that {peer.Name} listens there, and not something else"),
        OvsdbFailure.Protocol, inner: inner);

    public static OvsdbException OddAnswer(RpcPeer peer, string method, Exception inner) => new(
        new($"{peer.Name} at {peer.Where} gave an answer to {method} that makes no sense: {Words(inner)}"),
        OvsdbFailure.Protocol, inner: inner);

    public static OvsdbException RequestRefused(RpcPeer peer, string method, RpcError error) => new(
        new($"{peer.Name} refused {Printable.Escape(method)}: {Words(error)}", peer.Where), OvsdbFailure.Database, error.Error)
    {
        Details = error.Details,
    };

    public static OvsdbException OperationFailed(RpcPeer peer, RpcError error, int index, int count, string operation) => new(
        new($"{peer.Name} refused the transaction: {Words(error)}",
            $"operation {Text(index + 1)} of {Text(count)}, {operation}, at {peer.Where}",
            FixFor(error.Error)),
        OvsdbFailure.Database, error.Error)
    {
        Details = error.Details,
        OperationIndex = index,
    };

    public static OvsdbException CommitFailed(RpcPeer peer, RpcError error) => new(
        new($"{peer.Name} refused the transaction: {Words(error)}", $"at its end, at {peer.Where}", FixFor(error.Error)),
        OvsdbFailure.Database, error.Error)
    {
        Details = error.Details,
    };

    public static OvsdbException NotApplied(RpcPeer peer, TimeSpan timeout, Exception? inner) => new(
        new($"ovs-vswitchd did not apply the change within {Seconds(timeout)}; the change is in the database",
            peer.Where,
            "see whether ovs-vswitchd runs, and what its log says"),
        OvsdbFailure.Timeout, inner: inner);

    public static OvsdbException NoRootRow(RpcPeer peer, Exception inner) => new(
        new("table Open_vSwitch has no row", peer.Where, "ovs-vsctl --no-wait init, which starting Open vSwitch does by itself"),
        OvsdbFailure.Database, inner: inner);

    public static OvsdbException MonitorCanceled(RpcPeer peer) => new(
        new($"{peer.Name} at {peer.Where} has stopped to report changes: the database was removed or converted"), OvsdbFailure.Closed);

    public static OvsdbException Reconnecting(RpcPeer peer, OvsdbException? cause) => new(
        new($"not connected to {peer.Where} at the moment" + (cause is null ? "" : $": {cause.Problem.What}"), null, cause?.Problem.Fix),
        OvsdbFailure.Closed, inner: cause);

    public static OvsdbException NoPidFile(string daemon, string path) => new(
        new($"{daemon} does not run: no {Printable.Escape(path)}", null, $"{StartOvs}, or name its run directory"), OvsdbFailure.Absent);

    public static OvsdbException BadPidFile(string daemon, string path) => new(
        new($"cannot tell the process of {daemon}: \"{Printable.Escape(path)}\" holds no number", null, "restart Open vSwitch (systemctl restart openvswitch-switch)"),
        OvsdbFailure.Absent);

    public static OvsdbException PidFileForbidden(string path, Exception inner) => new(
        new($"cannot read \"{Printable.Escape(path)}\": permission denied", null, "run with sudo"), OvsdbFailure.Forbidden, inner: inner);

    public static OvsdbException ControlLeftBehind(string daemon, RpcPeer peer, Exception? inner) => new(
        new($"{daemon} does not run: nobody listens at {peer.Where}",
            null,
            $"its pidfile was left behind by a process that has ended: {StartOvs}"),
        OvsdbFailure.Absent, inner: inner);

    private static string? FixFor(string error) => error switch
    {
        "timed out" => "somebody else changed these rows meanwhile: read them again and retry",
        "constraint violation" => "see whether the name or index value is taken, or a value is out of range",
        "referential integrity violation" => "a row that is referenced is gone or is to be deleted: read again and retry",
        _ => null,
    };

    private static string Words(RpcError error)
    {
        var text = error.Details is null ? error.Error : $"{error.Error}: {error.Details}";
        return Printable.Escape(text.TrimEnd().Replace("\n", "; ", StringComparison.Ordinal));
    }

    /// <summary>The innermost words of the system, without the wrapping of stream classes.</summary>
    private static string Words(Exception exception)
    {
        var telling = exception;
        while (telling is IOException or AuthenticationException && telling.InnerException is { } inner)
        {
            telling = inner;
        }
        var text = telling is SocketException ? telling.Message.ToLowerInvariant() : telling.Message;
        return Printable.Escape(text.TrimEnd('.').Replace("\n", "; ", StringComparison.Ordinal));
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
