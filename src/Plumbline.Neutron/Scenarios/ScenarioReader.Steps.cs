using System.Text.Json;

namespace Plumbline.Neutron.Scenarios;

public sealed partial class ScenarioReader
{
    private static readonly string[] _operations = ["set_rules", "set_members", "add_port", "update_port", "remove_port", "restart_agent"];
    private static readonly string[] _operationKeys = ["op", "step", "action", "type", "kind", "do", "what", "event", "operation", "phase", "name"];
    private static readonly string[] _groupKeys =
        ["security_group", "security_group_id", "group", "group_id", "sg", "sg_id", "remote_group", "address_group", "id"];
    private static readonly string[] _deviceKeys = ["device", "port", "port_id", "id"];

    /// <summary>
    /// A step is <c>{"op": "set_rules", …}</c> or <c>{"set_rules": {…}}</c>; what it changes is a map by id or stands beside its id.
    /// </summary>
    private ScenarioStep ReadStep(JsonElement step, int index)
    {
        if (step.ValueKind == JsonValueKind.String)
        {
            return ReadOperation(step.GetString()!, default, index);
        }
        if (step.ValueKind != JsonValueKind.Object)
        {
            throw Problem("a step is an object or the name of one", $"steps[{index}]");
        }
        foreach (var key in _operationKeys)
        {
            if (Text(step, key) is { } operation && _operations.Contains(operation))
            {
                return Named(ReadOperation(operation, step, index), step, operation);
            }
        }
        var parts = new List<ScenarioStep>();
        foreach (var property in step.EnumerateObject())
        {
            if (_operations.Contains(property.Name))
            {
                parts.Add(ReadOperation(property.Name, property.Value, index));
            }
        }
        return parts.Count switch
        {
            0 => throw Problem($"a step is one of {string.Join(", ", _operations)}", $"steps[{index}]"),
            1 => Named(parts[0], step, parts[0].Phase),
            _ => Named(new ScenarioStep.Several(parts), step, string.Join("+", parts.Select(p => p.Phase))),
        };
    }

    private static ScenarioStep Named(ScenarioStep step, JsonElement json, string operation) =>
        step with { Phase = Text(json, "phase") ?? Text(json, "name") ?? operation };

    private ScenarioStep ReadOperation(string operation, JsonElement argument, int index) => operation switch
    {
        "set_rules" => Single(SetRules(argument), index),
        "set_members" => Single(SetMembers(argument), index),
        "add_port" => Single(PortsOf(argument).Select(p => (ScenarioStep)new ScenarioStep.AddPort(ReadPort(p, null))), index),
        "update_port" => Single(
            PortsOf(argument).Select(p => (ScenarioStep)new ScenarioStep.UpdatePort(ReadPort(p, Known(p, argument)))), index),
        "remove_port" => Single(DevicesOf(argument).Select(d => (ScenarioStep)new ScenarioStep.RemovePort(d)), index),
        "restart_agent" => new ScenarioStep.RestartAgent(),
        _ => throw Problem($"\"{operation}\" is none of {string.Join(", ", _operations)}", $"steps[{index}]"),
    };

    private ScenarioStep Single(IEnumerable<ScenarioStep> steps, int index)
    {
        ScenarioStep[] all = [.. steps];
        return all.Length switch
        {
            0 => throw Problem("the step does not say what it changes", $"steps[{index}]"),
            1 => all[0],
            _ => new ScenarioStep.Several(all) { Phase = all[0].Phase },
        };
    }

    private IEnumerable<ScenarioStep> SetRules(JsonElement argument)
    {
        if (argument.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }
        if (IdOf(argument, _groupKeys) is { } id)
        {
            yield return new ScenarioStep.SetRules(ReadGroup(id, argument));
            yield break;
        }
        foreach (var group in Nested(argument, "security_groups", "groups", "rules"))
        {
            yield return new ScenarioStep.SetRules(ReadGroup(group.Name, group.Value));
        }
    }

    private IEnumerable<ScenarioStep> SetMembers(JsonElement argument)
    {
        if (argument.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }
        if (IdOf(argument, _groupKeys) is { } id)
        {
            yield return new ScenarioStep.SetMembers(
                ReadMembers(id, argument.TryGetProperty("members", out var members) ? members : argument));
            yield break;
        }
        foreach (var group in Nested(argument, "sg_members", "members", "groups"))
        {
            yield return new ScenarioStep.SetMembers(ReadMembers(group.Name, group.Value));
        }
    }

    /// <summary>A map by id, either under one of the names or the object itself.</summary>
    private static IEnumerable<JsonProperty> Nested(JsonElement argument, params string[] names)
    {
        foreach (var name in names)
        {
            if (argument.TryGetProperty(name, out var inner) && inner.ValueKind == JsonValueKind.Object)
            {
                return inner.EnumerateObject();
            }
        }
        return argument.EnumerateObject().Where(p => p.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array);
    }

    private static string? IdOf(JsonElement argument, string[] keys) =>
        keys.Select(k => Text(argument, k)).FirstOrDefault(id => id is not null);

    private static IEnumerable<JsonElement> PortsOf(JsonElement argument)
    {
        if (argument.ValueKind == JsonValueKind.Array)
        {
            return argument.EnumerateArray();
        }
        if (argument.ValueKind != JsonValueKind.Object)
        {
            return [];
        }
        if (argument.TryGetProperty("ports", out var several) && several.ValueKind == JsonValueKind.Array)
        {
            return several.EnumerateArray();
        }
        foreach (var name in (ReadOnlySpan<string>)["port", "changes", "set", "update", "with"])
        {
            if (argument.TryGetProperty(name, out var one) && one.ValueKind == JsonValueKind.Object)
            {
                return [one];
            }
        }
        return [argument];
    }

    private Neutron.SecurityGroups.FirewallPort? Known(JsonElement port, JsonElement argument)
    {
        var device = IdOf(port, _deviceKeys) ?? (argument.ValueKind == JsonValueKind.Object ? IdOf(argument, _deviceKeys) : null);
        return device is null ? null : _ports.GetValueOrDefault(device);
    }

    private static IEnumerable<string> DevicesOf(JsonElement argument)
    {
        switch (argument.ValueKind)
        {
            case JsonValueKind.String:
                return [argument.GetString()!];
            case JsonValueKind.Array:
                return argument.EnumerateArray().SelectMany(DevicesOf);
            case JsonValueKind.Object when IdOf(argument, _deviceKeys) is { } device:
                return [device];
            case JsonValueKind.Object when argument.TryGetProperty("port", out var port):
                return DevicesOf(port);
            case JsonValueKind.Object when argument.TryGetProperty("devices", out var devices):
                return DevicesOf(devices);
            case JsonValueKind.Object when argument.TryGetProperty("ports", out var ports):
                return DevicesOf(ports);
            default:
                return [];
        }
    }
}
