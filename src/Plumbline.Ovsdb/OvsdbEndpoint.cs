namespace Plumbline.Ovsdb;

/// <summary>Where an ovsdb-server listens, in OVS's own notation (ovsdb(7)).</summary>
public abstract record OvsdbEndpoint
{
    private OvsdbEndpoint()
    {
    }

    /// <summary><c>unix:PATH</c>.</summary>
    public sealed record Unix(string Path) : OvsdbEndpoint
    {
        /// <inheritdoc/>
        public override string ToString() => $"unix:{Path}";
    }

    /// <summary><c>tcp:HOST:PORT</c>; an IPv6 address stands in brackets.</summary>
    public sealed record Tcp(string Host, int Port = 6640) : OvsdbEndpoint
    {
        /// <inheritdoc/>
        public override string ToString() => Host.Contains(':') ? $"tcp:[{Host}]:{Port}" : $"tcp:{Host}:{Port}";
    }

    /// <summary><c>ssl:HOST:PORT</c>.</summary>
    public sealed record Ssl(string Host, int Port = 6640) : OvsdbEndpoint
    {
        /// <inheritdoc/>
        public override string ToString() => Host.Contains(':') ? $"ssl:[{Host}]:{Port}" : $"ssl:{Host}:{Port}";
    }

    /// <summary>Reads <c>unix:…</c>, <c>tcp:…</c> or <c>ssl:…</c>; a bare path is a unix socket.</summary>
    /// <exception cref="OvsdbException">It is none of these.</exception>
    public static OvsdbEndpoint Parse(string text) => throw new NotImplementedException();
}
