using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Node;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Mirrors;

/// <summary>What a killed capture leaves: a port without its mirror, a device without its port.</summary>
internal sealed partial class MirrorJudge
{
    public IReadOnlyList<MonitorLeftover> ListLeftovers()
    {
        var outputs = _bridges.SelectMany(b => b.Mirrors).Select(m => m.OutputPort).ToHashSet();
        var sessions = _bridges.SelectMany(b => b.Mirrors).Select(m => OwnershipMark.Read(m.ExternalIds)?.Session).ToHashSet();
        var result = new List<MonitorLeftover>();
        foreach (var bridge in _bridges)
        {
            foreach (var port in bridge.Ports.Where(p => p.Uuid is null || !outputs.Contains(p.Uuid)))
            {
                if (LeftoverPort(bridge, port) is { } leftover)
                {
                    result.Add(leftover);
                }
            }
        }
        foreach (var facts in topology.Snapshot.Namespaces)
        {
            var names = facts.Links.Select(l => l.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var link in facts.Links)
            {
                if (LeftoverDevice(facts, link, names, sessions) is { } leftover)
                {
                    result.Add(leftover);
                }
            }
        }
        return
        [
            .. result.OrderBy(l => l.Bridge ?? "", StringComparer.Ordinal).ThenBy(l => l.Namespace ?? "", StringComparer.Ordinal)
                .ThenBy(l => l.Name, StringComparer.Ordinal),
        ];
    }

    private MonitorLeftover? LeftoverPort(OvsBridge bridge, OvsPort port)
    {
        if (port.Interfaces.Any(i => i.ExternalIds.ContainsKey("iface-id")))
        {
            return null;
        }
        var mark = OwnershipMark.Read(port.ExternalIds)
            ?? port.Interfaces.Select(i => OwnershipMark.Read(i.ExternalIds)).FirstOrDefault(m => m is not null);
        var isOvsTcpdumps = IsOvsTcpdumpNumber(port.Name)
            || port.Name.StartsWith("mi", StringComparison.Ordinal) && bridge.Ports.Any(p => p.Name == port.Name[2..]);
        if (mark is null && !isOvsTcpdumps)
        {
            return null;
        }
        var element = _elements.GetValueOrDefault((bridge.Name, port.Name));
        return Leftover(mark, port.Name, $"port {port.Name} of {bridge.Name} without a mirror") with
        {
            Bridge = bridge.Name,
            PortUuid = port.Uuid,
            Namespace = element?.Namespace,
            IfIndex = element?.IfIndex,
        };
    }

    /// <summary>A mere device. One that belongs to a session which has its mirror (the far end of its veth) is in use.</summary>
    private MonitorLeftover? LeftoverDevice(NamespaceFacts facts, Link link, HashSet<string> names, HashSet<string?> sessions)
    {
        if (topology.Find($"link:{facts.Name}/{link.Name}")?.OvsBridge is not null || DeviceNames.PortIdPrefix(link.Name) is not null)
        {
            return null;
        }
        var mark = OwnershipMark.ReadAlias(link.Alias);
        var isOvsTcpdumps = link.Kind is "dummy" or "tun" && (IsOvsTcpdumpNumber(link.Name)
            || link.Name.StartsWith("mi", StringComparison.Ordinal) && names.Contains(link.Name[2..]));
        if (mark is null && !isOvsTcpdumps || mark is not null && sessions.Contains(mark.Session))
        {
            return null;
        }
        var home = facts.Name.Length == 0 ? "" : $" in {facts.Name}";
        return Leftover(mark, link.Name, $"device {link.Name}{home} that no bridge has") with
        {
            Namespace = facts.Name,
            IfIndex = link.IfIndex,
        };
    }

    private MonitorLeftover Leftover(OwnershipMark? mark, string name, string what) => new()
    {
        Name = name,
        Owner = mark is null ? MirrorOwner.OvsTcpdump : MirrorOwner.Ours,
        Mark = mark,
        IsDead = mark?.IsDead(isAlive, now) == true,
        Text = mark is null ? $"{what}: named like ovs-tcpdump's, left when it was killed" : $"{what}: {DescribeMark(mark)}",
    };
}
