namespace Plumbline.Neutron.SecurityGroups;

internal sealed partial class FirewallCompiler
{
    private readonly string _toGroupChain;
    private readonly string _trusted;
    private readonly string _unfiltered;

    /// <summary>What the tables of both families have alike.</summary>
    public CommonChains Common(FirewallFacts facts)
    {
        var ports = new PortNames[facts.Filtered.Count];
        var open = 2 * (facts.Trusted.Count + facts.Unfiltered.Count);
        var forward = new List<string>((2 * ports.Length) + open);
        var dispatch = new List<string>((2 * ports.Length) + 1);
        var input = new List<string>(ports.Length + facts.Unfiltered.Count);
        var devices = new HashSet<string>(ports.Length + open, StringComparer.Ordinal);
        var collide = false;
        for (var i = 0; i < ports.Length; i++)
        {
            var names = ports[i] = NamesOf(facts.Filtered[i]);
            collide |= !devices.Add(names.Tap);
            AddDispatch(forward, dispatch, input, names);
        }
        foreach (var rule in facts.OpenRules ?? OpenRulesOf(facts))
        {
            collide |= rule.ToInstance && !devices.Add(rule.Tap);
            if (!rule.Trusted || Release >= NeutronRelease.Rocky)
            {
                forward.Add(string.Concat(
                    rule.ToInstance ? ToInstance : FromInstance, rule.Tap, rule.Trusted ? _trusted : _unfiltered));
            }
        }
        foreach (var port in facts.Unfiltered)
        {
            input.Add(string.Concat(FromInstance, TapOf(port.Id), _unfiltered));
        }
        dispatch.Add("-j ACCEPT");
        if (collide)
        {
            ChainTable.KeepLast(forward);
            ChainTable.KeepLast(input);
            ChainTable.KeepLast(dispatch);
        }
        return new()
        {
            Ports = ports,
            Forward = forward,
            Input = input,
            Dispatch = dispatch,
            Tables = Release switch
            {
                < NeutronRelease.Liberty => [],
                < NeutronRelease.Release2024_1 => [Raw(facts)],
                _ => [Raw(facts), PassingNat(facts)],
            },
        };
    }

    private PortNames NamesOf(FirewallPort port)
    {
        var id = IsHybrid ? port.Id : port.Id.Length > 3 ? port.Id[3..] : "";
        var cut = id.AsSpan(0, Math.Min(id.Length, DeviceNames.ChainIdLength));
        var spoof = string.Concat(_wrap, "-s", cut);
        return new(
            port, TapOf(port.Id), string.Concat(_wrap, "-i", cut), string.Concat(_wrap, "-o", cut), spoof, "-j " + spoof, MacText(port.Address));
    }

    private void AddDispatch(List<string> forward, List<string> dispatch, List<string> input, PortNames port)
    {
        forward.Add(string.Concat(ToInstance, port.Tap, _toGroupChain));
        forward.Add(string.Concat(FromInstance, port.Tap, _toGroupChain));
        dispatch.Add(string.Concat(ToInstance, port.Tap, _toPortChain, port.Ingress));
        dispatch.Add(string.Concat(FromInstance, port.Tap, _toPortChain, port.Egress));
        input.Add(string.Concat(FromInstance, port.Tap, _inputToPortChain, port.Egress));
    }

    private List<OpenRule> OpenRulesOf(FirewallFacts facts)
    {
        var rules = new List<OpenRule>(2 * (facts.Trusted.Count + facts.Unfiltered.Count));
        foreach (var device in facts.Trusted)
        {
            rules.Add(new(TapOf(device), true, true));
            rules.Add(new(TapOf(device), false, true));
        }
        foreach (var port in facts.Unfiltered)
        {
            rules.Add(new(TapOf(port.Id), true, false));
            rules.Add(new(TapOf(port.Id), false, false));
        }
        return rules;
    }

    private ChainTable Raw(FirewallFacts facts)
    {
        var table = new ChainTable("raw");
        table.Add("PREROUTING", $"-j {_wrap}-PREROUTING");
        table.Add("OUTPUT", $"-j {_wrap}-OUTPUT");
        table.Declare($"{_wrap}-OUTPUT");
        var rules = table.Declare($"{_wrap}-PREROUTING");
        rules.AddRange(facts.RawRules);
        ChainTable.KeepLast(rules);
        return table;
    }

    /// <summary>2024.1 on: no port of the agent's is ever translated by the node.</summary>
    private ChainTable PassingNat(FirewallFacts facts)
    {
        var table = new ChainTable("nat");
        table.Add("PREROUTING", $"-j {_wrap}-PREROUTING");
        var rules = table.Declare($"{_wrap}-PREROUTING");
        foreach (var device in facts.Trusted.Concat(facts.Filtered.Select(p => p.Id)).Concat(facts.Unfiltered.Select(p => p.Id)))
        {
            rules.Add($"{ToInstance}{TapOf(device)} {_comments.Trusted}-j ACCEPT");
            rules.Add($"{FromInstance}{TapOf(device)} {_comments.Trusted}-j ACCEPT");
        }
        ChainTable.KeepLast(rules);
        return table;
    }

    /// <summary>The device that the rules name: the hybrid driver's tap by the port's UUID, the Linux bridge driver's own.</summary>
    public string TapOf(string device) => IsHybrid ? DeviceNames.Tap(device) : device;

    private static string MacText(Primitives.MacAddress mac) => mac.ToString().ToUpperInvariant();
}
