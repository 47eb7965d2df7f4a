using System.Text.Json;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Primitives;

namespace Plumbline.Neutron.Scenarios;

/// <summary>Reads a scenario from JSON. A step's ports are whole ports, or with update_port just what changes.</summary>
public sealed partial class ScenarioReader
{
    private readonly string _where;
    private readonly List<RejectedRule> _rejected = [];
    private readonly Dictionary<string, FirewallPort> _ports = new(StringComparer.Ordinal);

    private ScenarioReader(string where) => _where = where;

    /// <summary>Reads a scenario.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <param name="release">Whose rules; null: as the scenario says, else Zed's.</param>
    /// <exception cref="NeutronException">It is no JSON, or something in it cannot be understood.</exception>
    public static Scenario Read(ReadOnlyMemory<byte> json, string where, NeutronRelease? release = null)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
        {
            json = json[3..];
        }
        try
        {
            using var document = JsonDocument.Parse(json);
            return new ScenarioReader(where).Read(document.RootElement, release);
        }
        catch (JsonException exception)
        {
            throw new NeutronException(new(
                $"this is no JSON: {exception.Message}", $"{where}:{exception.LineNumber + 1}:{exception.BytePositionInLine + 1}",
                "a scenario looks as docs/compile.md shows"));
        }
    }

    private Scenario Read(JsonElement root, NeutronRelease? release)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Problem("a scenario is a JSON object", "$");
        }
        var options = ReadOptions(root, release);
        var groups = Members(root, "security_groups").Select(g => ReadGroup(g.Name, g.Value)).ToList();
        var members = Members(root, "sg_members").Select(m => ReadMembers(m.Name, m.Value)).ToList();
        var ports = Items(root, "ports").Select(p => ReadPort(p, null)).ToList();
        var initial = root.TryGetProperty("initial", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        var steps = Items(root, "steps").Select(ReadStep).ToList();
        return new()
        {
            Options = options,
            InitialIPv4 = initial.ValueKind == JsonValueKind.Object ? Text(initial, "v4") : null,
            InitialIPv6 = initial.ValueKind == JsonValueKind.Object ? Text(initial, "v6") : null,
            Ports = ports,
            Groups = groups,
            Members = members,
            Steps = steps,
            Rejected = _rejected,
        };
    }

    private FirewallOptions ReadOptions(JsonElement root, NeutronRelease? release)
    {
        var options = root.TryGetProperty("options", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        bool Flag(string name, bool otherwise) =>
            options.ValueKind == JsonValueKind.Object && options.TryGetProperty(name, out var value)
                ? value.ValueKind switch
                {
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    _ => throw Problem($"options.{name} is true or false", name),
                }
                : otherwise;
        if (release is null && Text(root, "neutron") is { } name)
        {
            release = NeutronReleases.TryParse(name, out var parsed) ? parsed : throw Problem($"unknown Neutron release {name}", "neutron");
        }
        return new()
        {
            Release = release ?? NeutronRelease.Zed,
            Driver = Text(root, "driver") switch
            {
                null or "iptables_hybrid" => FirewallDriver.Hybrid,
                "iptables" => FirewallDriver.LinuxBridge,
                var other => throw Problem($"driver {other} is neither iptables_hybrid nor iptables", "driver"),
            },
            EnableIPSet = Flag("enable_ipset", true),
            Comments = Flag("comment_iptables_rules", true),
            IPv6 = Flag("ipv6", true),
            Binary = options.ValueKind == JsonValueKind.Object && Text(options, "binary") is { } binary
                ? binary
                : new FirewallOptions().Binary,
        };
    }

    private ScenarioGroup ReadGroup(string id, JsonElement group)
    {
        var list = group.ValueKind == JsonValueKind.Array ? group
            : group.ValueKind == JsonValueKind.Object && group.TryGetProperty("rules", out var rules) ? rules : default;
        bool? stateful = group.ValueKind == JsonValueKind.Object && group.TryGetProperty("stateful", out var value)
            ? value.ValueKind != JsonValueKind.False
            : null;
        return new(id, ReadRules(id, list), stateful);
    }

    private List<SecurityGroupRule> ReadRules(string group, JsonElement rules)
    {
        var result = new List<SecurityGroupRule>();
        if (rules.ValueKind != JsonValueKind.Array)
        {
            return result;
        }
        foreach (var rule in rules.EnumerateArray())
        {
            if (ApiRules.Check(rule, out var refusal) is { } accepted)
            {
                result.Add(accepted);
            }
            else
            {
                _rejected.Add(new(group, rule.Clone(), refusal!));
            }
        }
        return result;
    }

    private ScenarioMembers ReadMembers(string id, JsonElement members)
    {
        List<string>? Family(string name)
        {
            if (members.ValueKind != JsonValueKind.Object || !members.TryGetProperty(name, out var list))
            {
                return null;
            }
            return list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Select(m => AddressOf(m) ?? throw Problem("a member is \"ip\" or [\"ip\", \"mac\"]", $"sg_members.{id}"))]
                : null;
        }
        if (members.ValueKind == JsonValueKind.Array)
        {
            var all = members.EnumerateArray().Select(AddressOf).OfType<string>().ToList();
            return new(id, [.. all.Where(m => !m.Contains(':'))], [.. all.Where(m => m.Contains(':'))]);
        }
        return new(id, Family("IPv4"), Family("IPv6"));
    }

    private static string? AddressOf(JsonElement member) => member.ValueKind switch
    {
        JsonValueKind.String => member.GetString(),
        JsonValueKind.Array when member.GetArrayLength() > 0 && member[0].ValueKind == JsonValueKind.String => member[0].GetString(),
        JsonValueKind.Object => Text(member, "ip") ?? Text(member, "ip_address"),
        _ => null,
    };

    private FirewallPort ReadPort(JsonElement port, FirewallPort? before)
    {
        var read = ApiPorts.Read(port, before, out var complaint) ?? throw Problem(complaint!, "ports");
        _ports[read.Id] = read;
        return read;
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static IEnumerable<JsonProperty> Members(JsonElement element, string name) =>
        element.TryGetProperty(name, out var map) && map.ValueKind == JsonValueKind.Object ? map.EnumerateObject() : [];

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private NeutronException Problem(string what, string at) => new(new Problem(what, $"{_where}: {at}", "docs/compile.md shows the form"));
}
