using System.Text.Json;

namespace Plumbline.Node.Sources.Texts;

/// <summary>Answers of Neutron's API: an object with a collection, e.g. <c>{"ports": [{"id": …}]}</c>. Kept as they came.</summary>
internal sealed class NeutronApiSource : TextSource
{
    private static readonly string[] _collections =
    [
        "ports", "networks", "subnets", "security_groups", "security_group_rules", "agents", "routers", "floatingips", "trunks",
        "address_groups", "subnetpools", "projects", "policies", "servers",
    ];

    /// <inheritdoc/>
    public override string Command => "Neutron's API as JSON (ports, networks, subnets, security groups, routers, agents)";

    /// <inheritdoc/>
    public override string Source => "api";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Markers => ["\"id\"", "s\": []"];

    /// <inheritdoc/>
    public override int Apply(PastedText text, SnapshotBuilder builder)
    {
        var found = 0;
        foreach (var (json, _) in text.Json)
        {
            if (json.ValueKind != JsonValueKind.Object)
            {
                continue;
            }
            foreach (var name in _collections)
            {
                if (json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && IsCollection(list))
                {
                    found += builder.Api.TryAdd(name, new(name, json.GetRawText())) ? 1 : 0;
                }
            }
        }
        return found;
    }

    private static bool IsCollection(JsonElement list)
    {
        foreach (var item in list.EnumerateArray())
        {
            return item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out _);
        }
        return true;
    }
}
