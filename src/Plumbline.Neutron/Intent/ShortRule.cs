using System.Globalization;
using System.Text.Json.Nodes;

namespace Plumbline.Neutron.Intent;

/// <summary>
/// A rule in one line: <c>in|out [ipv4|ipv6] [PROTOCOL [PORT|FIRST-LAST|TYPE[/CODE]]] [from|to PREFIX|group NAME|addresses NAME]</c>;
/// the family follows from the prefix where it is not said.
/// </summary>
internal static class ShortRule
{
    /// <summary>The key under which a rule keeps the line it was told as, for complaints; the API has none such.</summary>
    public const string Told = "plumb:told";

    /// <summary>The rule as the API takes it; null where the line is none.</summary>
    public static JsonObject? Parse(string text)
    {
        var words = new Queue<string>(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (!words.TryDequeue(out var direction) || Direction(direction) is not { } known)
        {
            return null;
        }
        var rule = new JsonObject { ["direction"] = known };
        if (words.TryPeek(out var family) && family.ToLowerInvariant() is "ipv4" or "ipv6" && words.TryDequeue(out _))
        {
            rule["ethertype"] = family[^1] == '6' ? "IPv6" : "IPv4";
        }
        if (words.TryPeek(out var protocol) && !IsRemote(protocol))
        {
            words.Dequeue();
            if (protocol is not ("any" or "all"))
            {
                rule["protocol"] = protocol;
                if (protocol is "icmpv6" or "ipv6-icmp")
                {
                    rule["ethertype"] ??= "IPv6";
                }
            }
            if (words.TryPeek(out var ports) && !IsRemote(ports))
            {
                words.Dequeue();
                if (!TryAddPorts(rule, ports))
                {
                    return null;
                }
            }
        }
        rule[Told] = text;
        return TryAddRemote(rule, words) && words.Count == 0 ? rule : null;
    }

    private static string? Direction(string word) => word.ToLowerInvariant() switch
    {
        "in" or "ingress" => "ingress",
        "out" or "egress" => "egress",
        _ => null,
    };

    private static bool IsRemote(string word) => word is "from" or "to";

    private static bool TryAddPorts(JsonObject rule, string text)
    {
        var cut = text.IndexOfAny(['-', ':', '/']);
        if (!int.TryParse(cut < 0 ? text : text[..cut], NumberStyles.None, CultureInfo.InvariantCulture, out var first))
        {
            return false;
        }
        rule["port_range_min"] = first;
        var isType = rule["protocol"]?.ToString() is "icmp" or "icmpv6" or "ipv6-icmp" or "1" or "58";
        if (cut >= 0)
        {
            if (!int.TryParse(text[(cut + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            {
                return false;
            }
            rule["port_range_max"] = last;
        }
        else if (!isType)
        {
            rule["port_range_max"] = first;
        }
        return true;
    }

    private static bool TryAddRemote(JsonObject rule, Queue<string> words)
    {
        if (!words.TryDequeue(out var preposition))
        {
            return true;
        }
        if (!IsRemote(preposition) || !words.TryDequeue(out var what))
        {
            return false;
        }
        switch (what)
        {
            case "any":
                return true;
            case "group":
                rule["remote_group_id"] = words.TryDequeue(out var group) ? group : null;
                return group is not null;
            case "addresses":
                rule["remote_address_group_id"] = words.TryDequeue(out var addresses) ? addresses : null;
                return addresses is not null;
            default:
                rule["remote_ip_prefix"] = what;
                if (rule["ethertype"] is null && what.Contains(':'))
                {
                    rule["ethertype"] = "IPv6";
                }
                return true;
        }
    }
}
