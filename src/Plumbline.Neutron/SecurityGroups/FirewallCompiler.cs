namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// Facts to rules, for one family at a time: the frame of chains here, the chains of one port in the other parts. An allowed packet
/// RETURNs from a port's chain, so that a frame between two ports of one bridge meets the chains of both; the end of the sg-chain
/// accepts what survived.
/// </summary>
internal sealed partial class FirewallCompiler
{
    internal const string FilterTop = "neutron-filter-top";

    private readonly FirewallOptions _options;
    private readonly RuleComments _comments;
    private readonly string _wrap;
    private readonly string _dropInvalid;
    private readonly string _returnEstablished;
    private readonly string _toFallback;

    public FirewallCompiler(FirewallOptions options)
    {
        _options = options;
        _comments = new(options);
        _wrap = options.Wrap;
        _dropInvalid = $"-m state --state INVALID {_comments.Invalid}-j DROP";
        _returnEstablished = $"-m state --state RELATED,ESTABLISHED {_comments.Established}-j RETURN";
        _toFallback = $"{_comments.Unmatched}-j {_wrap}-sg-fallback";
        _dhcp = options.Release == NeutronRelease.Mitaka ? "-p udp -m udp --sport {0} -m udp --dport {1} " : "-p udp -m udp --sport {0} --dport {1} ";
        MakeFixedRules();
    }

    private bool IsHybrid => _options.Driver == FirewallDriver.Hybrid;

    /// <summary>All tables of a family: filter, raw, and what the release has beside.</summary>
    public List<ChainTable> Tables(FirewallFacts facts, bool ipv6)
    {
        var tables = new List<ChainTable> { Filter(facts, ipv6) };
        if (_options.Release >= NeutronRelease.Liberty)
        {
            tables.Add(Raw(facts));
        }
        if (_options.Release >= NeutronRelease.Release2024_1)
        {
            tables.Add(PassingNat(facts));
        }
        if (_options.Release < NeutronRelease.Ocata)
        {
            tables.Add(Mangle(ipv6));
            tables.Add(Nat(ipv6));
        }
        return tables;
    }

    private ChainTable Filter(FirewallFacts facts, bool ipv6)
    {
        var table = new ChainTable("filter");
        table.Add("INPUT", $"-j {_wrap}-INPUT");
        table.Add("FORWARD", $"-j {FilterTop}");
        table.Add("FORWARD", $"-j {_wrap}-FORWARD");
        table.Add("OUTPUT", $"-j {FilterTop}");
        table.Add("OUTPUT", $"-j {_wrap}-OUTPUT");
        table.Add(FilterTop, $"-j {_wrap}-local");
        table.Declare($"{_wrap}-local");
        table.Declare($"{_wrap}-OUTPUT");
        var forward = table.Declare($"{_wrap}-FORWARD");
        var input = table.Declare($"{_wrap}-INPUT");
        table.Add($"{_wrap}-sg-fallback", $"{_comments.Fallback}-j DROP");
        var dispatch = table.Declare($"{_wrap}-sg-chain");
        var groups = new GroupLines(facts, _options, ipv6);
        var devices = new HashSet<string>(StringComparer.Ordinal);
        var collide = false;
        foreach (var port in facts.Filtered)
        {
            var tap = TapOf(port.Id);
            collide |= !devices.Add(tap);
            AddDispatch(forward, dispatch, input, port, tap);
            AddIngress(table, port, groups, ipv6);
            var spoof = AddSpoofFilter(table, port, ipv6);
            AddEgress(table, port, groups, ipv6, spoof);
        }
        if (_options.Release >= NeutronRelease.Rocky)
        {
            foreach (var device in facts.Trusted)
            {
                collide |= !devices.Add(TapOf(device));
                AddOpen(forward, null, TapOf(device), _comments.Trusted);
            }
        }
        foreach (var port in facts.Unfiltered)
        {
            collide |= !devices.Add(TapOf(port.Id));
            AddOpen(forward, input, TapOf(port.Id), _comments.PortSecurityDisabled);
        }
        dispatch.Add("-j ACCEPT");
        if (collide)
        {
            ChainTable.KeepLast(forward);
            ChainTable.KeepLast(input);
            ChainTable.KeepLast(dispatch);
        }
        return table;
    }

    private void AddDispatch(List<string> forward, List<string> dispatch, List<string> input, FirewallPort port, string tap)
    {
        var (ingress, egress) = (ChainOf('i', port), ChainOf('o', port));
        var toInstance = $"-m physdev --physdev-out {tap} --physdev-is-bridged ";
        var fromInstance = $"-m physdev --physdev-in {tap} --physdev-is-bridged ";
        forward.Add($"{toInstance}{_comments.ToGroupChain}-j {_wrap}-sg-chain");
        forward.Add($"{fromInstance}{_comments.ToGroupChain}-j {_wrap}-sg-chain");
        dispatch.Add($"{toInstance}{_comments.ToPortChain}-j {ingress}");
        dispatch.Add($"{fromInstance}{_comments.ToPortChain}-j {egress}");
        input.Add($"{fromInstance}{_comments.InputToGroupChain}-j {egress}");
    }

    private static void AddOpen(List<string> forward, List<string>? input, string tap, string comment)
    {
        forward.Add($"-m physdev --physdev-out {tap} --physdev-is-bridged {comment}-j ACCEPT");
        var fromInstance = $"-m physdev --physdev-in {tap} --physdev-is-bridged {comment}-j ACCEPT";
        forward.Add(fromInstance);
        input?.Add(fromInstance);
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
            rules.Add($"-m physdev --physdev-out {TapOf(device)} {_comments.Trusted}-j ACCEPT");
            rules.Add($"-m physdev --physdev-in {TapOf(device)} {_comments.Trusted}-j ACCEPT");
        }
        ChainTable.KeepLast(rules);
        return table;
    }

    private ChainTable Mangle(bool ipv6)
    {
        var table = new ChainTable("mangle");
        foreach (var chain in (ReadOnlySpan<string>)["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"])
        {
            table.Add(chain, $"-j {_wrap}-{chain}");
            table.Declare($"{_wrap}-{chain}");
        }
        if (!ipv6)
        {
            table.Declare($"{_wrap}-mark");
            table.Add($"{_wrap}-PREROUTING", $"-j {_wrap}-mark");
        }
        return table;
    }

    private ChainTable Nat(bool ipv6)
    {
        var table = new ChainTable("nat");
        foreach (var chain in ipv6 ? ["PREROUTING"] : (ReadOnlySpan<string>)["PREROUTING", "OUTPUT", "POSTROUTING"])
        {
            table.Add(chain, $"-j {_wrap}-{chain}");
            table.Declare($"{_wrap}-{chain}");
        }
        if (!ipv6)
        {
            table.Add("POSTROUTING", "-j neutron-postrouting-bottom");
            table.Add("neutron-postrouting-bottom", $"{_comments.Snat}-j {_wrap}-snat");
            table.Add($"{_wrap}-snat", $"-j {_wrap}-float-snat");
            table.Declare($"{_wrap}-float-snat");
        }
        return table;
    }

    /// <summary>The device that the rules name: the hybrid driver's tap by the port's UUID, the Linux bridge driver's own.</summary>
    public string TapOf(string device) => IsHybrid ? DeviceNames.Tap(device) : device;

    private string ChainOf(char kind, FirewallPort port)
    {
        var id = IsHybrid ? port.Id : port.Id.Length > 3 ? port.Id[3..] : "";
        return $"{_wrap}-{kind}{(id.Length <= DeviceNames.ChainIdLength ? id : id[..DeviceNames.ChainIdLength])}";
    }
}
