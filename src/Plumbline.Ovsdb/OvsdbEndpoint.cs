using System.Globalization;

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
    public sealed record Tcp(string Host, int Port = DefaultPort) : OvsdbEndpoint
    {
        /// <inheritdoc/>
        public override string ToString() => Join("tcp", Host, Port);
    }

    /// <summary><c>ssl:HOST:PORT</c>.</summary>
    public sealed record Ssl(string Host, int Port = DefaultPort) : OvsdbEndpoint
    {
        /// <inheritdoc/>
        public override string ToString() => Join("ssl", Host, Port);
    }

    /// <summary>The port that IANA gave to OVSDB.</summary>
    public const int DefaultPort = 6640;

    /// <summary>
    /// Reads <c>unix:PATH</c>, <c>tcp:HOST[:PORT]</c> or <c>ssl:HOST[:PORT]</c>; a bare path (with a slash and no such prefix) is a unix
    /// socket. An IPv6 address needs brackets, as in OVS.
    /// </summary>
    /// <exception cref="OvsdbException">It is none of these.</exception>
    public static OvsdbEndpoint Parse(string text)
    {
        if (TryCut(text, "unix:", out var rest))
        {
            return rest.Length > 0 ? new Unix(rest) : throw Problems.BadEndpoint(text, "the path is missing");
        }
        if (TryCut(text, "tcp:", out rest))
        {
            var (host, port) = ParseAddress(text, rest);
            return new Tcp(host, port);
        }
        if (TryCut(text, "ssl:", out rest))
        {
            var (host, port) = ParseAddress(text, rest);
            return new Ssl(host, port);
        }
        if (text.StartsWith("punix:", StringComparison.Ordinal)
            || text.StartsWith("ptcp:", StringComparison.Ordinal)
            || text.StartsWith("pssl:", StringComparison.Ordinal))
        {
            throw Problems.BadEndpoint(text, "that is the listening (passive) end, as a server is given it");
        }
        return text.Contains('/')
            ? new Unix(text)
            : throw Problems.BadEndpoint(text, "it starts with none of unix:, tcp: and ssl:");
    }

    private static (string Host, int Port) ParseAddress(string text, string address)
    {
        string host;
        string port;
        if (address.StartsWith('['))
        {
            var end = address.IndexOf(']');
            if (end < 0)
            {
                throw Problems.BadEndpoint(text, "the bracket is not closed");
            }
            host = address[1..end];
            port = address[(end + 1)..];
            if (port.Length > 0 && port[0] != ':')
            {
                throw Problems.BadEndpoint(text, "after the bracket comes :PORT");
            }
        }
        else
        {
            var colon = address.IndexOf(':');
            if (colon != address.LastIndexOf(':'))
            {
                throw Problems.BadEndpoint(text, "an IPv6 address needs brackets");
            }
            host = colon < 0 ? address : address[..colon];
            port = colon < 0 ? "" : address[colon..];
        }
        if (host.Length == 0)
        {
            throw Problems.BadEndpoint(text, "the host is missing");
        }
        if (port.Length == 0)
        {
            return (host, DefaultPort);
        }
        return int.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= 65535
                ? (host, number)
                : throw Problems.BadEndpoint(text, "the port is no number from 1 to 65535");
    }

    private static bool TryCut(string text, string prefix, out string rest)
    {
        var found = text.StartsWith(prefix, StringComparison.Ordinal);
        rest = found ? text[prefix.Length..] : "";
        return found;
    }

    private static string Join(string scheme, string host, int port) =>
        host.Contains(':') ? $"{scheme}:[{host}]:{port}" : $"{scheme}:{host}:{port}";
}
