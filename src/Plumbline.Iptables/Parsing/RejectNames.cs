namespace Plumbline.Iptables;

/// <summary>What REJECT can answer with.</summary>
internal static class RejectNames
{
    /// <summary>The name that iptables prints for a name, an alias or an unambiguous start of one; null for what is none.</summary>
    public static string? Find(string text, IPFamily family)
    {
        text = text.ToLowerInvariant();
        return family == IPFamily.IPv4
            ? text switch
            {
                "icmp-net-unreachable" or "net-unreach" => "icmp-net-unreachable",
                "icmp-host-unreachable" or "host-unreach" => "icmp-host-unreachable",
                "icmp-proto-unreachable" or "proto-unreach" => "icmp-proto-unreachable",
                "icmp-port-unreachable" or "port-unreach" => "icmp-port-unreachable",
                "icmp-net-prohibited" or "net-prohib" => "icmp-net-prohibited",
                "icmp-host-prohibited" or "host-prohib" => "icmp-host-prohibited",
                "icmp-admin-prohibited" or "admin-prohib" => "icmp-admin-prohibited",
                "tcp-reset" or "tcp-rst" => "tcp-reset",
                _ => null,
            }
            : text switch
            {
                "icmp6-no-route" or "no-route" => "icmp6-no-route",
                "icmp6-adm-prohibited" or "adm-prohibited" => "icmp6-adm-prohibited",
                "icmp6-addr-unreachable" or "addr-unreach" => "icmp6-addr-unreachable",
                "icmp6-port-unreachable" or "port-unreach" => "icmp6-port-unreachable",
                "icmp6-policy-fail" or "policy-fail" => "icmp6-policy-fail",
                "icmp6-reject-route" or "reject-route" => "icmp6-reject-route",
                "tcp-reset" => "tcp-reset",
                _ => null,
            };
    }
}
