namespace Plumbline.Neutron.SecurityGroups.Roles;

/// <summary>A chain's place in Neutron's frame, told by its name.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Wrap">The prefix of the agent's chains, e.g. <c>neutron-openvswi</c>; empty for others.</param>
/// <param name="Port">The first 10 characters of the port's UUID, for its own chains; null for others.</param>
public readonly record struct NeutronChain(ChainKind Kind, string Wrap, string? Port)
{
    private const string FilterTop = "neutron-filter-top";

    /// <summary>A chain of a port: dash, one of i, o, s, and 10 characters of a UUID.</summary>
    private const int PortSuffixLength = DeviceNames.ChainIdLength + 2;

    /// <summary>Places the chain <paramref name="name"/>. Chains of an agent are known by its port chains' form or by a Neutron prefix.</summary>
    public static NeutronChain Parse(string name)
    {
        if (name is "INPUT" or "FORWARD" or "OUTPUT" or "PREROUTING" or "POSTROUTING")
        {
            return new(ChainKind.BuiltIn, "", null);
        }
        if (name == FilterTop)
        {
            return new(ChainKind.FilterTop, "", null);
        }
        if (PortKind(name) is { } kind)
        {
            return new(kind, name[..^PortSuffixLength], name[^DeviceNames.ChainIdLength..]);
        }
        ReadOnlySpan<(string Suffix, ChainKind Kind)> frame =
        [
            ("-sg-chain", ChainKind.Groups), ("-sg-fallback", ChainKind.Fallback), ("-FORWARD", ChainKind.AgentForward),
            ("-INPUT", ChainKind.AgentInput), ("-OUTPUT", ChainKind.AgentOutput), ("-POSTROUTING", ChainKind.AgentOutput),
            ("-PREROUTING", ChainKind.AgentPrerouting), ("-local", ChainKind.Local),
        ];
        foreach (var (suffix, place) in frame)
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal)
                && (place is ChainKind.Groups or ChainKind.Fallback || IsAgents(name)))
            {
                return new(place, name[..^suffix.Length], null);
            }
        }
        return new(ChainKind.Foreign, "", null);
    }

    private static bool IsAgents(string name) =>
        name.StartsWith("neutron-", StringComparison.Ordinal) || name.StartsWith("quantum-", StringComparison.Ordinal);

    private static ChainKind? PortKind(string name)
    {
        if (name.Length <= PortSuffixLength || name[^PortSuffixLength] != '-' || name[^2] != '-')
        {
            return null;
        }
        for (var i = name.Length - DeviceNames.ChainIdLength; i < name.Length; i++)
        {
            if (i != name.Length - 2 && !char.IsAsciiHexDigitLower(name[i]))
            {
                return null;
            }
        }
        return name[^(PortSuffixLength - 1)] switch
        {
            'i' => ChainKind.Ingress,
            'o' => ChainKind.Egress,
            's' => ChainKind.Spoof,
            _ => null,
        };
    }
}
