using System.Globalization;
using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Neutron.Intent;

namespace Plumbline.Diagnosis.Comparing;

internal sealed partial class IntentComparison
{
    private const string Raw = "raw";

    /// <summary>
    /// Each filtered port has one conntrack zone of its own for both ways, or none where its group is stateless. Which number it is does
    /// not matter: every restart of the agent deals them anew.
    /// </summary>
    private void CompareZones(IPFamily family, Ruleset live)
    {
        if (_intended.Of(family).Find(Raw) is not { } wanted || !_intended.Filtered.Any())
        {
            return;
        }
        if (live.Find(Raw)?.Find("PREROUTING") is not { IsShown: true })
        {
            _notes.Add($"table raw of {Tool(family)} was not read, so zones were not compared");
            return;
        }
        var owners = new Dictionary<string, IntendedPort>(StringComparer.Ordinal);
        foreach (var port in _intended.Filtered)
        {
            var devices = new[] { DeviceNames.VethBridgeEnd(port.Port.Id), DeviceNames.Tap(port.Port.Id) };
            var should = devices.Select(d => TrackingOf(wanted, family, port, d)).ToArray();
            var is_ = devices.Select(d => TrackingOf(live.Find(Raw)!, family, port, d)).ToArray();
            if (should[0] is null)
            {
                continue;
            }
            var isStateless = should[0]!.Value.Zone is null;
            if (is_[0] is not { } inbound || is_[1] is not { } outbound)
            {
                AddZone(family, live, port, "missing-zone", $"no rule gives {(is_[0] is null ? devices[0] : devices[1])} a conntrack zone",
                    [.. Shown(devices, is_)],
                    isStateless ? "its packets are tracked although its group is stateless"
                        : "its connections are tracked in the zone of all such ports, where equal addresses of different networks are one");
            }
            else if (isStateless != inbound.Zone is null || isStateless != outbound.Zone is null)
            {
                AddZone(family, live, port, "wrong-tracking",
                    isStateless ? "packets are tracked, although the group is stateless" : "packets are not tracked, although the group is stateful",
                    [.. Shown(devices, is_)],
                    isStateless ? "replies pass that no rule allows" : "replies are not known as such, so they pass only where a rule allows them");
            }
            else if (!isStateless && devices.Select(d => UntrackedPart(live.Find(Raw)!, family, port, d)).FirstOrDefault(t => t is not null) is { } untracked)
            {
                AddZone(family, live, port, "wrong-tracking", "some of its packets are not tracked, although the group is stateful", [untracked],
                    "replies to them are not known as such, so they pass only where a rule allows them");
            }
            else if (inbound.Zone != outbound.Zone)
            {
                AddZone(family, live, port, "wrong-zone", "the two ways of one port have different conntrack zones", [.. Shown(devices, is_)],
                    "a reply is looked up in another zone than its connection, so it is not known as one and dropped");
            }
            else if (inbound.Zone is { } zone && !owners.TryAdd(zone, port) && owners[zone] != port)
            {
                AddZone(family, live, port, "shared-zone", $"conntrack zone {zone} is that of {LabelOf(owners[zone])} as well",
                    [.. Shown(devices, is_)],
                    "connections of both are tracked together: equal addresses on different networks mix");
            }
        }
    }

    private static IEnumerable<string> Shown(string[] devices, (string? Zone, string Text)?[] found)
    {
        for (var i = 0; i < devices.Length; i++)
        {
            yield return found[i] is { } told ? $"{devices[i]}: {told.Text}" : $"{devices[i]}: no rule";
        }
    }

    private void AddZone(
        IPFamily family, Ruleset live, IntendedPort port, string id, string what, IReadOnlyList<string> evidence, string consequence)
    {
        var isEntered = live.Find(Raw)!.Find("PREROUTING")!.Rules.Any(r => r.Target is JumpTarget jump && jump.Chain == $"{_wrap}-PREROUTING");
        if (!isEntered && id == "missing-zone")
        {
            _findings.Add(
                new()
                {
                    Id = "missing-rule",
                    What = $"nothing leads from PREROUTING of table raw to {_wrap}-PREROUTING",
                    Family = family,
                    Table = Raw,
                    Chain = "PREROUTING",
                    Evidence = [$"intended: -A PREROUTING -j {_wrap}-PREROUTING", "live: no such rule"],
                    Consequence = "no port has a conntrack zone: equal addresses on different networks mix",
                    Fix = $"{Tool(family)} -t raw -I PREROUTING 1 -j {_wrap}-PREROUTING{AgentFix}",
                },
                LabelOf(port), "enter");
            return;
        }
        _findings.Add(
            new()
            {
                Id = id,
                What = $"{LabelOf(port)}: {what}",
                Family = family,
                Table = Raw,
                Chain = $"{_wrap}-PREROUTING",
                Evidence = evidence,
                Consequence = consequence,
                Fix = "systemctl restart neutron-openvswitch-agent: the agent gives every port a zone anew",
            },
            LabelOf(port), port.Port.Id);
    }

    /// <summary>A rule that leaves some of a device's packets untracked before any gives them a zone; null where there is none.</summary>
    private string? UntrackedPart(Table raw, IPFamily family, IntendedPort port, string device)
    {
        var boxes = BoxesOf(new BridgedSlice(family, DeviceNames.HybridBridge(port.Port.Id), device, null));
        return Find("PREROUTING", 0).Text;

        (string? Text, bool IsDone) Find(string name, int depth)
        {
            if (raw.Find(name) is not { } chain)
            {
                return (null, false);
            }
            foreach (var i in boxes.RulesOf(chain))
            {
                var rule = chain.Rules[i];
                if (boxes.Of(rule) is not { } box)
                {
                    continue;
                }
                switch (rule.Target)
                {
                    case CtTarget { IsNotrack: true }:
                        return (TextOf(chain, rule), true);
                    case CtTarget or VerdictTarget when box.IsEverything:
                        return (null, true);
                    case JumpTarget jump when depth < 8 && Find(jump.Chain, depth + 1) is { IsDone: true } found:
                        return found;
                }
            }
            return (null, false);
        }
    }

    /// <summary>What the first CT rule does with packets that come by a device: a zone, or null for none; null: no rule.</summary>
    private (string? Zone, string Text)? TrackingOf(Table raw, IPFamily family, IntendedPort port, string device)
    {
        var boxes = BoxesOf(new BridgedSlice(family, DeviceNames.HybridBridge(port.Port.Id), device, null));
        return Find("PREROUTING", 0);

        (string? Zone, string Text)? Find(string name, int depth)
        {
            if (raw.Find(name) is not { } chain)
            {
                return null;
            }
            foreach (var i in boxes.RulesOf(chain))
            {
                var rule = chain.Rules[i];
                // a rule for some of the packets only is not what gives the port its zone
                if (boxes.Of(rule) is not { IsEverything: true })
                {
                    continue;
                }
                switch (rule.Target)
                {
                    case CtTarget ct when ct.IsNotrack || ct.Zone is not null || ct.IsZoneFromMark:
                        return (ct.IsNotrack ? null : ct.Zone?.ToString(CultureInfo.InvariantCulture) ?? "mark",
                            TextOf(chain, rule));
                    case JumpTarget jump when depth < 8 && Find(jump.Chain, depth + 1) is { } found:
                        return found;
                    case VerdictTarget:
                        return null;
                }
            }
            return null;
        }
    }
}
