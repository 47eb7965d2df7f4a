using System.Globalization;
using System.Text.Json;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.Scenarios;

/// <summary>Security group rules as Neutron's API takes and gives them, in JSON.</summary>
public static class ApiRules
{
    /// <summary>Reads a rule and checks it as the API does.</summary>
    /// <param name="rule">A JSON object.</param>
    /// <param name="refusal">Why it is refused; null where it is not.</param>
    public static SecurityGroupRule? Check(JsonElement rule, out string? refusal)
    {
        if (rule.ValueKind != JsonValueKind.Object)
        {
            refusal = "a rule is an object";
            return null;
        }
        if (rule.TryGetProperty("ethertype", out var ethertype) && ethertype.ValueKind == JsonValueKind.Null)
        {
            refusal = "ethertype must be IPv4 or IPv6"; // left out it is IPv4, null it is nothing
            return null;
        }
        if (!TryReadNumber(rule, "port_range_min", out var first) || !TryReadNumber(rule, "port_range_max", out var last))
        {
            refusal = "a port is a number";
            return null;
        }
        return ApiRuleCheck.Check(
            new()
            {
                Direction = Text(rule, "direction"),
                Ethertype = Text(rule, "ethertype"),
                Protocol = Text(rule, "protocol"),
                PortRangeMin = first,
                PortRangeMax = last,
                RemoteIPPrefix = Text(rule, "remote_ip_prefix"),
                RemoteGroupId = Text(rule, "remote_group_id"),
                RemoteAddressGroupId = Text(rule, "remote_address_group_id"),
            },
            out refusal);
    }

    private static bool TryReadNumber(JsonElement rule, string name, out long? number)
    {
        number = null;
        if (!rule.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            number = value.GetBoolean() ? 1 : 0; // as Python counts
            return true;
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var told))
        {
            number = told;
            return true;
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var real) && Math.Abs(real) < int.MaxValue)
        {
            number = (long)real; // the API cuts off what stands behind the point
            return true;
        }
        if (value.ValueKind == JsonValueKind.String
            && long.TryParse(value.GetString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out told))
        {
            number = told;
            return true;
        }
        return false;
    }

    private static string? Text(JsonElement rule, string name) => rule.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.Null => null,
            _ => value.GetRawText(),
        }
        : null;
}
