using System.Net.Sockets;

namespace Plumbline.Ovsdb.Rpc;

/// <summary>A connected byte stream.</summary>
/// <param name="Stream">It; owns the socket.</param>
/// <param name="Direct">The socket below, where a caller may read from it himself: unix sockets, which no server probes.</param>
internal sealed record RpcTransport(Stream Stream, Socket? Direct);
