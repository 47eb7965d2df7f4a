using System.Text.Json;
using Plumbline.Node.Topologies;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>Several nodes as JSON: each as <see cref="TopologyJson"/> writes it, and the tunnels that join them.</summary>
public static class NodeSetJson
{
    /// <summary>Writes indented JSON that ends with a line feed.</summary>
    public static string Render(IReadOnlyList<Topology> nodes, RenderOptions options)
    {
        return JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("format", "plumbline.topologies");
            writer.WriteNumber("version", TopologyJson.Version);
            writer.WriteStartArray("nodes");
            foreach (var node in nodes)
            {
                TopologyJson.Write(writer, node, options);
            }
            writer.WriteEndArray();
            writer.WriteArray("tunnels", NodeTunnel.Between(nodes), (target, tunnel) => WriteTunnel(target, tunnel, nodes));
            writer.WriteEndObject();
        });
    }

    private static void WriteTunnel(Utf8JsonWriter writer, NodeTunnel tunnel, IReadOnlyList<Topology> nodes)
    {
        writer.WriteStartObject();
        writer.WriteNumber("from", tunnel.From);
        writer.WriteKnown("fromHost", nodes[tunnel.From].Snapshot.Host);
        writer.WriteString("port", tunnel.Port);
        writer.WriteString("type", tunnel.Ends.Type);
        writer.WriteKnown("local", tunnel.Ends.Local?.ToString());
        writer.WriteKnown("remote", tunnel.Ends.Remote?.ToString());
        if (tunnel.To is { } to)
        {
            writer.WriteNumber("to", to);
            writer.WriteKnown("toHost", nodes[to].Snapshot.Host);
            writer.WriteKnown("portBack", tunnel.PortBack);
        }
        writer.WriteEndObject();
    }
}
