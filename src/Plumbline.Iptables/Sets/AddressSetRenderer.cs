using System.Text;

namespace Plumbline.Iptables;

/// <summary>Sets as <c>ipset restore</c> reads them, in the form of <c>ipset save</c>.</summary>
public static class AddressSetRenderer
{
    /// <summary>All sets, each with its members behind it.</summary>
    public static string Save(IEnumerable<AddressSet> sets)
    {
        var text = new StringBuilder();
        foreach (var set in sets)
        {
            text.Append("create ").Append(set.Name).Append(' ').Append(set.Type);
            if (set.Family is { } family && set.Type.StartsWith("hash:", StringComparison.Ordinal))
            {
                text.Append(family == IPFamily.IPv6 ? " family inet6" : " family inet");
            }
            text.Append(set.Options.Length > 0 ? " " : "").Append(set.Options).Append('\n');
            foreach (var member in set.Members)
            {
                text.Append("add ").Append(set.Name).Append(' ').Append(member.Text).Append(member.IsNomatch ? " nomatch" : "")
                    .Append(member.Options.Length > 0 ? " " : "").Append(member.Options).Append('\n');
            }
        }
        return text.ToString();
    }
}
