using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Plugging;

internal sealed partial record PlugFacts
{
    /// <summary>Reads the node.</summary>
    public static async Task<PlugFacts> ReadAsync(
        RouteNetlink netlink,
        NetworkNamespace? networkNamespace,
        OvsdbSession session,
        PlugNames names,
        CancellationToken cancellationToken)
    {
        var results = await session.TransactAsync(OvsdbSession.OpenVSwitch,
        [
            new Operation.Select("Bridge", [], ["name", "ports"]),
            new Operation.Select(
                "Port", [], ["_uuid", "name", "interfaces", "tag", "vlan_mode", "trunks", "other_config"]),
            new Operation.Select("Interface", [], ["_uuid", "name", "type", "external_ids", "ofport", "error"]),
        ], cancellationToken);
        var interfaces = results[2].Rows.ToDictionary(r => r.Uuid);
        var bridgeOf = results[0].Rows
            .SelectMany(b => b.GetUuids("ports").Select(p => (Port: p, Bridge: b.GetString("name")!)))
            .ToDictionary(p => p.Port, p => p.Bridge);
        return new()
        {
            Links = netlink.ListLinks(),
            Sysctls = ReadSysctls(networkNamespace, names),
            Bridges = [.. results[0].Rows.Select(r => r.GetString("name")!)],
            Ports =
            [
                .. results[1].Rows
                    .Where(r => bridgeOf.ContainsKey(r.Uuid) && r.GetUuids("interfaces").Any(interfaces.ContainsKey))
                    .Select(r => ToPort(r, interfaces[r.GetUuids("interfaces").First(interfaces.ContainsKey)], bridgeOf[r.Uuid])),
            ],
        };
    }

    private static PlugPort ToPort(Row port, Row networkInterface, string bridge) => new()
    {
        Name = port.GetString("name")!,
        Bridge = bridge,
        Uuid = port.Uuid,
        InterfaceUuid = networkInterface.Uuid,
        Type = networkInterface.GetString("type") ?? "",
        Tag = (int?)port.GetInteger("tag"),
        IsTrunk = port.GetString("vlan_mode") is not null || port.GetIntegers("trunks").Count > 0,
        OtherConfig = port.GetStringMap("other_config"),
        ExternalIds = networkInterface.GetStringMap("external_ids"),
        OfPort = (int?)networkInterface.GetInteger("ofport"),
        Error = networkInterface.GetString("error"),
    };

    private static Dictionary<string, string> ReadSysctls(NetworkNamespace? networkNamespace, PlugNames names)
    {
        var values = new Dictionary<string, string>();
        foreach (var (key, _) in PlugPlan.SysctlsOf(names.HybridBridge))
        {
            if (Sysctl.Read(networkNamespace, key) is { } value)
            {
                values[key] = value;
            }
        }
        return values;
    }
}
