namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// An agent's firewall through its life, with its habits as they are: what it fetches at an event, what it remembers, which commands
/// it runs in which order, and what the tables and sets of its node are then. Each event gives the commands of one phase.
/// </summary>
public sealed partial class AgentFirewall
{
    private readonly FirewallOptions _options;
    private readonly AgentServer _server = new();
    private readonly LiveTables _ipv4;
    private readonly LiveTables _ipv6;
    private readonly SortedDictionary<string, IPSet> _kernelSets = new(StringComparer.Ordinal);
    private readonly FirewallCompiler _compiler;
    private readonly List<AgentCommand> _commands = [];
    private Memory _memory;

    /// <summary>An agent that has not started yet.</summary>
    /// <param name="options">Its configuration.</param>
    /// <param name="savedIPv4">The node's tables as iptables-save prints them; null: there are none.</param>
    /// <param name="savedIPv6">As <paramref name="savedIPv4"/>, of ip6tables.</param>
    public AgentFirewall(FirewallOptions options, string? savedIPv4 = null, string? savedIPv6 = null)
    {
        _options = options;
        _compiler = new(options);
        _ipv4 = LiveTables.Parse(savedIPv4 ?? "");
        _ipv6 = LiveTables.Parse(savedIPv6 ?? "");
        _memory = new(options, _ipv4, _kernelSets);
    }

    /// <summary>The node's sets, sorted.</summary>
    public IEnumerable<IPSet> Sets => _kernelSets.Values;

    /// <summary>The node's tables as iptables-save prints them.</summary>
    public string Save(bool ipv6) => (ipv6 ? _ipv6 : _ipv4).ToSaveText();

    /// <summary>Tells the server a group's rules before any event.</summary>
    public void DefineGroup(string id, IEnumerable<SecurityGroupRule> rules, bool stateful) =>
        _server.Groups[id] = GroupRules.Of(rules, stateful);

    /// <summary>Tells the server a group's members before any event.</summary>
    public void DefineMembers(string id, IReadOnlyList<string> ipv4, IReadOnlyList<string> ipv6) => _server.Members[id] = (ipv4, ipv6);

    /// <summary>The agent starts and finds these ports.</summary>
    public IReadOnlyList<AgentCommand> Start(IEnumerable<FirewallPort> ports)
    {
        foreach (var port in ports)
        {
            _server.Ports[port.Id] = port;
        }
        return Phase(() => Apply([.. _server.Ports.Keys], isUpdate: false));
    }

    /// <summary>The agent starts anew: it remembers nothing, the node is as it was.</summary>
    public IReadOnlyList<AgentCommand> Restart()
    {
        _memory = new(_options, _ipv4, _kernelSets);
        return Phase(() => Apply([.. _server.Ports.Keys], isUpdate: false));
    }

    /// <summary>A group's rules changed.</summary>
    public IReadOnlyList<AgentCommand> SetRules(string group, IEnumerable<SecurityGroupRule> rules, bool stateful)
    {
        _server.Groups[group] = GroupRules.Of(rules, stateful);
        return Phase(() => RulesUpdated([group]));
    }

    /// <summary>A remote group's or address group's members changed.</summary>
    public IReadOnlyList<AgentCommand> SetMembers(string group, IReadOnlyList<string> ipv4, IReadOnlyList<string> ipv6)
    {
        _server.Members[group] = (ipv4, ipv6);
        string[] users = [.. _server.Groups.Where(g => g.Value.Rules.Any(r => r.RemoteAddressGroupId == group)).Select(g => g.Key)];
        return Phase(() =>
        {
            if (users.Length > 0)
            {
                RulesUpdated(users);
            }
            else
            {
                MembersUpdated(group);
            }
        });
    }

    /// <summary>A port came.</summary>
    public IReadOnlyList<AgentCommand> AddPort(FirewallPort port)
    {
        _server.Ports[port.Id] = port;
        return Phase(() => Apply([port.Id], isUpdate: false));
    }

    /// <summary>A port changed.</summary>
    public IReadOnlyList<AgentCommand> UpdatePort(FirewallPort port)
    {
        _server.Ports[port.Id] = port;
        return Phase(() =>
        {
            _memory.UpdatedPorts.Add(port.Id);
            Apply([port.Id], isUpdate: true);
        });
    }

    /// <summary>A port went.</summary>
    public IReadOnlyList<AgentCommand> RemovePort(string device)
    {
        _server.Ports.Remove(device);
        return Phase(() => Remove(device));
    }

    /// <summary>The port that the server knows under a device; null: none.</summary>
    public FirewallPort? FindPort(string device) => _server.Ports.GetValueOrDefault(device);

    /// <summary>True where a pass over all ports, nothing having changed, would issue no command.</summary>
    public bool IsConverged() => Phase(() =>
    {
        string[] devices = [.. _memory.Filtered.Keys, .. _memory.Unfiltered.Keys];
        if (devices.Length > 0)
        {
            Apply(devices, isUpdate: true);
        }
    }).Count == 0;

    private List<AgentCommand> Phase(Action act)
    {
        _commands.Clear();
        act();
        return [.. _commands];
    }

    private void RulesUpdated(IReadOnlyList<string> groups)
    {
        var devices = _memory.Ports.Where(p => p.SecurityGroups.Any(groups.Contains)).Select(p => p.Id).ToList();
        if (devices.Count > 0)
        {
            _memory.UpdatedGroups.UnionWith(groups);
            Apply(devices, isUpdate: true);
        }
    }

    private void MembersUpdated(string group)
    {
        var devices = _memory.Ports.Where(p => _memory.SourcesOf(p.Id).Contains(group)).Select(p => p.Id).ToList();
        if (devices.Count == 0)
        {
            return;
        }
        if (!_memory.DevicesOfChangedMembers.TryGetValue(group, out var affected))
        {
            _memory.DevicesOfChangedMembers[group] = affected = [];
        }
        affected.AddRange(_memory.Filtered.Values.Where(p => _memory.SourcesOf(p.Id).Contains(group)));
        Apply(devices, isUpdate: true);
    }
}
