using System.Net;
using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial record LinkAddress
{
    /// <summary>
    /// Reads RTM_NEWADDR from behind the netlink header: <c>struct ifaddrmsg</c>, IFA_ attributes; null where it bears no address.
    /// </summary>
    /// <exception cref="InvalidDataException">A length overruns the message.</exception>
    internal static LinkAddress? Parse(ReadOnlySpan<byte> message)
    {
        var header = FixedHeader.Read<ifaddrmsg>(message);
        IPAddress? address = null, local = null;
        uint flags = header.ifa_flags;
        var attributes = new AttributeReader(message[ifaddrmsg.Length..]);
        while (attributes.Read())
        {
            switch ((AddressAttribute)attributes.Type)
            {
                case AddressAttribute.IFA_ADDRESS:
                    address = attributes.Address();
                    break;
                case AddressAttribute.IFA_LOCAL:
                    local = attributes.Address();
                    break;
                case AddressAttribute.IFA_FLAGS:
                    flags = attributes.UInt32();
                    break;
            }
        }
        return (local ?? address) is not { } own
            ? null
            : new()
            {
                IfIndex = header.ifa_index,
                Address = own,
                PrefixLength = header.ifa_prefixlen,
                Scope = header.ifa_scope,
                Peer = local is not null && !local.Equals(address) ? address : null,
                Tentative = ((AddressFlags)flags & (AddressFlags.IFA_F_TENTATIVE | AddressFlags.IFA_F_DADFAILED)) != 0,
            };
    }
}
