namespace Plumbline.Packets.Flows;

/// <summary>Which step of a DHCP exchange is missing.</summary>
public enum DhcpStep
{
    /// <summary>None: it ended with an address, a release or what was asked.</summary>
    None,

    /// <summary>Discover (DHCPv6: solicit) without offer (advertise).</summary>
    Offer,

    /// <summary>An offer that the client never asked for.</summary>
    Request,

    /// <summary>A request (renew, rebind, inform) without answer.</summary>
    Ack,

    /// <summary>The server said no (NAK; DHCPv6: a status code in place of an address).</summary>
    Refused,

    /// <summary>The client found the address taken (decline).</summary>
    Declined,
}
