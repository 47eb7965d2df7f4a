using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial record BridgePortData
{
    /// <summary>Reads IFLA_INFO_SLAVE_DATA of member kind <c>bridge</c>.</summary>
    /// <exception cref="InvalidDataException">A length overruns the attribute.</exception>
    internal static BridgePortData Parse(AttributeReader data)
    {
        var port = new BridgePortData();
        while (data.Read())
        {
            port = (BridgePortAttribute)data.Type switch
            {
                BridgePortAttribute.IFLA_BRPORT_STATE => port with { State = (BridgePortState)data.Byte() },
                BridgePortAttribute.IFLA_BRPORT_MODE => port with { Hairpin = data.Byte() != 0 },
                BridgePortAttribute.IFLA_BRPORT_LEARNING => port with { Learning = data.Byte() != 0 },
                BridgePortAttribute.IFLA_BRPORT_UNICAST_FLOOD => port with { UnicastFlood = data.Byte() != 0 },
                BridgePortAttribute.IFLA_BRPORT_ISOLATED => port with { Isolated = data.Byte() != 0 },
                _ => port,
            };
        }
        return port;
    }
}
