namespace Plumbline.Neutron.SecurityGroups;

public sealed partial record HybridFirewall
{
    /// <summary>The comments that Neutron's rules bear, to the letter.</summary>
    private static class Comments
    {
        public const string Fallback = "Default drop rule for unmatched traffic.";
        public const string ToGroupChain = "Direct traffic from the VM interface to the security group chain.";
        public const string ToPortChain = "Jump to the VM specific chain.";
        public const string InputToGroupChain = "Direct incoming traffic from VM to the security group chain.";
        public const string PairAllow = "Allow traffic from defined IP/MAC pairs.";
        public const string PairDrop = "Drop traffic without an IP/MAC allow rule.";
        public const string DhcpClient = "Allow DHCP client traffic.";
        public const string DhcpSpoof = "Prevent DHCP Spoofing by VM.";
        public const string Unmatched = "Send unmatched traffic to the fallback chain.";
        public const string Invalid =
            "Drop packets that appear related to an existing connection (e.g. TCP ACK/FIN) but do not have an entry in conntrack.";
        public const string Established = "Direct packets associated with a known session to the RETURN chain.";
        public const string PortSecurityDisabled = "Accept all packets when port security is disabled.";
        public const string Trusted = "Accept all packets when port is trusted.";
        public const string RouterAdvertDrop = "Drop IPv6 Router Advts from VM Instance.";
        public const string Icmpv6 = "Allow IPv6 ICMP traffic.";
    }
}
