namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// Facts to rules: the frame of chains here, what both families have alike and the chains of one port in the other parts. An allowed
/// packet RETURNs from a port's chain, so that a frame between two ports of one bridge meets the chains of both; the end of the
/// sg-chain accepts what survived.
/// </summary>
internal sealed partial class FirewallCompiler
{
    internal const string FilterTop = "neutron-filter-top";

    private const string ToInstance = "-m physdev --physdev-out ";
    private const string FromInstance = "-m physdev --physdev-in ";

    private readonly FirewallOptions _options;
    private readonly RuleComments _comments;
    private readonly string _wrap;
    private readonly string _toPortChain;
    private readonly string _inputToPortChain;
    private readonly string _dropInvalid;
    private readonly string _returnEstablished;
    private readonly string _toFallback;

    public FirewallCompiler(FirewallOptions options)
    {
        _options = options;
        _comments = new(options);
        _wrap = options.Wrap;
        _toGroupChain = $" --physdev-is-bridged {_comments.ToGroupChain}-j {_wrap}-sg-chain";
        _toPortChain = $" --physdev-is-bridged {_comments.ToPortChain}-j ";
        _inputToPortChain = $" --physdev-is-bridged {_comments.InputToGroupChain}-j ";
        _trusted = $" --physdev-is-bridged {_comments.Trusted}-j ACCEPT";
        _unfiltered = $" --physdev-is-bridged {_comments.PortSecurityDisabled}-j ACCEPT";
        _dropInvalid = $"-m state --state INVALID {_comments.Invalid}-j DROP";
        _returnEstablished = $"-m state --state RELATED,ESTABLISHED {_comments.Established}-j RETURN";
        _toFallback = $"{_comments.Unmatched}-j {_wrap}-sg-fallback";
        _pairAllow = $"{_comments.PairAllow}-j RETURN";
        _pairDrop = $"{_comments.PairDrop}-j DROP";
        _dhcp = Release == NeutronRelease.Mitaka ? "-p udp -m udp --sport {0} -m udp --dport {1} " : "-p udp -m udp --sport {0} --dport {1} ";
        MakeFixedRules();
    }

    private bool IsHybrid => _options.Driver == FirewallDriver.Hybrid;

    private NeutronRelease Release => _options.Release;

    /// <summary>All tables of a family: filter, raw, and what the release has beside.</summary>
    public List<ChainTable> Tables(FirewallFacts facts, CommonChains common, bool ipv6)
    {
        var tables = new List<ChainTable> { Filter(facts, common, ipv6) };
        tables.AddRange(common.Tables);
        if (Release < NeutronRelease.Ocata)
        {
            tables.Add(Mangle(ipv6));
            tables.Add(Nat(ipv6));
        }
        return tables;
    }

    private ChainTable Filter(FirewallFacts facts, CommonChains common, bool ipv6)
    {
        const int FrameChains = 10;
        var table = new ChainTable("filter", FrameChains + (3 * common.Ports.Count));
        table.Add("INPUT", $"-j {_wrap}-INPUT");
        table.Add("FORWARD", $"-j {FilterTop}");
        table.Add("FORWARD", $"-j {_wrap}-FORWARD");
        table.Add("OUTPUT", $"-j {FilterTop}");
        table.Add("OUTPUT", $"-j {_wrap}-OUTPUT");
        table.Add(FilterTop, $"-j {_wrap}-local");
        table.Declare($"{_wrap}-local");
        table.Declare($"{_wrap}-OUTPUT");
        table.Share($"{_wrap}-FORWARD", common.Forward);
        table.Share($"{_wrap}-INPUT", common.Input);
        table.Add($"{_wrap}-sg-fallback", $"{_comments.Fallback}-j DROP");
        table.Share($"{_wrap}-sg-chain", common.Dispatch);
        var groups = new GroupLines(facts, _options, ipv6);
        var rules = new List<string>(64);
        foreach (var port in common.Ports)
        {
            AddIngress(table, rules, port, groups, ipv6);
            var spoof = AddSpoofFilter(table, rules, port, ipv6);
            AddEgress(table, rules, port, groups, ipv6, spoof);
        }
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
}
