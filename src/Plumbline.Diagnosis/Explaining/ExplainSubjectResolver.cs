using System.Net;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Neutron;
using Plumbline.Node;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>
/// Finds what is to be explained: first among the ports that rules are about (a pasted listing names ports that no link or database
/// tells of), then as every other question does (<see cref="TargetResolver"/>).
/// </summary>
public static class ExplainSubjectResolver
{
    private const int MostCandidates = 20;
    private const int ShortestPrefix = 4;

    /// <summary>Resolves <paramref name="text"/>; null: the only port that the rules are about, or all chains where they are about none.</summary>
    /// <exception cref="NodeException">Nothing or several things match.</exception>
    public static ExplainSubject Resolve(Topology topology, NodeRules firewall, string? text)
    {
        var ports = FirewallExplainer.ListPorts(firewall);
        if (text is null)
        {
            return ports.Count switch
            {
                0 => new ExplainSubject.OfChain(null),
                1 => new ExplainSubject.Ports([Enrich(topology, ports[0])]),
                _ => throw Several("the rules are about several ports", ports),
            };
        }
        var wanted = text.Trim();
        if (firewall.Rulesets.Any(p => p.Ruleset.Tables.Any(t => t.Find(wanted) is not null)))
        {
            return new ExplainSubject.OfChain(wanted);
        }
        var matching = ports.Where(p => Matches(p, wanted)).ToList();
        if (matching.Count == 1)
        {
            return new ExplainSubject.Ports([Enrich(topology, matching[0])]);
        }
        if (matching.Count > 1 && !topology.Vifs.Any())
        {
            throw Several($"\"{Printable.Escape(wanted)}\" can mean {matching.Count} ports here", matching);
        }
        return new ExplainSubject.Ports(OfTopology(topology, ports, wanted));
    }

    private static bool Matches(FirewallTarget port, string text)
    {
        if (port.Tap == text || (DeviceNames.PortIdPrefix(text) is { } id && PortFinder.Same(port.PortId, id)))
        {
            return true;
        }
        if (MacAddress.TryParse(text, out var mac))
        {
            return port.Address == mac;
        }
        if ((text.Contains('.') || text.Contains(':')) && IPAddress.TryParse(text, out var address))
        {
            var canonical = address.ToString();
            return port.IPAddresses.Contains(canonical);
        }
        return text.Length >= ShortestPrefix && text.All(c => char.IsAsciiHexDigit(c) || c == '-')
            && (port.PortId.StartsWith(text, StringComparison.OrdinalIgnoreCase)
                || (text.Length > port.PortId.Length && text.StartsWith(port.PortId, StringComparison.OrdinalIgnoreCase)));
    }

    private static IReadOnlyList<FirewallTarget> OfTopology(Topology topology, IReadOnlyList<FirewallTarget> ports, string text)
    {
        IReadOnlyList<Vif> vifs;
        try
        {
            vifs = TargetResolver.Resolve(topology, text) switch
            {
                Target.OfVif { Vif: var vif } => [vif],
                Target.OfInstance instance => instance.Vifs,
                Target.OfElement { Element: var element } => topology.VifsOf(element.Id),
                _ => [],
            };
        }
        catch (NodeException) when (topology.Vifs.Count == 0 && ports.Count > 0)
        {
            throw Several($"no rule is about \"{Printable.Escape(text)}\"", ports);
        }
        if (vifs.Count == 0)
        {
            throw new NodeException(new(
                $"\"{Printable.Escape(text)}\" is no port of a VM, DHCP server or router, so no security group is about it",
                null, "name a port, or a chain; \"plumb ports\" lists all ports"));
        }
        return [.. vifs.Select(v => Of(topology, v, ports.FirstOrDefault(p => v.PortId is { } id && PortFinder.Same(p.PortId, id))))];
    }

    private static FirewallTarget Of(Topology topology, Vif vif, FirewallTarget? port)
    {
        var device = vif.Device is { } id ? topology.Find(id)?.Name : null;
        return new()
        {
            PortId = vif.PortId ?? device ?? "?",
            Tap = device ?? port?.Tap,
            Instance = vif.InstanceName,
            Address = vif.Address ?? port?.Address,
            IsInSwitch = vif is { Plug: VifPlug.Ovs or VifPlug.VhostUser, Owner: VifOwner.Instance },
            IPAddresses = vif.IPAddresses.Count > 0 ? vif.IPAddresses : port?.IPAddresses ?? [],
        };
    }

    private static FirewallTarget Enrich(Topology topology, FirewallTarget port)
    {
        var vif = topology.Vifs.FirstOrDefault(v => v.PortId is { } id && PortFinder.Same(port.PortId, id));
        return vif is null ? port : Of(topology, vif, port);
    }

    private static NodeException Several(string what, IReadOnlyList<FirewallTarget> ports)
    {
        var lines = ports.Take(MostCandidates).Select(p =>
            $"    {p.Tap ?? p.PortId}  {string.Join(" ", p.IPAddresses.Take(2))}  {p.Address?.ToString()}".TrimEnd()).ToList();
        if (ports.Count > MostCandidates)
        {
            lines.Add($"    … and {ports.Count - MostCandidates} more");
        }
        return new(new($"{what}; there are:\n{string.Join('\n', lines)}", null, "name one of them, or a chain"));
    }
}
