using System.Net;

namespace Plumbline.Linux.Netlink;

/// <summary>An address of a link (RTM_NEWADDR, <c>struct ifaddrmsg</c>).</summary>
public sealed partial record LinkAddress
{
    /// <summary>The link it belongs to.</summary>
    public required int IfIndex { get; init; }

    /// <summary>IFA_LOCAL, or IFA_ADDRESS where that is absent.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Prefix length in bits.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>ifa_scope: 0 global, 200 site, 253 link, 254 host.</summary>
    public int Scope { get; init; }

    /// <summary>IFA_ADDRESS of a point-to-point link.</summary>
    public IPAddress? Peer { get; init; }

    /// <summary>IFA_F_TENTATIVE or IFA_F_DADFAILED is set: not usable (yet).</summary>
    public bool Tentative { get; init; }
}
