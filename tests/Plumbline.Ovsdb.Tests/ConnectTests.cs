using System.Net;
using System.Net.Sockets;
using Plumbline.Ovsdb.Rpc;

namespace Plumbline.Ovsdb.Tests;

public sealed class ConnectTests : IDisposable
{
    private const string Start = "start Open vSwitch (systemctl start openvswitch-switch)";
    private readonly string _directory = Directory.CreateTempSubdirectory("plt-connect-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task No_socket_is_absent()
    {
        var failure = await FailAsync($"unix:{_directory}/db.sock");
        Assert.Equal(OvsdbFailure.Absent, failure.Failure);
        Assert.Equal(
            new($"no ovsdb-server at unix:{_directory}/db.sock: no such socket", null, $"{Start}, or name its socket: unix:PATH"),
            failure.Problem);
    }

    [Fact]
    public async Task A_socket_that_was_left_behind_is_refused()
    {
        using var nobody = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        nobody.Bind(new UnixDomainSocketEndPoint(_directory + "/db.sock")); // and never listens
        var failure = await FailAsync(_directory + "/db.sock");
        Assert.Equal(OvsdbFailure.Refused, failure.Failure);
        Assert.Equal(
            new(
                $"no ovsdb-server at unix:{_directory}/db.sock: connection refused",
                null,
                $"the socket was left behind by a server that has ended: {Start}"),
            failure.Problem);
    }

    [Fact]
    public void A_socket_of_somebody_else_is_forbidden()
    {
        var failure = Problems.Forbidden(new("ovsdb-server", "unix:/run/x"), null);
        Assert.Equal(OvsdbFailure.Forbidden, failure.Failure);
        Assert.Equal(
            new("cannot open unix:/run/x: permission denied", null, "run with sudo, or as a user who may write to that socket"),
            failure.Problem);
    }

    [Fact]
    public async Task A_path_that_fits_no_socket_is_said_so()
    {
        var path = "/" + new string('x', 120);
        var failure = await FailAsync(path);
        Assert.Equal(OvsdbFailure.Endpoint, failure.Failure);
        Assert.Equal(
            new($"cannot open unix:{path}: a socket's path has at most 107 bytes (unix(7))", null, "reach it by a shorter symbolic link"),
            failure.Problem);
    }

    [Fact]
    public async Task A_port_without_a_listener_is_refused_with_the_way_to_make_one()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        var tcp = await FailAsync($"tcp:127.0.0.1:{port}");
        Assert.Equal(OvsdbFailure.Refused, tcp.Failure);
        Assert.Equal(
            new(
                $"no ovsdb-server at tcp:127.0.0.1:{port}: connection refused",
                null,
                $"on that host: ovs-vsctl set-manager ptcp:{port}:127.0.0.1"),
            tcp.Problem);
        var peer = new RpcPeer("ovsdb-server", "ssl:h:6640");
        Assert.Equal(
            "on that host: ovs-vsctl set-ssl KEY CERTIFICATE CA, then ovs-vsctl set-manager pssl:6640",
            Problems.PortRefused(peer, new OvsdbEndpoint.Ssl("h"), null).Problem.Fix);
    }

    [Fact]
    public async Task Ssl_without_a_ca_or_with_a_bad_file_fails_before_anything_is_sent()
    {
        var failure = await FailAsync("ssl:127.0.0.1:1");
        Assert.Equal(OvsdbFailure.Endpoint, failure.Failure);
        Assert.Equal(
            new(
                "cannot check who answers at ssl:127.0.0.1:1: no CA certificate was given",
                null,
                "give private key, certificate and CA certificate, as to ovs-vsctl set-ssl"),
            failure.Problem);
        var file = _directory + "/ca.pem";
        var missing = await FailAsync("ssl:127.0.0.1:1", new() { AuthorityFile = file });
        Assert.StartsWith($"cannot use \"{file}\" for ssl:127.0.0.1:1: Could not find file", missing.Problem.What, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "hello");
        var empty = await FailAsync("ssl:127.0.0.1:1", new() { AuthorityFile = file });
        Assert.Equal(
            new(
                $"cannot use \"{file}\" for ssl:127.0.0.1:1: it holds no PEM certificate",
                null,
                "give readable PEM files that belong together"),
            empty.Problem);
    }

    [Fact]
    public async Task Ssl_to_a_server_without_tls_is_refused()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=ca", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(_directory + "/ca.pem", certificate.ExportCertificatePem());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = Task.Run(async () =>
        {
            using var socket = await listener.AcceptSocketAsync();
            await socket.SendAsync("{\"method\":\"echo\",\"id\":\"echo\",\"params\":[]}"u8.ToArray());
            await socket.ReceiveAsync(new byte[4096]);
        });
        var failure = await FailAsync($"ssl:127.0.0.1:{port}", new() { AuthorityFile = _directory + "/ca.pem" });
        Assert.Equal(OvsdbFailure.Refused, failure.Failure);
        Assert.StartsWith($"TLS with ssl:127.0.0.1:{port} failed: ", failure.Problem.What, StringComparison.Ordinal);
        Assert.Equal("see that both certificates are valid and signed by the CA that was given", failure.Problem.Fix);
        await serving;
    }

    [Fact]
    public async Task A_silent_tcp_peer_is_probed_and_then_given_up()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var session = await OvsdbSession.ConnectAsync(
            new OvsdbEndpoint.Tcp("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port),
            new() { ProbeInterval = TimeSpan.FromMilliseconds(100) },
            default);
        using var server = await listener.AcceptSocketAsync();
        var buffer = new byte[100];
        var count = await server.ReceiveAsync(buffer);
        Assert.Equal("{\"id\":\"echo\",\"method\":\"echo\",\"params\":[]}"u8.ToArray(), buffer.AsSpan(0, count).ToArray());
        await server.SendAsync("{\"id\":\"echo\",\"result\":[],\"error\":null}"u8.ToArray()); // once; then never again
        var end = await session.Completion.Soon();
        Assert.Equal(OvsdbFailure.Closed, end!.Failure);
        Assert.Contains("has been silent for 0.", end.Problem.What, StringComparison.Ordinal);
        Assert.Equal("see whether it hangs or the network is cut", end.Problem.Fix);
    }

    private static Task<OvsdbException> FailAsync(string endpoint, OvsdbSessionOptions? options = null) =>
        Assert.ThrowsAsync<OvsdbException>(
            () => OvsdbSession.ConnectAsync(OvsdbEndpoint.Parse(endpoint), options ?? Fakes.Options, default).Soon());
}
