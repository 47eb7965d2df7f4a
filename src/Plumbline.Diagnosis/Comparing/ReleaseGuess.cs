using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Neutron.SecurityGroups.Roles;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>
/// Which release of Neutron wrote the live rules: the one whose own rules for a few of the node's ports are nearest to them. A fault adds
/// the same to the distance of every release, so it does not turn the answer; what releases have alike, and what faults look like (order,
/// comments, numbers of zones, whether a port is tracked), is left out. Where several are equally near, Zed is taken, else the newest.
/// </summary>
internal sealed class ReleaseGuess(NodeSnapshot snapshot, NodeRules rules, NeutronIntent intent, string? host, FirewallOptions options)
{
    private const int MostPorts = 16;
    private const string Bottom = "neutron-postrouting-bottom";

    /// <summary>Zed's relatives differ from it in nothing that counts here: pike to ussuri, and 2026.1 from 2024.1.</summary>
    private static readonly NeutronRelease[] _candidates =
    [
        NeutronRelease.Zed, NeutronRelease.Release2024_1, NeutronRelease.Ocata, NeutronRelease.Newton, NeutronRelease.Mitaka,
        NeutronRelease.Liberty, NeutronRelease.Kilo, NeutronRelease.Juno,
    ];

    /// <summary>The release; null where no rule of the agent's tells.</summary>
    public NeutronRelease? Find()
    {
        var ports = IntendedFirewall.Of(intent, host, snapshot, options).Filtered.Take(MostPorts).ToList();
        if (ports.Count == 0)
        {
            return null;
        }
        NeutronRelease? best = null;
        var least = int.MaxValue;
        foreach (var release in _candidates)
        {
            var distance = DistanceOf(release, ports, out var common);
            if (common > 0 && distance < least)
            {
                (best, least) = (release, distance);
            }
            if (least == 0)
            {
                break;
            }
        }
        return best;
    }

    private int DistanceOf(NeutronRelease release, IReadOnlyList<IntendedPort> ports, out int common)
    {
        var wanted = FirewallComparer.WithAddressGroups(options with { Release = release }, rules, intent);
        var intended = IntendedFirewall.Of(intent with { Ports = ports }, host, snapshot, wanted);
        var distance = 0;
        common = 0;
        foreach (var family in (ReadOnlySpan<IPFamily>)[IPFamily.IPv4, IPFamily.IPv6])
        {
            if (rules.Find(family) is not { } live)
            {
                continue;
            }
            foreach (var table in (ReadOnlySpan<string>)["filter", "raw", "mangle", "nat"])
            {
                if (live.Find(table) is not { } shown)
                {
                    continue;
                }
                var should = LinesOf(intended.Of(family).Find(table), ports);
                var has = LinesOf(shown, ports);
                var both = should.Count(has.Contains);
                common += both;
                distance += should.Count + has.Count - (2 * both);
            }
        }
        return distance;
    }

    /// <summary>The agent's rules about these ports, and its chains that are no port's, in one set.</summary>
    private HashSet<(string Chain, Rule? Rule)> LinesOf(Table? table, IReadOnlyList<IntendedPort> ports)
    {
        var lines = new HashSet<(string, Rule?)>();
        foreach (var chain in table?.Chains ?? [])
        {
            if (!chain.IsShown || (chain.Name != Bottom && !chain.Name.StartsWith(options.Wrap + "-", StringComparison.Ordinal)))
            {
                continue;
            }
            var owner = NeutronChain.Parse(chain.Name).Port;
            if (owner is null)
            {
                lines.Add((chain.Name, null));
            }
            else if (!ports.Any(p => p.Port.Id.StartsWith(owner, StringComparison.Ordinal)))
            {
                continue;
            }
            foreach (var rule in chain.Rules)
            {
                if (owner is not null || IsAbout(rule, ports))
                {
                    lines.Add((chain.Name, Bare(rule)));
                }
            }
        }
        return lines;
    }

    private static bool IsAbout(Rule rule, IReadOnlyList<IntendedPort> ports)
    {
        foreach (var match in rule.Matches)
        {
            var device = match switch
            {
                PhysdevMatch { In: { } input } => input.Value.ToString(),
                PhysdevMatch { Out: { } output } => output.Value.ToString(),
                InInterfaceMatch given => given.Interface.ToString(),
                _ => null,
            };
            if (device is not null && DeviceNames.PortIdPrefix(device) is { } id
                && ports.Any(p => p.Port.Id.StartsWith(id, StringComparison.Ordinal)))
            {
                return true;
            }
        }
        return false;
    }

    private static Rule Bare(Rule rule) => new()
    {
        Matches = [.. rule.Matches.Where(m => m is not CommentMatch)],
        Target = rule.Target is CtTarget ? new CtTarget() : rule.Target,
    };
}
