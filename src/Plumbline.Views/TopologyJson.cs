using System.Text.Json;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Views.Json;

namespace Plumbline.Views;

/// <summary>
/// The topology as JSON for programs; docs/json.md is its schema. What is not known is absent, never null; names are as they came,
/// escaped by JSON's rules. With a focus only the chains' elements, the connections among them, and their VIFs.
/// </summary>
public static class TopologyJson
{
    /// <summary>The schema's version: a reader of version 1 ignores members that it does not know; a break raises it.</summary>
    public const int Version = 1;

    /// <summary>Writes indented JSON that ends with a line feed.</summary>
    public static string Render(Topology topology, RenderOptions options) => JsonText.Write(writer => Write(writer, topology, options));

    /// <summary>Writes the object.</summary>
    internal static void Write(Utf8JsonWriter writer, Topology topology, RenderOptions options)
    {
        var index = new TopologyIndex(topology);
        var part = options.Focus is { } focus ? Selection.Of(index, focus) : null;
        writer.WriteStartObject();
        writer.WriteString("format", "plumbline.topology");
        writer.WriteNumber("version", Version);
        WriteNode(writer, topology.Snapshot);
        writer.WriteArray("sources", topology.Snapshot.Sources, WriteSource);
        writer.WriteArray("elements", topology.Elements.Where(element => part?.Contains(element) ?? true), WriteElement);
        writer.WriteArray("connections", topology.Connections
            .Where(connection => part?.Contains(connection) ?? true), WriteConnection);
        writer.WriteArray("vifs", topology.Vifs.Where(vif => part?.Contains(vif) ?? true), VifJson.Write);
        writer.WriteArray("networks", topology.Networks
            .Where(network => part?.Contains(network) ?? true), VifJson.WriteNetwork);
        writer.WriteEndObject();
    }

    private static void WriteNode(Utf8JsonWriter writer, NodeSnapshot snapshot)
    {
        writer.WriteStartObject("node");
        writer.WriteKnown("host", snapshot.Host);
        writer.WriteKnown("kernel", snapshot.Kernel);
        writer.WriteKnown("ovsVersion", snapshot.Ovs?.Version);
        if (snapshot.TakenAt is { } time)
        {
            writer.WriteString("takenAt", time.ToUniversalTime());
        }
        writer.WriteKnown("takenBy", snapshot.TakenBy);
        writer.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter writer, SourceReport source)
    {
        writer.WriteStartObject();
        writer.WriteString("source", source.Source);
        writer.WriteString("where", source.Where);
        writer.WriteString("outcome", JsonWords.Of(source.Outcome));
        writer.WriteKnown("detail", source.Detail);
        writer.WriteKnown("consequence", source.Consequence);
        writer.WriteEndObject();
    }

    private static void WriteElement(Utf8JsonWriter writer, Element element)
    {
        writer.WriteStartObject();
        writer.WriteString("id", element.Id);
        writer.WriteString("kind", JsonWords.Of(element.Kind));
        writer.WriteString("name", element.Name);
        writer.WriteKnown("namespace", element.Namespace);
        writer.WriteKnown("ovsBridge", element.OvsBridge);
        writer.WriteString("state", Words.Of(element.State));
        writer.WriteKnown("mac", element.Address?.ToString());
        writer.WriteStrings("ipAddresses", element.IPAddresses);
        writer.WriteKnown("mtu", element.Mtu);
        writer.WriteKnown("vlan", element.Vlan);
        writer.WriteKnown("ofPort", element.OfPort);
        writer.WriteKnown("ifIndex", element.IfIndex);
        if (element.Tunnel is { } tunnel)
        {
            writer.WriteStartObject("tunnel");
            writer.WriteString("type", tunnel.Type);
            writer.WriteKnown("local", tunnel.Local?.ToString());
            writer.WriteKnown("remote", tunnel.Remote?.ToString());
            writer.WriteKnown("key", tunnel.Key);
            writer.WriteEndObject();
        }
        writer.WriteKnown("neutronPort", element.NeutronPort);
        writer.WriteKnown("note", element.Note);
        writer.WriteStrings("troubles", [.. element.Troubles.Select(trouble => trouble.Text)]);
        writer.WriteEndObject();
    }

    private static void WriteConnection(Utf8JsonWriter writer, Connection connection)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", JsonWords.Of(connection.Kind));
        writer.WriteString("from", connection.From);
        writer.WriteString("to", connection.To);
        writer.WriteEndObject();
    }
}
