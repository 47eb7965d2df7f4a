namespace Plumbline.Neutron.SecurityGroups;

/// <summary>The comments that Neutron's rules bear, to the letter, ready to stand before <c>-j</c>; empty where they are switched off.</summary>
internal sealed class RuleComments
{
    public RuleComments(FirewallOptions options)
    {
        var on = options.Comments && options.Release >= NeutronRelease.Juno;
        string Make(string text) => on ? $"-m comment --comment \"{text}\" " : "";
        Fallback = Make("Default drop rule for unmatched traffic.");
        ToGroupChain = Make("Direct traffic from the VM interface to the security group chain.");
        ToPortChain = Make("Jump to the VM specific chain.");
        InputToGroupChain = Make("Direct incoming traffic from VM to the security group chain.");
        PairAllow = Make("Allow traffic from defined IP/MAC pairs.");
        PairDrop = Make("Drop traffic without an IP/MAC allow rule.");
        DhcpClient = Make("Allow DHCP client traffic.");
        DhcpSpoof = Make("Prevent DHCP Spoofing by VM.");
        Unmatched = Make("Send unmatched traffic to the fallback chain.");
        Invalid = Make(options.Release == NeutronRelease.Juno
            ? "Drop packets that are not associated with a state."
            : "Drop packets that appear related to an existing connection (e.g. TCP ACK/FIN) but do not have an entry in conntrack.");
        Established = Make("Direct packets associated with a known session to the RETURN chain.");
        PortSecurityDisabled = Make("Accept all packets when port security is disabled.");
        Trusted = Make("Accept all packets when port is trusted.");
        RouterAdvertDrop = Make("Drop IPv6 Router Advts from VM Instance.");
        Icmpv6 = Make("Allow IPv6 ICMP traffic.");
        Snat = Make("Perform source NAT on outgoing traffic.");
    }

    public string Fallback { get; }
    public string ToGroupChain { get; }
    public string ToPortChain { get; }
    public string InputToGroupChain { get; }
    public string PairAllow { get; }
    public string PairDrop { get; }
    public string DhcpClient { get; }
    public string DhcpSpoof { get; }
    public string Unmatched { get; }
    public string Invalid { get; }
    public string Established { get; }
    public string PortSecurityDisabled { get; }
    public string Trusted { get; }
    public string RouterAdvertDrop { get; }
    public string Icmpv6 { get; }
    public string Snat { get; }
}
