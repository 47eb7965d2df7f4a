using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.Scenarios;

/// <summary>What Neutron's agent makes of a scenario: the files of a case's <c>expected/</c>.</summary>
public static class ScenarioRun
{
    private static readonly JsonWriterOptions _jsonOptions = new()
    {
        Indented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Plays a scenario through.</summary>
    /// <returns>Names and contents of files: the tables and sets at the end, each phase's restore texts, the commands.</returns>
    public static IReadOnlyList<(string Name, byte[] Content)> Play(Scenario scenario)
    {
        var agent = new AgentFirewall(scenario.Options, scenario.InitialIPv4, scenario.InitialIPv6);
        var stateful = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var group in scenario.Groups)
        {
            agent.DefineGroup(group.Id, group.Rules, stateful[group.Id] = group.Stateful ?? true);
        }
        foreach (var group in scenario.Members)
        {
            agent.DefineMembers(group.Id, group.IPv4 ?? [], group.IPv6 ?? []);
        }
        var phases = new List<(string Name, IReadOnlyList<AgentCommand> Commands)> { ("initial", agent.Start(scenario.Ports)) };
        foreach (var step in scenario.Steps)
        {
            phases.Add((step.Phase, Do(step)));
        }
        var files = new List<(string, byte[])>();
        var (ipv4, ipv6) = (agent.Save(ipv6: false), agent.Save(ipv6: true));
        var sets = string.Concat(agent.Sets.Select(s => s.ToRestoreText()));
        files.Add(("commands.json", WriteCommands(scenario, phases, agent, files)));
        files.Add(("iptables-save.v4", Encoding.UTF8.GetBytes(ipv4)));
        files.Add(("iptables-save.v6", Encoding.UTF8.GetBytes(ipv6)));
        files.Add(("ipset-save", Encoding.UTF8.GetBytes(sets)));
        return files;

        IReadOnlyList<AgentCommand> Do(ScenarioStep step)
        {
            switch (step)
            {
                case ScenarioStep.SetRules rules:
                    return agent.SetRules(
                        rules.Group.Id, rules.Group.Rules,
                        stateful[rules.Group.Id] = rules.Group.Stateful ?? stateful.GetValueOrDefault(rules.Group.Id, true));
                case ScenarioStep.SetMembers set:
                    return agent.SetMembers(set.Members.Id, set.Members.IPv4 ?? [], set.Members.IPv6 ?? []);
                case ScenarioStep.AddPort added:
                    return agent.AddPort(added.Port);
                case ScenarioStep.UpdatePort updated:
                    return agent.UpdatePort(updated.Port);
                case ScenarioStep.RemovePort removed:
                    return agent.RemovePort(removed.Device);
                case ScenarioStep.RestartAgent:
                    return agent.Restart();
                case ScenarioStep.Several several:
                    return [.. several.Steps.SelectMany(Do)];
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }

    private static byte[] WriteCommands(
        Scenario scenario,
        List<(string Name, IReadOnlyList<AgentCommand> Commands)> phases,
        AgentFirewall agent,
        List<(string, byte[])> files)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, _jsonOptions))
        {
            json.WriteStartObject();
            json.WriteBoolean("converged", agent.IsConverged());
            json.WriteStartArray("rejected_rules");
            foreach (var rejected in scenario.Rejected)
            {
                json.WriteStartObject();
                json.WriteString("security_group", rejected.Group);
                json.WritePropertyName("rule");
                rejected.Rule.WriteTo(json);
                json.WriteString("reason", rejected.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("phases");
            for (var i = 0; i < phases.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("phase", phases[i].Name);
                json.WriteStartArray("commands");
                var restores = new Dictionary<string, int>(StringComparer.Ordinal);
                foreach (var command in phases[i].Commands)
                {
                    Write(json, command, i, restores, files);
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void Write(
        Utf8JsonWriter json, AgentCommand command, int phase, Dictionary<string, int> restores, List<(string, byte[])> files)
    {
        json.WriteStartObject();
        WriteList(json, "argv", command.Arguments);
        if (command.RestoreText is { } text)
        {
            var family = command.Arguments[0].StartsWith("ip6", StringComparison.Ordinal) ? "v6" : "v4";
            var count = restores[family] = restores.GetValueOrDefault(family) + 1;
            var again = count > 1 ? $".{count}" : ""; // several changes in one phase
            var name = string.Create(CultureInfo.InvariantCulture, $"{phase:00}-restore{again}.{family}");
            files.Add((name, Encoding.UTF8.GetBytes(text)));
            json.WriteString("stdin_file", name);
        }
        else if (command.Input is { } input)
        {
            WriteList(json, "stdin", input);
        }
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStringValue(item);
        }
        json.WriteEndArray();
    }
}
