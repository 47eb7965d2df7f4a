namespace Plumbline.Ovsdb.Rpc;

/// <summary>Whom a connection leads to, for the sentences that a user reads.</summary>
/// <param name="Name">The program: <c>ovsdb-server</c>, <c>ovs-vswitchd</c>.</param>
/// <param name="Where">The endpoint in OVS's notation.</param>
internal sealed record RpcPeer(string Name, string Where);
