using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plumbline.Ovsdb;
using Plumbline.Testing.Ovsdb;

namespace Plumbline.Integration.Tests.Ovsdb;

/// <summary>The real server with <c>pssl:</c> and certificates made here.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plt-tls-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [SkippableFact]
    public async Task A_session_over_tls_works_with_certificates_of_the_same_ca()
    {
        MakeAuthority("ca");
        MakeCertificate("ca", "server");
        MakeCertificate("ca", "client");
        await using var server = await StartAsync("ca", "server");
        await using var session = await ConnectAsync(server, "ca", "client");
        await session.TransactAsync(OvsdbSession.OpenVSwitch, RealRows.Bridge("br-int", [.. Enumerable.Range(0, 500).Select(i => $"p{i}")]), default);
        var read = await session.TransactAsync(OvsdbSession.OpenVSwitch, [new Operation.Select("Interface", [])], default);
        Assert.Equal(501, read[0].Rows.Count);
    }

    [SkippableFact]
    public async Task A_server_of_another_ca_is_refused()
    {
        MakeAuthority("ca");
        MakeAuthority("other");
        MakeCertificate("ca", "server");
        MakeCertificate("other", "client");
        await using var server = await StartAsync("ca", "server");
        var failure = await Assert.ThrowsAsync<OvsdbException>(() => ConnectAsync(server, "other", "client"));
        Assert.Equal(OvsdbFailure.Refused, failure.Failure);
        Assert.Contains(" failed: ", failure.Problem.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_client_that_the_server_does_not_trust_learns_it_at_the_latest_with_its_first_request()
    {
        MakeAuthority("ca");
        MakeAuthority("other");
        MakeCertificate("ca", "server");
        MakeCertificate("other", "client");
        await using var server = await StartAsync("ca", "server");
        var failure = await Assert.ThrowsAsync<OvsdbException>(async () =>
        {
            // TLS 1.3: our side of the handshake is over before the server has looked at our certificate
            await using var session = await ConnectAsync(server, "ca", "client");
            await session.ListDatabasesAsync(default);
        });
        Assert.Equal(OvsdbFailure.Refused, failure.Failure);
        Assert.StartsWith("TLS with ssl:127.0.0.1:", failure.Problem.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Key_and_certificate_that_do_not_belong_together_are_said_so()
    {
        MakeAuthority("ca");
        MakeCertificate("ca", "one");
        MakeCertificate("ca", "two");
        var options = Options("ca", "one") with { PrivateKeyFile = File("two.key") };
        var failure = await Assert.ThrowsAsync<OvsdbException>(
            () => OvsdbSession.ConnectAsync(new OvsdbEndpoint.Ssl("127.0.0.1", 1), options, default));
        Assert.Equal(OvsdbFailure.Endpoint, failure.Failure);
        Assert.StartsWith($"cannot use \"{File("one.crt")}\" for ssl:127.0.0.1:1: ", failure.Problem.What, StringComparison.Ordinal);
    }

    private Task<RealOvsdbServer> StartAsync(string authority, string name) => SessionTests.StartAsync(
        "--remote=pssl:0:127.0.0.1",
        $"--private-key={File(name + ".key")}",
        $"--certificate={File(name + ".crt")}",
        $"--ca-cert={File(authority + ".crt")}");

    private async Task<OvsdbSession> ConnectAsync(RealOvsdbServer server, string authority, string name) =>
        await OvsdbSession.ConnectAsync(
            new OvsdbEndpoint.Ssl("127.0.0.1", await server.GetPortAsync()), Options(authority, name), default);

    private OvsdbSessionOptions Options(string authority, string name) => new()
    {
        PrivateKeyFile = File(name + ".key"),
        CertificateFile = File(name + ".crt"),
        AuthorityFile = File(authority + ".crt"),
    };

    private string File(string name) => Path.Combine(_directory, name);

    private void MakeAuthority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Write(name, certificate, key);
    }

    private void MakeCertificate(string authority, string name)
    {
        using var signer = X509Certificate2.CreateFromPemFile(File(authority + ".crt"), File(authority + ".key"));
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.Create(
            signer, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), Guid.NewGuid().ToByteArray());
        Write(name, certificate, key);
    }

    private void Write(string name, X509Certificate2 certificate, RSA key)
    {
        System.IO.File.WriteAllText(File(name + ".crt"), certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(File(name + ".key"), key.ExportPkcs8PrivateKeyPem());
    }
}
