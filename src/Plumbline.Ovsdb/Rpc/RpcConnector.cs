using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Plumbline.Ovsdb.Rpc;

/// <summary>Opens the byte stream to an endpoint, and says by name why it cannot.</summary>
internal static class RpcConnector
{
    /// <summary>ms to wait, and then to leave the thread to others, when a unix socket's queue of connections is full.</summary>
    private const int QueueFullPatience = 10;

    /// <exception cref="OvsdbException">Any trouble but a cancel.</exception>
    public static async Task<RpcTransport> ConnectAsync(
        OvsdbEndpoint endpoint, RpcPeer peer, OvsdbSessionOptions options, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Timeout);
        try
        {
            return endpoint switch
            {
                OvsdbEndpoint.Unix unix => await ConnectUnixAsync(unix, peer, deadline.Token),
                OvsdbEndpoint.Tcp tcp => new(await ConnectTcpAsync(tcp.Host, tcp.Port, endpoint, peer, deadline.Token), null),
                OvsdbEndpoint.Ssl ssl => new(await ConnectTlsAsync(ssl, peer, options, deadline.Token), null),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Problems.ConnectTimeout(peer, options.Timeout);
        }
    }

    /// <summary>
    /// A unix socket connects at once or fails at once, so no timer and no other thread is needed. Null: the server's queue of
    /// connections is full, try again.
    /// </summary>
    /// <exception cref="OvsdbException">Any trouble.</exception>
    public static RpcTransport? TryConnectAtOnce(OvsdbEndpoint.Unix endpoint, RpcPeer peer)
    {
        UnixDomainSocketEndPoint address;
        try
        {
            address = new(endpoint.Path);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Problems.PathTooLong(peer);
        }
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.SendTimeout = QueueFullPatience; // counts for connect too: unix(7) sockets wait for room in the queue
            socket.Connect(address);
            socket.SendTimeout = 0;
            return new(new NetworkStream(socket, ownsSocket: true), socket);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            return error.SocketErrorCode is SocketError.WouldBlock ? null : throw ToProblem(error, endpoint, peer);
        }
    }

    private static async Task<RpcTransport> ConnectUnixAsync(
        OvsdbEndpoint.Unix endpoint, RpcPeer peer, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryConnectAtOnce(endpoint, peer) is { } transport)
            {
                return transport;
            }
            await Task.Delay(QueueFullPatience, cancellationToken);
        }
    }

    private static async Task<Stream> ConnectTcpAsync(
        string host, int port, OvsdbEndpoint endpoint, RpcPeer peer, CancellationToken cancellationToken)
    {
        var isAddress = IPAddress.TryParse(host, out var address);
        var socket = isAddress
            ? new Socket(address!.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await (isAddress
                ? socket.ConnectAsync(new IPEndPoint(address!, port), cancellationToken)
                : socket.ConnectAsync(host, port, cancellationToken));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw ToProblem(error, endpoint, peer);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    private static OvsdbException ToProblem(SocketException error, OvsdbEndpoint endpoint, RpcPeer peer) =>
        (error.SocketErrorCode, endpoint) switch
        {
            // .NET turns ENOENT into this
            (SocketError.AddressNotAvailable, OvsdbEndpoint.Unix) => Problems.NoSocket(peer, error),
            (SocketError.ConnectionRefused, OvsdbEndpoint.Unix) => Problems.SocketRefused(peer, error),
            (SocketError.AccessDenied, _) => Problems.Forbidden(peer, error),
            (SocketError.ConnectionRefused, _) => Problems.PortRefused(peer, endpoint, error),
            (SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain, _) => Problems.NoHost(peer, error),
            _ => Problems.CannotConnect(peer, error),
        };

    private static async Task<Stream> ConnectTlsAsync(
        OvsdbEndpoint.Ssl endpoint, RpcPeer peer, OvsdbSessionOptions options, CancellationToken cancellationToken)
    {
        var authority = LoadAuthority(peer, options);
        var own = LoadOwn(peer, options);
        var stream = await ConnectTcpAsync(endpoint.Host, endpoint.Port, endpoint, peer, cancellationToken);
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = endpoint.Host,
                    ClientCertificates = own,
                    // the chain alone decides: OVS gives its certificates no host names
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => IsSignedBy(authority, certificate),
                },
                cancellationToken);
            return tls;
        }
        catch (Exception error) when (error is AuthenticationException or IOException or SocketException)
        {
            await tls.DisposeAsync();
            throw Problems.TlsRefused(peer, error);
        }
        catch (OperationCanceledException)
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static bool IsSignedBy(X509Certificate2Collection authority, X509Certificate? certificate)
    {
        if (certificate is not X509Certificate2 presented)
        {
            return false;
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(presented);
    }

    private static X509Certificate2Collection LoadAuthority(RpcPeer peer, OvsdbSessionOptions options)
    {
        var file = options.AuthorityFile ?? throw Problems.NoAuthority(peer);
        var collection = new X509Certificate2Collection();
        try
        {
            collection.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Problems.BadCertificateFile(peer, file, error);
        }
        return collection.Count > 0
            ? collection
            : throw Problems.BadCertificateFile(peer, file, new InvalidDataException("it holds no PEM certificate"));
    }

    /// <summary>Our own certificate with its key; none where none was given (a server may do without).</summary>
    private static X509CertificateCollection LoadOwn(RpcPeer peer, OvsdbSessionOptions options)
    {
        if (options.CertificateFile is not { } file)
        {
            return [];
        }
        try
        {
            return [X509Certificate2.CreateFromPemFile(file, options.PrivateKeyFile)];
        }
        catch (Exception error) when (
            error is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Problems.BadCertificateFile(peer, file, error);
        }
    }
}
