using System.Globalization;
using System.Net;
using System.Text.Json;
using Plumbline.OpenFlow.Simulation;

namespace Plumbline.Integration.Tests.OpenFlow;

/// <summary>A recorded node's bridges and ports, from <c>ovs-vsctl --format=json list</c> of three tables.</summary>
internal static class RecordedBridges
{
    public static Dictionary<string, IReadOnlyList<PortFacts>> Read(string node)
    {
        var ports = Rows(node, "Port").ToDictionary(r => Uuids(r["_uuid"]).Single());
        var interfaces = Rows(node, "Interface").ToDictionary(r => Uuids(r["_uuid"]).Single());
        return Rows(node, "Bridge").ToDictionary(
            bridge => bridge["name"].GetString()!,
            bridge => (IReadOnlyList<PortFacts>)
            [
                .. Uuids(bridge["ports"]).Select(id => ports[id])
                    .Select(port => ReadPort(port, interfaces[Uuids(port["interfaces"]).Single()])),
            ]);
    }

    private static PortFacts ReadPort(Dictionary<string, JsonElement> port, Dictionary<string, JsonElement> row)
    {
        var options = row["options"][1].EnumerateArray().ToDictionary(p => p[0].GetString()!, p => p[1].GetString()!);
        var type = row["type"].GetString()!;
        return new()
        {
            Name = row["name"].GetString()!,
            Number = row["ofport"].GetInt32(),
            Tag = port["tag"].ValueKind is JsonValueKind.Number ? port["tag"].GetInt32() : null,
            IsPatch = type == "patch",
            PatchPeer = options.GetValueOrDefault("peer"),
            Tunnel = type is "vxlan" or "gre" or "geneve"
                ? new()
                {
                    Type = type,
                    Remote = IPAddress.Parse(options["remote_ip"]),
                    Local = IPAddress.Parse(options["local_ip"]),
                    OutKey = KeyOf(options["out_key"]),
                    InKey = KeyOf(options["in_key"]),
                    EgressPacketMark = options.TryGetValue("egress_pkt_mark", out var mark)
                        ? uint.Parse(mark, CultureInfo.InvariantCulture) : null,
                }
                : null,
        };
    }

    private static ulong? KeyOf(string key) => key == "flow" ? null : ulong.Parse(key, CultureInfo.InvariantCulture);

    private static List<string> Uuids(JsonElement value) => value[0].GetString() == "uuid"
        ? [value[1].GetString()!]
        : [.. value[1].EnumerateArray().Select(u => u[1].GetString()!)];

    private static IEnumerable<Dictionary<string, JsonElement>> Rows(string node, string table)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(node, $"ovs-vsctl-list-{table}.json")));
        var root = document.RootElement.Clone();
        var headings = root.GetProperty("headings").EnumerateArray().Select(h => h.GetString()!).ToList();
        return [.. root.GetProperty("data").EnumerateArray().Select(
            row => headings.Zip(row.EnumerateArray()).ToDictionary(p => p.First, p => p.Second))];
    }
}
