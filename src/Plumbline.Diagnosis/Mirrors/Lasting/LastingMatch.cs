using Plumbline.Node;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>A lasting mirror held against the database: what of it is there at this moment. Pure.</summary>
public sealed record LastingMatch
{
    private LastingMatch()
    {
    }

    /// <summary>The bridge; null where it is not there.</summary>
    public OvsBridge? Bridge { get; private init; }

    /// <summary>The ports to copy that are there, by name.</summary>
    public IReadOnlyList<OvsPort> Ports { get; private init; } = [];

    /// <summary>Those that are not: the VM is off, or has moved away.</summary>
    public IReadOnlyList<MirroredSource> Absent { get; private init; } = [];

    /// <summary>Our Mirror row; null where there is none.</summary>
    public OvsMirror? Row { get; private init; }

    /// <summary>The output port on the bridge; null where there is none.</summary>
    public OvsPort? Output { get; private init; }

    /// <summary>A port of the output's name on another bridge.</summary>
    public string? OutputElsewhere { get; private init; }

    /// <summary>What it waits for, in words; null where there is something to copy.</summary>
    public string? Waits { get; private init; }

    /// <summary>Finds <paramref name="mirror"/> in <paramref name="facts"/>.</summary>
    public static LastingMatch Of(LastingMirror mirror, OvsFacts facts)
    {
        var bridge = facts.Bridges.FirstOrDefault(b => b.Name == mirror.Bridge);
        if (bridge is null)
        {
            return new() { Waits = $"for bridge {mirror.Bridge}" };
        }
        var name = mirror.Output.PortName;
        var absent = new List<MirroredSource>();
        var ports = mirror.AllPorts ? RealPorts(mirror, bridge) : Find(mirror, bridge, absent);
        return new()
        {
            Bridge = bridge,
            Ports = ports,
            Absent = absent,
            Row = bridge.Mirrors.FirstOrDefault(m => OwnershipMark.Read(m.ExternalIds)?.Session == mirror.Session),
            Output = bridge.Ports.FirstOrDefault(p => p.Name == name),
            OutputElsewhere = facts.Bridges.FirstOrDefault(b => b != bridge && b.Ports.Any(p => p.Name == name))?.Name,
            Waits = ports.Count > 0 ? null
                : mirror.AllPorts ? $"for a port of {bridge.Name}"
                : $"for {string.Join(", ", absent)}: the VM is off, or is elsewhere",
        };
    }

    private static List<OvsPort> Find(LastingMirror mirror, OvsBridge bridge, List<MirroredSource> absent)
    {
        var result = new List<OvsPort>();
        foreach (var source in mirror.Sources)
        {
            var found = bridge.Ports.FirstOrDefault(p => Is(p, source) && p.Name != mirror.Output.PortName && p.Uuid is not null);
            if (found is null)
            {
                absent.Add(source);
            }
            else if (!result.Contains(found))
            {
                result.Add(found);
            }
        }
        return result;
    }

    /// <summary>
    /// By iface-id alone where there is one: a port of the old name may be another VM's by now. Of several (a live migration leaves two for a
    /// moment) the first.
    /// </summary>
    private static bool Is(OvsPort port, MirroredSource source) => source.IfaceId is { } id
        ? port.Interfaces.Any(i => i.ExternalIds.GetValueOrDefault("iface-id") == id)
        : port.Name == source.Name;

    /// <summary>No patch ports, which OVS never mirrors; no outputs of mirrors, ours included; nothing that bears a mark.</summary>
    private static List<OvsPort> RealPorts(LastingMirror mirror, OvsBridge bridge) =>
    [
        .. bridge.Ports.Where(p => p.Uuid is not null && p.Name != mirror.Output.PortName
            && (mirror.WithLocalPort || p.Name != bridge.Name)
            && p.Interfaces.Any(i => i.Type != "patch" && i.OfPort is null or > 0)
            && bridge.Mirrors.All(m => m.OutputPort != p.Uuid)
            && OwnershipMark.Read(p.ExternalIds) is null),
    ];
}
