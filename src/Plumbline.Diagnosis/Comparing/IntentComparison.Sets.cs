using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Iptables;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Diagnosis.Comparing;

internal sealed partial class IntentComparison
{
    private const int MostMembers = 10;

    private void CompareSets()
    {
        if (_intended.Sets.Count > 0 && !_live.AreSetsTold)
        {
            _notes.Add("ipset: its sets were not read, so members of remote groups were not compared");
            return;
        }
        foreach (var wanted in _intended.Sets)
        {
            if (wanted.Family == "inet6" && !_intended.Options.IPv6)
            {
                continue;
            }
            if (!_live.Sets.TryGetValue(wanted.Name, out var live))
            {
                _findings.Add(
                    SetFinding(wanted, "missing-set", $"set {wanted.Name} is not there",
                        [$"intended: {wanted.Members.Count} members: {Shortened(wanted.Members)}"],
                        $"rules that name it cannot be there either: members of {GroupOf(wanted)} are not let in",
                        "systemctl restart neutron-openvswitch-agent: the agent makes its sets anew"),
                    null, wanted.Name);
                continue;
            }
            CompareSet(wanted, live);
        }
    }

    private void CompareSet(IPSet wanted, AddressSet live)
    {
        var family = wanted.Family == "inet6" ? IPFamily.IPv6 : IPFamily.IPv4;
        if (live.Type is not ("hash:net" or "hash:ip") || (live.Family is { } its && its != family))
        {
            _findings.Add(
                SetFinding(wanted, "wrong-set-type", $"set {wanted.Name} is of another type than Neutron makes",
                    [$"intended: hash:net family {wanted.Family}", $"live: {live.Type} {live.Family}"],
                    "its members cannot be what the group's ports have", "destroy it, and restart the agent"),
                null, wanted.Name);
            return;
        }
        if (SetMembers.Of(wanted.Members) is not { } should || SetMembers.Of(live) is not { } has)
        {
            _notes.Add($"set {wanted.Name}: not all of its members are plain addresses, so it was not compared");
            return;
        }
        var missing = wanted.Members.Where(m => !SetMembers.Of([m])!.Value.Without(has).IsEmpty).ToList();
        var stale = live.Members.Where(m => m.Address is { } a && !RuleBox.RangeOf(a).Without(should).IsEmpty).Select(m => m.Text).ToList();
        if (missing.Count + stale.Count == 0)
        {
            return;
        }
        var evidence = new List<string>();
        var (consequences, fixes) = (new List<string>(), new List<string>());
        if (missing.Count > 0)
        {
            evidence.Add($"missing: {Shortened(missing)}");
            consequences.Add($"{Shortened(missing)} of {GroupOf(wanted)} {(missing.Count == 1 ? "is" : "are")} not let through where its members shall be");
            fixes.AddRange(missing.Take(MostMembers).Select(m => $"ipset add -exist {wanted.Name} {m}"));
        }
        if (stale.Count > 0)
        {
            evidence.Add($"stale: {Shortened(stale)}");
            consequences.Add($"{Shortened(stale)} {(stale.Count == 1 ? "is" : "are")} let through as if in {GroupOf(wanted)}");
            fixes.AddRange(stale.Take(MostMembers).Select(m => $"ipset del -exist {wanted.Name} {m}"));
        }
        _findings.Add(
            SetFinding(wanted, "set-drift", $"set {wanted.Name} has not the members that {GroupOf(wanted)} has",
                evidence, string.Join("; ", consequences), string.Join("; ", fixes)),
            null, wanted.Name);
    }

    private FirewallFinding SetFinding(IPSet set, string id, string what, IReadOnlyList<string> evidence, string consequence, string fix) => new()
    {
        Id = id,
        What = what,
        Family = set.Family == "inet6" ? IPFamily.IPv6 : IPFamily.IPv4,
        Ports = [.. _intended.Filtered.Where(p => Uses(p, set)).Select(LabelOf)],
        Evidence = evidence,
        Consequence = consequence,
        Fix = fix,
    };

    private IntendedGroup? Find(IPSet set) => _intended.Intent.Groups.FirstOrDefault(g =>
        IPSet.NameOf(g.Group.Id, set.Family == "inet6", _intended.Options.Release) == set.Name);

    private string GroupOf(IPSet set) => Find(set) is { } group
        ? group.Name.Length > 0 && group.Name != group.Group.Id ? $"group {group.Name} ({group.Group.Id})" : $"group {group.Group.Id}" : "the group";

    private bool Uses(IntendedPort port, IPSet set)
    {
        var id = Find(set)?.Group.Id;
        return id is not null && _intended.Intent.Groups.Any(g => port.Port.SecurityGroups.Contains(g.Group.Id)
            && g.Group.Rules.Any(r => r.RemoteGroupId == id || r.RemoteAddressGroupId == id));
    }

    private static string Shortened(IReadOnlyList<string> members) => members.Count <= MostMembers
        ? string.Join(", ", members)
        : string.Join(", ", members.Take(MostMembers)) + $" and {members.Count - MostMembers} more";
}
