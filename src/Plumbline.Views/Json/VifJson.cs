using System.Text.Json;
using Plumbline.Node.Topologies;

namespace Plumbline.Views.Json;

/// <summary>A VIF as JSON: the same object in the topology and in the list of ports.</summary>
internal static class VifJson
{
    /// <summary>Writes one VIF.</summary>
    public static void Write(Utf8JsonWriter writer, Vif vif)
    {
        writer.WriteStartObject();
        writer.WriteKnown("portId", vif.PortId);
        writer.WriteString("owner", JsonWords.Of(vif.Owner));
        writer.WriteString("plug", Words.Of(vif.Plug));
        writer.WriteKnown("instanceName", vif.InstanceName);
        writer.WriteKnown("instanceId", vif.InstanceId);
        writer.WriteKnown("mac", vif.Address?.ToString());
        writer.WriteStrings("ipAddresses", vif.IPAddresses);
        writer.WriteKnown("instance", vif.Instance);
        writer.WriteKnown("device", vif.Device);
        writer.WriteKnown("hybridBridge", vif.HybridBridge);
        writer.WriteKnown("bridgeEnd", vif.BridgeEnd);
        writer.WriteKnown("ovsEnd", vif.OvsEnd);
        writer.WriteKnown("ovsBridge", vif.OvsBridge);
        writer.WriteKnown("namespace", vif.Namespace);
        writer.WriteKnown("localVlan", vif.LocalVlan);
        if (vif.Network is { } network)
        {
            writer.WritePropertyName("network");
            WriteNetwork(writer, network);
        }
        writer.WriteKnown("mtu", vif.Mtu);
        writer.WriteString("state", Words.Of(vif.State));
        writer.WriteStrings("troubles", [.. vif.Troubles.Select(trouble => trouble.Text)]);
        writer.WriteEndObject();
    }

    /// <summary>Writes one network.</summary>
    public static void WriteNetwork(Utf8JsonWriter writer, Network network)
    {
        writer.WriteStartObject();
        writer.WriteKnown("localVlan", network.LocalVlan);
        writer.WriteKnown("id", network.Id);
        writer.WriteKnown("name", network.Name);
        writer.WriteKnown("type", network.Type);
        writer.WriteKnown("physicalNetwork", network.PhysicalNetwork);
        writer.WriteKnown("segmentationId", network.SegmentationId);
        writer.WriteEndObject();
    }
}
