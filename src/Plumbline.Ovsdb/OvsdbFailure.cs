namespace Plumbline.Ovsdb;

/// <summary>Why there is no answer: what a caller may want to tell apart without reading sentences.</summary>
public enum OvsdbFailure
{
    /// <summary>Nothing is there: no such socket or pidfile, no such host. Open vSwitch is not installed or does not run.</summary>
    Absent,

    /// <summary>It is there, but this user may not talk to it.</summary>
    Forbidden,

    /// <summary>Nobody listens behind the socket or port, the network does not lead there, or TLS was refused.</summary>
    Refused,

    /// <summary>The endpoint, or a file that it needs (key, certificate), cannot be used as given.</summary>
    Endpoint,

    /// <summary>The other side sent something that is not the protocol.</summary>
    Protocol,

    /// <summary>No answer in time; whether a transaction was committed is unknown.</summary>
    Timeout,

    /// <summary>The connection ended.</summary>
    Closed,

    /// <summary>The server understood and said no; <see cref="OvsdbException.Error"/> holds its word for it.</summary>
    Database,
}
