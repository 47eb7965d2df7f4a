using Plumbline.Testing.Ovsdb;

namespace Plumbline.Ovsdb.Tests;

internal static class Fakes
{
    public static OvsdbSessionOptions Options { get; } = new();

    /// <summary>A schema with one column of every kind; made by hand after vswitch.ovsschema.</summary>
    public const string Schema = """
        {"name":"Open_vSwitch","version":"8.3.1","cksum":"1 2","tables":{
          "Port":{"columns":{
            "name":{"type":"string","mutable":false},
            "tag":{"type":{"key":{"type":"integer","minInteger":0,"maxInteger":4095},"min":0,"max":1}},
            "trunks":{"type":{"key":{"type":"integer","minInteger":0,"maxInteger":4095},"min":0,"max":4096}},
            "interfaces":{"type":{"key":{"type":"uuid","refTable":"Interface"},"min":1,"max":"unlimited"}},
            "external_ids":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}},
            "up":{"type":"boolean","ephemeral":true},
            "load":{"type":"real"}},
           "indexes":[["name"]]},
          "Bridge":{"columns":{"name":{"type":"string"}},"isRoot":true,"maxRows":5}}}
        """;

    public static Task<OvsdbSession> ConnectAsync(FakeOvsdbServer server, OvsdbSessionOptions? options = null) =>
        OvsdbSession.ConnectAsync(new OvsdbEndpoint.Unix(server.Socket), options ?? Options, default);

    /// <summary>Ends a test that hangs.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <inheritdoc cref="Soon{T}(Task{T})"/>
    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(30));
}
