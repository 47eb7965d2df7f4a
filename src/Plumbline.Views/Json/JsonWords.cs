using System.Diagnostics;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Views.Json;

/// <summary>Names of kinds in JSON: part of the schema (docs/json.md), so they stay when a type is renamed.</summary>
internal static class JsonWords
{
    /// <summary>An element's kind.</summary>
    public static string Of(ElementKind kind) => kind switch
    {
        ElementKind.Instance => "instance",
        ElementKind.Tap => "tap",
        ElementKind.VhostUser => "vhost-user",
        ElementKind.HybridBridge => "hybrid-bridge",
        ElementKind.LinuxBridge => "linux-bridge",
        ElementKind.HybridVethBridgeEnd => "hybrid-veth-bridge-end",
        ElementKind.HybridVethOvsEnd => "hybrid-veth-ovs-end",
        ElementKind.Veth => "veth",
        ElementKind.OvsBridge => "ovs-bridge",
        ElementKind.Patch => "patch",
        ElementKind.Tunnel => "tunnel",
        ElementKind.RemoteEnd => "remote-end",
        ElementKind.DhcpPort => "dhcp-port",
        ElementKind.RouterPort => "router-port",
        ElementKind.GatewayPort => "gateway-port",
        ElementKind.OvsInternal => "ovs-internal",
        ElementKind.Nic => "nic",
        ElementKind.Stacked => "stacked",
        ElementKind.Monitor => "monitor",
        ElementKind.Loopback => "loopback",
        ElementKind.Other => "other",
        _ => throw new UnreachableException($"{kind}"),
    };

    /// <summary>A connection's kind.</summary>
    public static string Of(ConnectionKind kind) => kind switch
    {
        ConnectionKind.InstanceNic => "instance-nic",
        ConnectionKind.LinuxBridgeMember => "linux-bridge-member",
        ConnectionKind.OvsBridgePort => "ovs-bridge-port",
        ConnectionKind.VethPair => "veth-pair",
        ConnectionKind.PatchPair => "patch-pair",
        ConnectionKind.Tunnel => "tunnel",
        ConnectionKind.Above => "above",
        _ => throw new UnreachableException($"{kind}"),
    };

    /// <summary>How asking a source went.</summary>
    public static string Of(SourceOutcome outcome) => outcome switch
    {
        SourceOutcome.Read => "read",
        SourceOutcome.Partial => "partial",
        SourceOutcome.Absent => "absent",
        SourceOutcome.Forbidden => "forbidden",
        SourceOutcome.Failed => "failed",
        _ => throw new UnreachableException($"{outcome}"),
    };

    /// <summary>Whose a VIF is.</summary>
    public static string Of(VifOwner owner) => owner switch
    {
        VifOwner.Instance => "instance",
        VifOwner.Dhcp => "dhcp",
        VifOwner.Router => "router",
        VifOwner.Gateway => "gateway",
        VifOwner.Service => "service",
        _ => throw new UnreachableException($"{owner}"),
    };
}
