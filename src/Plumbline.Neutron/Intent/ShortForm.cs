using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Neutron.Intent;

/// <summary>The short way to write ports and groups, and the API's form of it (docs/apply.md).</summary>
internal static class ShortForm
{
    private static readonly (string Short, string Long)[] _portKeys =
    [
        ("mac", "mac_address"), ("ips", "fixed_ips"), ("ip", "fixed_ips"), ("addresses", "fixed_ips"), ("groups", "security_groups"),
        ("pairs", "allowed_address_pairs"), ("port_security", "port_security_enabled"), ("owner", "device_owner"),
        ("network", "network_id"), ("device", "id"), ("host", "binding:host_id"),
    ];

    public static JsonElement Expand(JsonElement root, string where)
    {
        var document = JsonNode.Parse(root.GetRawText())!.AsObject();
        var groups = new JsonArray();
        var addresses = new JsonArray();
        foreach (var key in (ReadOnlySpan<string>)["security_groups", "groups"])
        {
            if (document[key] is { } told)
            {
                document.Remove(key);
                AddAll(groups, told, "security_group_rules", where, key);
            }
        }
        if (document["address_groups"] is { } ranges)
        {
            document.Remove("address_groups");
            AddAll(addresses, ranges, "addresses", where, "address_groups");
        }
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in groups.Concat(addresses).OfType<JsonObject>())
        {
            if (group["name"] is JsonValue name && group["id"] is JsonValue id)
            {
                names.TryAdd(name.ToString(), id.ToString());
            }
        }
        foreach (var group in groups.OfType<JsonObject>())
        {
            ExpandGroup(group, names, where);
        }
        document["security_groups"] = groups;
        document["address_groups"] = addresses;
        var ports = document["ports"] as JsonArray ?? [];
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i] is not JsonObject port)
            {
                throw Problem("a port is a map with id, mac, ips, groups", $"{where}: ports[{i}]");
            }
            ExpandPort(port, names);
        }
        using var parsed = JsonDocument.Parse(document.ToJsonString());
        return parsed.RootElement.Clone();
    }

    private static void AddAll(JsonArray into, JsonNode told, string content, string where, string key)
    {
        if (told is JsonArray list)
        {
            foreach (var item in list.ToList())
            {
                list.Remove(item);
                into.Add(item);
            }
            return;
        }
        if (told is not JsonObject map)
        {
            throw Problem($"{key} is a map by name or a list", $"{where}: {key}");
        }
        foreach (var (name, value) in map.ToList())
        {
            map.Remove(name);
            var group = value as JsonObject ?? new JsonObject { [content] = value };
            group["id"] ??= name;
            group["name"] ??= name;
            into.Add((JsonNode)group);
        }
    }

    private static void ExpandGroup(JsonObject group, Dictionary<string, string> names, string where)
    {
        Rename(group, "rules", "security_group_rules");
        group["id"] ??= group["name"]?.DeepClone();
        if (group["security_group_rules"] is not JsonArray rules)
        {
            return;
        }
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i] is JsonValue text)
            {
                rules[i] = ShortRule.Parse(text.ToString())
                    ?? throw Problem($"\"{text}\" is no rule", $"{where}: group {group["name"]}, rule {i + 1}");
            }
            if (rules[i] is JsonObject rule)
            {
                foreach (var key in (ReadOnlySpan<string>)["remote_group_id", "remote_address_group_id"])
                {
                    if (rule[key] is JsonValue remote && names.TryGetValue(remote.ToString(), out var id))
                    {
                        rule[key] = id;
                    }
                }
            }
        }
    }

    private static void ExpandPort(JsonObject port, Dictionary<string, string> names)
    {
        foreach (var (brief, whole) in _portKeys)
        {
            Rename(port, brief, whole);
        }
        foreach (var key in (ReadOnlySpan<string>)["fixed_ips", "security_groups", "allowed_address_pairs"])
        {
            if (port[key] is JsonValue one)
            {
                port[key] = new JsonArray(one.DeepClone());
            }
        }
        if (port["security_groups"] is JsonArray groups)
        {
            for (var i = 0; i < groups.Count; i++)
            {
                groups[i] = groups[i] is { } name && names.TryGetValue(name.ToString(), out var id) ? id : groups[i]?.ToString();
            }
        }
        foreach (var pair in port["allowed_address_pairs"] as JsonArray ?? [])
        {
            if (pair is JsonObject told)
            {
                Rename(told, "ip", "ip_address");
                Rename(told, "mac", "mac_address");
            }
        }
        if (port["port_security_enabled"] is JsonValue security && security.ToString() is "off" or "no")
        {
            port["port_security_enabled"] = false;
        }
    }

    private static void Rename(JsonObject map, string from, string to)
    {
        if (map[to] is null && map[from] is { } value)
        {
            map.Remove(from);
            map[to] = value;
        }
    }

    private static NeutronException Problem(string what, string at) => new(new(what, at, "docs/apply.md shows the form"));
}
