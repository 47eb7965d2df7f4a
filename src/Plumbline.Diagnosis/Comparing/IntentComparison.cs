using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Neutron.Intent;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>One comparison of live rules with intended ones. Each port's packets, each way, in each family, are walked as sets.</summary>
internal sealed partial class IntentComparison
{
    private const string Filter = "filter";

    private readonly NodeRules _live;
    private readonly IntendedFirewall _intended;
    private readonly string _wrap;
    private readonly FindingList _findings = new();
    private readonly List<string> _notes = [];
    private readonly Dictionary<string, Intervals?> _members = new(StringComparer.Ordinal);

    public IntentComparison(NodeRules live, IntendedFirewall intended)
    {
        (_live, _intended, _wrap) = (live, intended, intended.Options.Wrap);
    }

    public FirewallComparison Run()
    {
        _notes.AddRange(_intended.Intent.Complaints.Select(c => $"not understood: {c}"));
        foreach (var family in (ReadOnlySpan<IPFamily>)[IPFamily.IPv4, IPFamily.IPv6])
        {
            Compare(family);
        }
        CompareSets();
        return new() { Findings = _findings.ToList(), Notes = _notes, Ports = _intended.Ports.Count };
    }

    private void Compare(IPFamily family)
    {
        if (family == IPFamily.IPv6 && !_intended.Options.IPv6)
        {
            return;
        }
        var tool = family == IPFamily.IPv4 ? "iptables" : "ip6tables";
        if (_live.Find(family) is not { } live)
        {
            _notes.Add($"{tool}: its rules were not read, so {family} was not compared");
            return;
        }
        var guarded = _intended.Ports.Where(p => !p.Port.IsTrusted).ToList();
        CompareBridgeSysctl(family, guarded);
        if (!HasAgentChains(live))
        {
            if (_intended.Ports.Count > 0 && !IsIPv6Disabled(family))
            {
                _findings.Add(
                    new()
                    {
                        Id = "no-agent-chains",
                        What = $"{tool} has none of the agent's chains",
                        Subject = tool,
                        Family = family,
                        Evidence = [$"no chain {_wrap}-… in table filter; {_intended.Ports.Count} ports are plugged here"],
                        Consequence = $"no {family} packet of any port is filtered",
                        Fix = "start the agent (systemctl restart neutron-openvswitch-agent): it writes all chains anew",
                    },
                    null, "");
            }
            return;
        }
        foreach (var port in guarded)
        {
            ComparePort(family, live, port);
        }
        CompareZones(family, live);
        CompareIdleRules(family, live);
        FindStaleChains(family, live);
    }

    private bool HasAgentChains(Ruleset live) =>
        live.Find(Filter)?.Chains.Any(c => c.IsShown && c.Name.StartsWith(_wrap + "-", StringComparison.Ordinal)) == true;

    private bool IsIPv6Disabled(IPFamily family) => family == IPFamily.IPv6
        && _live.Sysctls.TryGetValue("net.ipv6.conf.all.disable_ipv6", out var off) && off.Trim() == "1";

    private void CompareBridgeSysctl(IPFamily family, List<IntendedPort> guarded)
    {
        if (guarded.Count == 0)
        {
            return;
        }
        var sysctl = NodeRules.BridgeSysctl(family);
        var shown = _live.AreBridgedPacketsShown(family);
        if (shown is null)
        {
            _notes.Add($"{sysctl} is not told: whether {family} rules are asked at all is not known");
            return;
        }
        if (shown == true)
        {
            return;
        }
        var exists = _live.Sysctls.ContainsKey(sysctl);
        _findings.Add(
            new()
            {
                Id = "bridge-filter-off",
                What = exists ? $"{sysctl} is 0" : $"{sysctl} does not exist: br_netfilter is not loaded",
                Family = family,
                Ports = [.. guarded.Select(LabelOf)],
                Evidence = [exists ? $"{sysctl} = 0" : "no net.bridge.bridge-nf-call-* in this namespace"],
                Consequence = $"bridged {family} packets do not meet {(family == IPFamily.IPv4 ? "iptables" : "ip6tables")}: "
                    + "no security group is in force, whatever the chains say",
                Fix = (exists ? "" : "modprobe br_netfilter; ") + $"sysctl -w {sysctl}=1, and keep it so in /etc/sysctl.d",
            },
            null, sysctl);
    }

    private static string LabelOf(IntendedPort port)
    {
        var address = port.Port.FixedAddresses.Count > 0 ? $", {port.Port.FixedAddresses[0]}" : "";
        return port.Name.Length > 0 ? $"{port.Name} ({port.Port.Id}{address})" : $"{port.Port.Id}{address}";
    }

    private RuleBox BoxesOf(BridgedSlice? slice) => new(slice, MembersOf);

    /// <summary>The addresses of a set: those it has; where it is not there or not told, those it shall have.</summary>
    private Intervals? MembersOf(string name)
    {
        if (!_members.TryGetValue(name, out var members))
        {
            members = _live.Sets.TryGetValue(name, out var set) ? SetMembers.Of(set)
                : _intended.Sets.FirstOrDefault(s => s.Name == name) is { } wanted ? SetMembers.Of(wanted.Members) : null;
            _members[name] = members;
        }
        return members;
    }

    private string ChainOf(char kind, IntendedPort port) =>
        $"{_wrap}-{kind}{port.Port.Id[..Math.Min(DeviceNames.ChainIdLength, port.Port.Id.Length)]}";
}
