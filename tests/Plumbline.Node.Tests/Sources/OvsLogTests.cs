using System.Text;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;

namespace Plumbline.Node.Tests.Sources;

/// <summary>conf.db, made by hand after ovsdb(5) and ovsdb/file.c.</summary>
public class OvsLogTests
{
    private const string Schema = """
        {"name":"Open_vSwitch","version":"8.3.1","tables":{"Bridge":{"columns":{"name":{"type":"string"},"ports":{"type":{"key":{"type":"uuid"},"min":0,"max":"unlimited"}},"external_ids":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}}}},"Port":{"columns":{"name":{"type":"string"},"tag":{"type":{"key":"integer","min":0,"max":1}},"interfaces":{"type":{"key":"uuid","min":1,"max":"unlimited"}}}}}}
        """;

    private const string Bridge = "58d35432-739c-4b70-8d50-60293c44a0da";
    private const string First = "c0a95bd1-2aa9-4836-9231-0d1882ca14d2";
    private const string Second = "45628602-c2e5-4af3-9094-e227fc47ee58";

    private static readonly string[] _transactions =
    [
        $$$$"""{"_date":1,"Bridge":{"{{{{Bridge}}}}":{"name":"br-int","ports":["uuid","{{{{First}}}}"],"external_ids":["map",[["a","1"],["b","2"]]]}},"Port":{"{{{{First}}}}":{"name":"p1","tag":5}}}""",
        $$$$"""{"_is_diff":true,"Bridge":{"{{{{Bridge}}}}":{"ports":["uuid","{{{{Second}}}}"],"external_ids":["map",[["a","1"],["b","3"],["c","4"]]]}},"Port":{"{{{{Second}}}}":{"name":"p2"},"{{{{First}}}}":{"tag":7}}}""",
    ];

    [Fact]
    public void Differences_are_laid_over_what_was_before()
    {
        var ovs = OfflineNode.ReadText(string.Concat([Record(Schema), .. _transactions.Select(Record)]), "conf.db").Ovs!;

        var bridge = Assert.Single(ovs.Bridges);
        Assert.Equal([("p1", (int?)7), ("p2", null)], bridge.Ports.Select(port => (port.Name, port.Tag)));
        Assert.Equal(["b=3", "c=4"], bridge.ExternalIds.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
        Assert.Equal("8.3.1", ovs.SchemaVersion);
    }

    [Fact]
    public void A_deleted_row_and_a_port_taken_away_are_gone()
    {
        var last = $$$$"""{"_is_diff":true,"Bridge":{"{{{{Bridge}}}}":{"ports":["uuid","{{{{First}}}}"]}},"Port":{"{{{{First}}}}":null}}""";
        var ovs = OfflineNode.ReadText(string.Concat([Record(Schema), .. _transactions.Append(last).Select(Record)]), "x").Ovs!;

        Assert.Equal(["p2"], ovs.Bridges.Single().Ports.Select(port => port.Name));
    }

    [Fact]
    public void A_clusters_member_tells_the_same()
    {
        var header = $$$$"""{"name":"Open_vSwitch","local_address":"tcp:10.0.0.1:6644","server_id":"{{{{Bridge}}}}","prev_data":[{{{{Schema}}}},{{{{_transactions[0]}}}}]}""";
        var entry = $$$$"""{"term":1,"index":3,"data":[null,{{{{_transactions[1]}}}}]}""";
        var ovs = OfflineNode.ReadText(Record(header, "CLUSTER") + Record(entry, "CLUSTER"), "x").Ovs!;

        Assert.Equal([("p1", (int?)7), ("p2", null)], ovs.Bridges.Single().Ports.Select(port => (port.Name, port.Tag)));
    }

    [Fact]
    public void A_log_that_is_cut_off_tells_what_stands_before()
    {
        var text = string.Concat([Record(Schema), .. _transactions.Select(Record)]);
        var snapshot = OfflineNode.ReadText(text[..^60], "x");

        Assert.Equal(["p1"], snapshot.Ovs!.Bridges.Single().Ports.Select(port => port.Name));
        Assert.Contains(snapshot.Sources, report => report is { Source: "ovsdb", Outcome: SourceOutcome.Partial });
    }

    private static string Record(string json) => Record(json, "JSON");

    private static string Record(string json, string kind) =>
        $"OVSDB {kind} {Encoding.UTF8.GetByteCount(json) + 1} {new string('0', 40)}\n{json}\n";
}
