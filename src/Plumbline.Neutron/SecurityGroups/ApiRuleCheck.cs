namespace Plumbline.Neutron.SecurityGroups;

/// <summary>What Neutron's API makes of a rule: its canonical form, or a refusal (section "API checks of a rule" of our notes).</summary>
public static class ApiRuleCheck
{
    private const int LastPort = 65535;

    /// <summary>Checks one rule.</summary>
    /// <param name="rule">As given.</param>
    /// <param name="refusal">Why the API refuses it; null where it does not.</param>
    /// <returns>What the agent gets; null where the API refuses it.</returns>
    public static SecurityGroupRule? Check(ApiRule rule, out string? refusal)
    {
        refusal = null;
        var canonical = Canonical(rule, ref refusal);
        return refusal is null ? canonical : null;
    }

    private static SecurityGroupRule? Canonical(ApiRule rule, ref string? refusal)
    {
        if (rule.Direction is not ("ingress" or "egress"))
        {
            refusal = "direction must be ingress or egress";
            return null;
        }
        var ethertype = rule.Ethertype ?? "IPv4";
        var ipv6 = ethertype.Equals("IPv6", StringComparison.OrdinalIgnoreCase);
        if (!ipv6 && !ethertype.Equals("IPv4", StringComparison.OrdinalIgnoreCase))
        {
            refusal = "ethertype must be IPv4 or IPv6";
            return null;
        }
        if (!TryReadProtocol(rule.Protocol, ipv6, out var protocol))
        {
            refusal = $"protocol {rule.Protocol} is neither a number from 0 to 255 nor a name that the API takes";
            return null;
        }
        var (first, last) = (rule.PortRangeMin, rule.PortRangeMax);
        if (first is < 0 or > LastPort || last is < 0 or > LastPort)
        {
            refusal = "ports are 0 to 65535";
            return null;
        }
        if ((first, last) == (1, LastPort))
        {
            (first, last) = (null, null);
        }
        var prefixRefusal = RefusePrefix(rule.RemoteIPPrefix, ipv6, out var prefix);
        refusal = RefusePorts(protocol, first, last) ?? prefixRefusal ?? RefuseFamily(protocol, ipv6) ?? RefuseRemotes(rule);
        return new()
        {
            IsIngress = rule.Direction == "ingress",
            IsIPv6 = ipv6,
            Protocol = protocol,
            PortRangeMin = (int?)first,
            PortRangeMax = (int?)last,
            RemoteIPPrefix = prefix,
            RemoteGroupId = rule.RemoteGroupId is "" ? null : rule.RemoteGroupId,
            RemoteAddressGroupId = rule.RemoteAddressGroupId is "" ? null : rule.RemoteAddressGroupId,
        };
    }

    private static bool TryReadProtocol(string? given, bool ipv6, out string? protocol)
    {
        protocol = given;
        if (given is null)
        {
            return true;
        }
        if (int.TryParse(given, out var number))
        {
            protocol = ipv6 && given == "1" ? "58" : given;
            return number is >= 0 and <= 255;
        }
        protocol = given.ToLowerInvariant();
        if (!ProtocolNames.IsApiName(protocol))
        {
            return false;
        }
        if (ipv6 && (protocol is "icmp" or "icmpv6"))
        {
            protocol = "ipv6-icmp";
        }
        return true;
    }

    private static string? RefusePorts(string? protocol, long? first, long? last)
    {
        if (first is null && last is null)
        {
            return null;
        }
        if (protocol is null)
        {
            return "ports need a protocol";
        }
        switch (ProtocolNames.NumberOf(protocol))
        {
            case 6 or 17 or 33 or 132 or 136:
                return first is 0 || last is 0
                    ? "a port is 1 to 65535"
                    : first is null || last is null || first > last ? "port_range_min must be at most port_range_max, and both given" : null;
            case 1 or 58:
                return first is > 255 || last is > 255
                    ? "an ICMP type or code is 0 to 255"
                    : first is null ? "an ICMP code needs a type" : null;
            default:
                return $"protocol {protocol} has no ports";
        }
    }

    private static string? RefusePrefix(string? given, bool ipv6, out string? prefix)
    {
        prefix = null;
        if (string.IsNullOrEmpty(given))
        {
            return null;
        }
        if (!AddressPrefix.TryParse(given, out var parsed))
        {
            return $"{given} is no prefix";
        }
        prefix = parsed.Network.ToString();
        return parsed.IsIPv6 == ipv6 ? null : $"the prefix {given} is not of the rule's family";
    }

    private static string? RefuseFamily(string? protocol, bool ipv6) =>
        !ipv6 && (protocol is "ipv6-encap" or "ipv6-frag" or "ipv6-icmp" or "icmpv6" or "ipv6-nonxt" or "ipv6-opts" or "ipv6-route"
            or "41" or "44" or "58" or "59" or "60" or "43")
            ? $"protocol {protocol} is not of IPv4"
            : null;

    private static string? RefuseRemotes(ApiRule rule)
    {
        var remotes = (string.IsNullOrEmpty(rule.RemoteIPPrefix) ? 0 : 1)
            + (string.IsNullOrEmpty(rule.RemoteGroupId) ? 0 : 1)
            + (string.IsNullOrEmpty(rule.RemoteAddressGroupId) ? 0 : 1);
        return remotes > 1 ? "only one of remote_ip_prefix, remote_group_id, remote_address_group_id" : null;
    }
}
