using System.Text.Json;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Diagnosis.Tests.Tracing;

/// <summary>The recorded deployment of three nodes, and the flows that were really tried in it.</summary>
internal static class RecordedNodes
{
    public const string Healthy = "states/sg-rules";
    private static readonly string[] _names = ["cmp1", "cmp2", "ctl"];

    /// <summary>The nodes of a state; of a fault those that were recorded, the others as they were when all was well.</summary>
    public static List<NodeSnapshot> Read(string state) =>
        [.. _names.Select(n => OfflineNode.Read(SharedFiles.Require($"cases/neutron-node/{(IsThere(state, n) ? state : Healthy)}/{n}")))];

    /// <summary>The nodes in a folder.</summary>
    public static List<NodeSnapshot> ReadAll(string folder) => [.. _names.Select(n => OfflineNode.Read(Path.Combine(folder, n)))];

    public static Cloud CloudOf(string state) => CloudIn(SharedFiles.Require($"cases/neutron-node/{state}"));

    public static Cloud CloudIn(string folder)
    {
        var documents = Directory.GetFiles(Path.Combine(folder, "api"), "*.json")
            .Select(f => JsonDocument.Parse(File.ReadAllText(f))).ToList();
        return Cloud.Read([.. documents.Select(d => d.RootElement)]);
    }

    /// <summary>The flows of probe.json, with names turned into ports' UUIDs.</summary>
    public static List<(TraceQuestion Question, bool GotThrough, string Text)> Probes(string state) =>
        ProbesIn(SharedFiles.Require($"cases/neutron-node/{state}"));

    public static List<(TraceQuestion Question, bool GotThrough, string Text)> ProbesIn(string folder)
    {
        using var probes = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "probe.json")));
        using var rig = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "rig-topology.json")));
        var guests = rig.RootElement.GetProperty("guests");
        var result = new List<(TraceQuestion, bool, string)>();
        foreach (var probe in probes.RootElement.EnumerateArray())
        {
            var from = probe.GetProperty("from").GetString()!;
            var address = probe.GetProperty("address").GetString()!;
            var isTcp = probe.GetProperty("kind").GetString() == "tcp";
            var sender = guests.TryGetProperty(from, out var guest) ? guest.GetProperty("uuid").GetString()! : from;
            result.Add((new()
            {
                From = sender,
                To = address,
                Protocol = (byte)(isTcp ? 6 : 1),
                DestinationPort = (ushort)(isTcp ? probe.GetProperty("port").GetInt32() : 0),
            }, probe.GetProperty("got_through").GetBoolean(), $"{from} → {address} {(isTcp ? "tcp " + probe.GetProperty("port") : "icmp")}"));
        }
        return result;
    }

    public static List<Topology> Build(IEnumerable<NodeSnapshot> nodes) => [.. nodes.Select(Topology.Build)];

    private static bool IsThere(string state, string node) => Path.Exists(
        Path.GetFullPath(Path.Combine(SharedFiles.RepositoryRoot, "..", "shared", "cases/neutron-node", state, node)));
}
