using Plumbline.Node.Facts;

namespace Plumbline.Node;

/// <summary>
/// JSON can hold null as an element of a list or a map, which no type annotation forbids a reader to accept: this finds such.
/// </summary>
internal static class SnapshotCheck
{
    /// <summary>No list or map anywhere in <paramref name="snapshot"/> holds null.</summary>
    public static bool IsWhole(NodeSnapshot snapshot) =>
        NoNull(snapshot.Sources) && NoNull(snapshot.Firewall)
        && MayNoNull(snapshot.Processes) && MayNoNull(snapshot.Api) && MayNoNull(snapshot.Files)
        && (snapshot.Switching is not { } switching
            || (NoNull(switching.Bridges) && switching.Bridges.All(bridge => MayNoNull(bridge.Fdb))))
        && NoNull(snapshot.Namespaces) && snapshot.Namespaces.All(IsWhole)
        && NoNull(snapshot.Domains) && snapshot.Domains.All(domain => NoNull(domain.Interfaces))
        && (snapshot.Ovs is null || IsWhole(snapshot.Ovs));

    private static bool IsWhole(NamespaceFacts facts) =>
        NoNull(facts.Links) && facts.Links.All(link => NoNull(link.Unknown))
        && NoNull(facts.Addresses) && NoNull(facts.Neighbours) && NoNull(facts.Fdb) && NoNull(facts.Numbers)
        && NoNull(facts.Routes) && facts.Routes.All(route => NoNull(route.NextHops))
        && NoNull(facts.Sysctls)
        && MayNoNull(facts.RoutingRules) && MayNoNull(facts.BridgeVlans) && MayNoNull(facts.FrameRules) && MayNoNull(facts.Offloads)
        && MayNoNull(facts.Sockets);

    private static bool IsWhole(OvsFacts ovs) =>
        NoNull(ovs.ExternalIds) && NoNull(ovs.OtherConfig) && NoNull(ovs.Managers)
        && NoNull(ovs.Bridges) && ovs.Bridges.All(IsWhole);

    private static bool IsWhole(OvsBridge bridge) =>
        NoNull(bridge.Protocols) && NoNull(bridge.Controllers) && NoNull(bridge.ExternalIds) && NoNull(bridge.OtherConfig)
        && NoNull(bridge.Mirrors) && bridge.Mirrors.All(mirror => NoNull(mirror.ExternalIds))
        && NoNull(bridge.Ports) && bridge.Ports.All(IsWhole);

    private static bool IsWhole(OvsPort port) =>
        NoNull(port.ExternalIds) && NoNull(port.OtherConfig)
        && NoNull(port.Interfaces) && port.Interfaces.All(i => NoNull(i.Options) && NoNull(i.ExternalIds));

    /// <summary>A list that may be missing.</summary>
    private static bool MayNoNull<T>(IReadOnlyList<T>? list) where T : class => list is null || NoNull(list);

    private static bool NoNull<T>(IReadOnlyList<T> list) where T : class
    {
        foreach (var item in list)
        {
            if (item is null)
            {
                return false;
            }
        }
        return true;
    }

    private static bool NoNull(IReadOnlyDictionary<string, string> map)
    {
        foreach (var value in map.Values)
        {
            if (value is null)
            {
                return false;
            }
        }
        return true;
    }
}
