namespace Plumbline.Neutron.SecurityGroups;

/// <summary>The set of a remote group's members in one family.</summary>
/// <param name="Name">N, IPv4 or IPv6, and the group's UUID, cut to 29 characters.</param>
/// <param name="Family"><c>inet</c> or <c>inet6</c>.</param>
/// <param name="Members">Prefixes with length.</param>
public sealed record IPSet(string Name, string Family, IReadOnlyList<string> Members)
{
    private const int NameLength = 29;

    /// <summary>The name of a group's set.</summary>
    public static string NameOf(string groupId, bool ipv6, NeutronRelease release = NeutronRelease.Zed)
    {
        var prefix = release switch
        {
            NeutronRelease.Juno => "",
            NeutronRelease.Kilo => "NET",
            _ => "N",
        };
        var name = $"{prefix}{(ipv6 ? "IPv6" : "IPv4")}{groupId}";
        var length = release == NeutronRelease.Kilo ? 27 : NameLength;
        return name.Length <= length ? name : name[..length];
    }

    /// <summary>The members as the agent hands them to ipset, in the order told: with length, and a /0 as its two halves.</summary>
    public static IReadOnlyList<string> Sanitise(IEnumerable<string> members)
    {
        var result = new List<string>();
        foreach (var member in members)
        {
            if (AddressPrefix.TryParse(member, out var prefix))
            {
                Add(result, prefix);
            }
        }
        return result;
    }

    /// <summary>The set of a group, sorted.</summary>
    internal static IPSet Of(SecurityGroup group, bool ipv6, NeutronRelease release = NeutronRelease.Zed)
    {
        var members = new List<string>(group.Members.Count);
        foreach (var member in group.Members)
        {
            if (member.Contains(':') == ipv6 && AddressPrefix.TryParse(member, out var prefix))
            {
                Add(members, prefix.Network);
            }
        }
        members.Sort(StringComparer.Ordinal);
        return new(NameOf(group.Id, ipv6, release), ipv6 ? "inet6" : "inet", [.. members.Distinct(StringComparer.Ordinal)]);
    }

    private static void Add(List<string> members, AddressPrefix prefix)
    {
        if (prefix.Length > 0)
        {
            members.Add(prefix.ToString());
        }
        else
        {
            members.AddRange(prefix.IsIPv6 ? ["::/1", "8000::/1"] : ["0.0.0.0/1", "128.0.0.0/1"]);
        }
    }

    /// <summary>A member as the kernel keeps it, without host bits.</summary>
    public static string Masked(string member) =>
        AddressPrefix.TryParse(member, out var prefix) ? prefix.Network.ToString() : member;

    /// <summary>Lines for <c>ipset restore -exist</c>.</summary>
    public string ToRestoreText() =>
        $"create {Name} hash:net family {Family}\n" + string.Concat(Members.Select(m => $"add {Name} {m}\n"));
}
