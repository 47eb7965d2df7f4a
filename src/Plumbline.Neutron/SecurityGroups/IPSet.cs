namespace Plumbline.Neutron.SecurityGroups;

/// <summary>The set of a remote group's members in one family.</summary>
/// <param name="Name">N, IPv4 or IPv6, and the group's UUID, cut to 29 characters.</param>
/// <param name="Family"><c>inet</c> or <c>inet6</c>.</param>
/// <param name="Members">Prefixes with length.</param>
public sealed record IPSet(string Name, string Family, IReadOnlyList<string> Members)
{
    /// <summary>The set of a group.</summary>
    internal static IPSet Of(SecurityGroup group, bool ipv6) =>
        new(NameOf(group.Id, ipv6), ipv6 ? "inet6" : "inet",
        [
            .. group.Members.Where(m => m.Contains(':') == ipv6)
                .SelectMany(WithLength)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ]);

    /// <summary>The name of a group's set.</summary>
    internal static string NameOf(string groupId, bool ipv6)
    {
        var name = (ipv6 ? "NIPv6" : "NIPv4") + groupId;
        return name.Length <= 29 ? name : name[..29];
    }

    /// <summary>Lines for <c>ipset restore -exist</c>.</summary>
    public string ToRestoreText() =>
        $"create {Name} hash:net family {Family}\n" + string.Concat(Members.Select(m => $"add {Name} {m}\n"));

    // ipset refuses a prefix of length 0, so the agent gives its two halves
    private static IEnumerable<string> WithLength(string member)
    {
        var ipv6 = member.Contains(':');
        if (member.EndsWith("/0", StringComparison.Ordinal))
        {
            return ipv6 ? ["::/1", "8000::/1"] : ["0.0.0.0/1", "128.0.0.0/1"];
        }
        return [member.Contains('/') ? member : member + (ipv6 ? "/128" : "/32")];
    }
}
