using System.Net;
using Plumbline.Linux.Netlink.Protocol;
using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

public sealed partial record FdbEntry
{
    /// <summary>
    /// Reads RTM_NEWNEIGH of family AF_BRIDGE from behind the netlink header; null where it bears no Ethernet address (a VXLAN
    /// next-hop entry, say).
    /// </summary>
    /// <exception cref="InvalidDataException">A length overruns the message.</exception>
    internal static FdbEntry? Parse(ReadOnlySpan<byte> message)
    {
        var header = FixedHeader.Read<ndmsg>(message);
        MacAddress? address = null;
        int? master = null, vlan = null;
        IPAddress? remote = null;
        var attributes = new AttributeReader(message[ndmsg.Length..]);
        while (attributes.Read())
        {
            switch ((NeighbourAttribute)attributes.Type)
            {
                case NeighbourAttribute.NDA_LLADDR:
                    address = attributes.Mac();
                    break;
                case NeighbourAttribute.NDA_MASTER:
                    master = attributes.Int32();
                    break;
                case NeighbourAttribute.NDA_VLAN:
                    vlan = attributes.UInt16();
                    break;
                case NeighbourAttribute.NDA_DST:
                    remote = attributes.SpecifiedAddress();
                    break;
            }
        }
        return address is not { } mac
            ? null
            : new()
            {
                IfIndex = header.ndm_ifindex,
                Address = mac,
                MasterIndex = master,
                Vlan = vlan,
                Remote = remote,
                State = header.ndm_state,
            };
    }
}
