namespace Plumbline.Neutron.SecurityGroups.Roles;

/// <summary>Neutron's comments, old wordings among them, and the duties they belong to. Compared without blanks, which pasting loses.</summary>
internal static class NeutronComments
{
    private static readonly (string Id, string Text, NeutronDuty[] Duties)[] _known =
    [
        ("C1", "Default drop rule for unmatched traffic.", [NeutronDuty.Fallback]),
        ("C2", "Direct traffic from the VM interface to the security group chain.", [NeutronDuty.ToGroups]),
        ("C3", "Jump to the VM specific chain.", [NeutronDuty.ToPort]),
        ("C4", "Direct incoming traffic from VM to the security group chain.", [NeutronDuty.FromInput]),
        ("C5", "Allow traffic from defined IP/MAC pairs.", [NeutronDuty.SpoofAllow]),
        ("C6", "Drop traffic without an IP/MAC allow rule.", [NeutronDuty.SpoofDrop]),
        ("C7", "Allow DHCP client traffic.", [NeutronDuty.DhcpClient, NeutronDuty.DhcpDiscover]),
        ("C8", "Prevent DHCP Spoofing by VM.", [NeutronDuty.DhcpSpoofGuard]),
        ("C9", "Send unmatched traffic to the fallback chain.", [NeutronDuty.ToFallback]),
        ("C10", "Drop packets that appear related to an existing connection (e.g. TCP ACK/FIN) but do not have an entry in conntrack.",
            [NeutronDuty.Invalid]),
        ("C10", "Drop packets that are not associated with a state.", [NeutronDuty.Invalid]),
        ("C11", "Direct packets associated with a known session to the RETURN chain.", [NeutronDuty.Established]),
        ("C12", "Accept all packets when port security is disabled.", [NeutronDuty.PortSecurityOff]),
        ("C13", "Accept all packets when port is trusted.", [NeutronDuty.Trusted]),
        ("C14", "Drop IPv6 Router Advts from VM Instance.", [NeutronDuty.RouterAdvertGuard]),
        ("C15", "Allow IPv6 ICMP traffic.", [NeutronDuty.Icmpv6Early, NeutronDuty.Icmpv6Out]),
    ];

    /// <summary>The id of a comment, and whether it goes with <paramref name="duty"/>; null for one that is not Neutron's.</summary>
    public static (string Id, bool Fits)? Find(string comment, NeutronDuty duty)
    {
        foreach (var (id, text, duties) in _known)
        {
            if (SameWithoutBlanks(comment, text))
            {
                return (id, Array.IndexOf(duties, duty) >= 0);
            }
        }
        return null;
    }

    private static bool SameWithoutBlanks(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var (i, j) = (0, 0);
        while (true)
        {
            while (i < one.Length && char.IsWhiteSpace(one[i]))
            {
                i++;
            }
            while (j < other.Length && char.IsWhiteSpace(other[j]))
            {
                j++;
            }
            if (i == one.Length || j == other.Length)
            {
                return i == one.Length && j == other.Length;
            }
            if (one[i++] != other[j++])
            {
                return false;
            }
        }
    }
}
