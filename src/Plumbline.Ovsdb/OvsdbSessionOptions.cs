namespace Plumbline.Ovsdb;

/// <summary>How to connect.</summary>
public sealed record OvsdbSessionOptions
{
    /// <summary>How long connecting and each request may take; a <see cref="Operation.Wait"/>'s own timeout comes on top.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// On a unix socket: how long the first requests may hold the calling thread while ovsdb-server answers, which is cheaper than the
    /// machinery of waiting. A local server answers a big select in a few ms; who has a thread to spare may wait for all of it.
    /// </summary>
    public TimeSpan HoldsCaller { get; init; } = TimeSpan.FromMilliseconds(30);

    /// <summary>
    /// After this long without a word from the server we send an echo; after as long again the connection is dead. Zero: never.
    /// Unix sockets are not probed, as ovsdb-server itself does not: there the kernel tells of the other side's end.
    /// </summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// PEM files for ssl: our key, our certificate, and the CA that signed the server's. The host name in the server's certificate is
    /// not checked, as OVS does not either; that the CA signed it is.
    /// </summary>
    public string? PrivateKeyFile { get; init; }

    /// <inheritdoc cref="PrivateKeyFile"/>
    public string? CertificateFile { get; init; }

    /// <inheritdoc cref="PrivateKeyFile"/>
    public string? AuthorityFile { get; init; }
}
