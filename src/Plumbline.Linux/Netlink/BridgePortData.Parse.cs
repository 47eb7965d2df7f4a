using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial record BridgePortData
{
    /// <summary>Reads IFLA_INFO_SLAVE_DATA of member kind <c>bridge</c>.</summary>
    /// <exception cref="InvalidDataException">A length overruns the attribute.</exception>
    internal static BridgePortData Parse(AttributeReader data)
    {
        BridgePortState? state = null;
        bool? hairpin = null, learning = null, flood = null, isolated = null;
        while (data.Read())
        {
            switch ((BridgePortAttribute)data.Type)
            {
                case BridgePortAttribute.IFLA_BRPORT_STATE:
                    state = (BridgePortState)data.Byte();
                    break;
                case BridgePortAttribute.IFLA_BRPORT_MODE:
                    hairpin = data.Byte() != 0;
                    break;
                case BridgePortAttribute.IFLA_BRPORT_LEARNING:
                    learning = data.Byte() != 0;
                    break;
                case BridgePortAttribute.IFLA_BRPORT_UNICAST_FLOOD:
                    flood = data.Byte() != 0;
                    break;
                case BridgePortAttribute.IFLA_BRPORT_ISOLATED:
                    isolated = data.Byte() != 0;
                    break;
            }
        }
        return new() { State = state, Hairpin = hairpin, Learning = learning, UnicastFlood = flood, Isolated = isolated };
    }
}
