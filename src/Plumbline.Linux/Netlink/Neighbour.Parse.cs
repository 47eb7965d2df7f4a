using System.Net;
using Plumbline.Linux.Netlink.Protocol;
using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

public sealed partial record Neighbour
{
    /// <summary>
    /// Reads RTM_NEWNEIGH from behind the netlink header: <c>struct ndmsg</c>, NDA_ attributes; null where it bears no address.
    /// </summary>
    /// <exception cref="InvalidDataException">A length overruns the message.</exception>
    internal static Neighbour? Parse(ReadOnlySpan<byte> message)
    {
        var header = FixedHeader.Read<ndmsg>(message);
        IPAddress? address = null;
        MacAddress? linkAddress = null;
        var attributes = new AttributeReader(message[ndmsg.Length..]);
        while (attributes.Read())
        {
            switch ((NeighbourAttribute)attributes.Type)
            {
                case NeighbourAttribute.NDA_DST:
                    address = attributes.Address();
                    break;
                case NeighbourAttribute.NDA_LLADDR:
                    linkAddress = attributes.Mac();
                    break;
            }
        }
        return address is null
            ? null
            : new()
            {
                IfIndex = header.ndm_ifindex,
                Address = address,
                LinkAddress = linkAddress,
                State = header.ndm_state,
            };
    }
}
