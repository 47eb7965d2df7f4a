using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>Ports that rules are about, by the names of chains and devices, and what spoof filters tell of their addresses.</summary>
internal static class PortFinder
{
    /// <summary>Adds the ports of a chain's name and rules to <paramref name="found"/>, or what they tell beyond what is known.</summary>
    public static void Collect(Chain chain, List<FirewallTarget> found)
    {
        if (NeutronChain.Parse(chain.Name) is { Port: { } port })
        {
            Add(found, new() { PortId = port });
        }
        for (var i = 0; i < chain.Rules.Count; i++)
        {
            var rule = chain.Rules[i];
            var role = RoleRecogniser.RoleOf(chain, i);
            if (role is { Duty: not NeutronDuty.Foreign, Device: { } device } && DeviceNames.PortIdPrefix(device) is { } id)
            {
                Add(found, new()
                {
                    PortId = WholeId(rule, id) ?? id,
                    Tap = device.StartsWith("tap", StringComparison.Ordinal) ? device : null,
                });
            }
            if (role.Duty == NeutronDuty.SpoofAllow && NeutronChain.Parse(chain.Name) is { Port: { } owner })
            {
                var address = DutyWords.Find<SourceMatch>(rule) is { } source ? RuleWords.Text(source) : null;
                Add(found, new()
                {
                    PortId = owner,
                    Address = DutyWords.Find<MacMatch>(rule)!.Source,
                    IPAddresses = address is null ? [] : [address],
                });
            }
        }
    }

    /// <summary>Two are the same port where one's id starts with the other's.</summary>
    public static bool Same(string one, string other) =>
        one.Length >= DeviceNames.ChainIdLength && other.Length >= DeviceNames.ChainIdLength
        && (one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal));

    private static void Add(List<FirewallTarget> found, FirewallTarget more)
    {
        var at = found.FindIndex(f => Same(f.PortId, more.PortId));
        if (at < 0)
        {
            found.Add(more);
            return;
        }
        var known = found[at];
        found[at] = known with
        {
            PortId = known.PortId.Length >= more.PortId.Length ? known.PortId : more.PortId,
            Tap = known.Tap ?? more.Tap,
            Address = known.Address ?? more.Address,
            IPAddresses = [.. known.IPAddresses.Union(more.IPAddresses)],
        };
    }

    /// <summary>The UUID in <c>Set zone for 6ef565e0-…</c>.</summary>
    private static string? WholeId(Rule rule, string start)
    {
        if (rule.Comment is not { } comment)
        {
            return null;
        }
        foreach (var range in comment.AsSpan().Split(' '))
        {
            var word = comment.AsSpan()[range];
            if (word.Length == 36 && word.StartsWith(start, StringComparison.Ordinal) && Guid.TryParseExact(word, "D", out _))
            {
                return word.ToString();
            }
        }
        return null;
    }
}
