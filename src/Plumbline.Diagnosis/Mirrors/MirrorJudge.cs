using System.Globalization;
using Plumbline.Linux;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Mirrors;

/// <summary>
/// Open vSwitch has no column that says whether a mirror works, and accepts most that cannot (spec/mirroring-traps.md §5.27). So each
/// known reason is looked for in the rows and devices themselves.
/// </summary>
internal sealed partial class MirrorJudge(Topology topology, Func<ProcessIdentity, bool> isAlive, DateTimeOffset now)
{
    /// <summary>ofproto-dpif-mirror.h: MAX_MIRRORS, of one bridge.</summary>
    private const int MostMirrors = 32;

    private readonly IReadOnlyList<OvsBridge> _bridges = topology.Snapshot.Ovs?.Bridges ?? [];

    private readonly Dictionary<Guid, (OvsBridge Bridge, OvsPort Port)> _ports = (topology.Snapshot.Ovs?.Bridges ?? [])
        .SelectMany(b => b.Ports.Where(p => p.Uuid is not null).Select(p => (Bridge: b, Port: p)))
        .GroupBy(p => p.Port.Uuid!.Value).ToDictionary(g => g.Key, g => g.First());

    private readonly Dictionary<(string Bridge, string Port), Element> _elements = topology.Elements
        .Where(e => e.OvsBridge is not null).GroupBy(e => (e.OvsBridge!, e.Name)).ToDictionary(g => g.Key, g => g.First());

    public IReadOnlyList<MirrorReport> ListMirrors() =>
    [
        .. _bridges.SelectMany(b => b.Mirrors.Select(m => Judge(b, m)))
            .OrderBy(r => r.Bridge, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal).ThenBy(r => r.Uuid),
    ];

    private MirrorReport Judge(OvsBridge bridge, OvsMirror mirror)
    {
        var findings = new Findings();
        var sources = SourcesOf(bridge, mirror, findings);
        JudgeSelection(bridge, mirror, sources, findings);
        var output = OutputOf(bridge, mirror, sources, findings);
        if (bridge.Mirrors.Count > MostMirrors)
        {
            var text = $"{bridge.Name} has {bridge.Mirrors.Count} mirrors, Open vSwitch takes {MostMirrors}";
            if (mirror.SentPackets > 0)
            {
                findings.Warnings.Add(text);
            }
            else
            {
                findings.Faults.Add($"{text}: this may be one of those left out");
            }
        }
        var mark = OwnershipMark.Read(mirror.ExternalIds);
        var owner = OwnerOf(bridge, mirror, mark, output);
        return new()
        {
            Uuid = mirror.Uuid,
            Bridge = bridge.Name,
            Name = mirror.Name,
            SelectsAll = mirror.SelectAll,
            Sources = [.. sources.Select(s => new MirrorSource(s.Port.Name, s.From, s.To))],
            Vlans = mirror.SelectVlans,
            Selects = DescribeSelection(bridge, mirror, sources),
            OutputPort = output?.Name,
            OutputVlan = mirror.OutputVlan,
            Output = DescribeOutput(bridge, mirror, output),
            Owner = owner,
            Mark = mark,
            IsDead = mark?.IsDead(isAlive, now) == true,
            OwnerText = DescribeOwner(owner, mark, mirror),
            Faults = findings.Faults,
            Warnings = findings.Warnings,
            SentPackets = mirror.SentPackets,
            SentBytes = mirror.SentBytes,
            IsWaiting = mark?.Mirror is not null && sources.Count == 0 && !mirror.SelectAll,
        };
    }

    /// <summary>The ports that OVS can find: weak references to ports that are gone have dropped out of the row, those of another bridge are ignored.</summary>
    private List<Source> SourcesOf(OvsBridge bridge, OvsMirror mirror, Findings findings)
    {
        var from = mirror.SelectSourcePorts.ToHashSet();
        var to = mirror.SelectDestinationPorts.ToHashSet();
        var result = new List<Source>();
        foreach (var uuid in from.Union(to))
        {
            if (!_ports.TryGetValue(uuid, out var found))
            {
                findings.Warnings.Add($"a port that it selects is gone ({uuid})");
            }
            else if (found.Bridge.Name != bridge.Name)
            {
                findings.Warnings.Add($"{found.Port.Name} is a port of {found.Bridge.Name}: ignored here");
            }
            else
            {
                result.Add(new(found.Port, from.Contains(uuid), to.Contains(uuid)));
            }
        }
        return [.. result.OrderBy(s => s.Port.Name, StringComparer.Ordinal)];
    }

    private void JudgeSelection(OvsBridge bridge, OvsMirror mirror, List<Source> sources, Findings findings)
    {
        if (mirror.SelectAll)
        {
            if (mirror.SelectSourcePorts.Count + mirror.SelectDestinationPorts.Count > 0)
            {
                findings.Warnings.Add("it selects all ports: Open vSwitch ignores its lists of ports");
            }
            var patches = bridge.Ports.Where(IsPatch).Select(p => p.Name).Order(StringComparer.Ordinal).ToList();
            if (patches.Count > 0)
            {
                findings.Warnings.Add($"patch ports are never mirrored, though all are selected: {string.Join(", ", patches)}");
            }
            return;
        }
        if (sources.Count == 0 && OwnershipMark.Read(mirror.ExternalIds)?.Mirror is not null)
        {
            return; // a lasting mirror that waits for its port, which its keeper will select
        }
        if (sources.Count == 0)
        {
            findings.Faults.Add("it selects nothing: its source ports are gone, or none was ever named");
            return;
        }
        var never = sources.Where(s => IsPatch(s.Port)).Select(s => s.Port.Name).ToList();
        if (never.Count > 0)
        {
            (never.Count == sources.Count ? findings.Faults : findings.Warnings)
                .Add($"patch ports are never mirrored: {string.Join(", ", never)}");
        }
        var gone = sources.Where(s => _elements.GetValueOrDefault((bridge.Name, s.Port.Name))?.State == ElementState.Missing)
            .Select(s => s.Port.Name).ToList();
        if (gone.Count > 0)
        {
            (gone.Count == sources.Count ? findings.Faults : findings.Warnings)
                .Add($"the device of a port that it selects does not exist: {string.Join(", ", gone)}");
        }
        if (mirror.SelectVlans.Count > 0 && sources.TrueForAll(s => IsAccess(s.Port) && !mirror.SelectVlans.Contains(s.Port.Tag!.Value)))
        {
            findings.Faults.Add($"it selects only {Vlans(mirror.SelectVlans)}, but "
                + string.Join(", ", sources.Select(s => $"{s.Port.Name} is in VLAN {s.Port.Tag}")));
        }
        if (mirror.Filter?.Contains("in_port", StringComparison.Ordinal) == true)
        {
            findings.Faults.Add("its filter names in_port: Open vSwitch drops such a mirror");
        }
    }

    private OvsPort? OutputOf(OvsBridge bridge, OvsMirror mirror, List<Source> sources, Findings findings)
    {
        if (mirror.OutputVlan is { } vlan)
        {
            findings.Warnings.Add(mirror.OutputPort is null
                ? $"copies flood every port that carries VLAN {vlan}, and may confuse the MAC tables of switches behind them"
                : $"two outputs are set: Open vSwitch uses the port and ignores VLAN {vlan}");
        }
        if (mirror.OutputPort is not { } uuid)
        {
            if (mirror.OutputVlan is null)
            {
                findings.Faults.Add("no output: Open vSwitch ignores it (its output port was deleted, or none was ever named)");
            }
            return null;
        }
        if (!_ports.TryGetValue(uuid, out var found))
        {
            findings.Faults.Add($"its output port is gone ({uuid})");
            return null;
        }
        if (found.Bridge.Name != bridge.Name)
        {
            findings.Faults.Add($"its output {found.Port.Name} is a port of {found.Bridge.Name}: Open vSwitch ignores the mirror");
            return found.Port;
        }
        JudgeOutput(bridge, mirror, found.Port, sources, findings);
        return found.Port;
    }

    private void JudgeOutput(OvsBridge bridge, OvsMirror mirror, OvsPort output, List<Source> sources, Findings findings)
    {
        var element = _elements.GetValueOrDefault((bridge.Name, output.Name));
        switch (element?.State)
        {
            case ElementState.Missing:
                findings.Faults.Add($"the device of its output port {output.Name} does not exist");
                break;
            case ElementState.Down when !IsPatch(output):
                findings.Faults.Add($"its output port {output.Name} is down, or nobody reads it: nothing is sent");
                break;
        }
        if (sources.Exists(s => s.Port.Name == output.Name))
        {
            findings.Warnings.Add($"its output port {output.Name} is among the ports that it selects");
        }
        foreach (var other in bridge.Mirrors.Where(m => m != mirror && m.OutputPort == mirror.OutputPort))
        {
            findings.Warnings.Add($"mirror {other.Name} has the same output: a frame that both select comes once");
        }
        if (IsPatch(output))
        {
            findings.Warnings.Add($"its output {output.Name} is a patch port: the other bridge takes copies for ordinary traffic");
            if (mirror.SnapLength is not null)
            {
                findings.Faults.Add("a snap length and a patch port as output do not go together: nothing is sent");
            }
        }
        if (element is { Kind: not ElementKind.Monitor } && (topology.VifsOf(element.Id).Count > 0 || element.Kind == ElementKind.Nic))
        {
            var what = element.Kind == ElementKind.Nic ? "a NIC of the node" : "a tenant's or router's port";
            findings.Warnings.Add($"its output {output.Name} is {what}: as a mirror's output it takes part in nothing else");
        }
        JudgeMtu(bridge, output, sources, element, findings);
    }

    /// <summary>A copy that is too big for its output is lost, and no counter tells (spec/mirroring-traps.md §5.26).</summary>
    private void JudgeMtu(OvsBridge bridge, OvsPort output, List<Source> sources, Element? element, Findings findings)
    {
        if (element?.Mtu is not { } mtu)
        {
            return;
        }
        var biggest = sources.Where(s => s.Port.Name != output.Name)
            .Select(s => (s.Port.Name, Mtu: _elements.GetValueOrDefault((bridge.Name, s.Port.Name))?.Mtu))
            .Where(s => s.Mtu > mtu).OrderByDescending(s => s.Mtu).FirstOrDefault();
        if (biggest.Mtu is { } more)
        {
            findings.Warnings.Add($"MTU {mtu} of its output {output.Name} is less than {more} of {biggest.Name}: bigger copies are lost");
        }
    }

    private static MirrorOwner OwnerOf(OvsBridge bridge, OvsMirror mirror, OwnershipMark? mark, OvsPort? output) =>
        mark is not null ? MirrorOwner.Ours
        : mirror.Name.StartsWith("m_", StringComparison.Ordinal) && (output is null
            || output.Name == "mi" + mirror.Name[2..] || IsOvsTcpdumpNumber(output.Name)) ? MirrorOwner.OvsTcpdump
        : bridge.Name == "br-tap" || output?.Name.StartsWith("tm_", StringComparison.Ordinal) == true
            || mirror.ExternalIds.Keys.Any(k => k.Contains("taas", StringComparison.OrdinalIgnoreCase)) ? MirrorOwner.TapAsAService
        : MirrorOwner.Unknown;

    /// <summary><c>ovsmi</c> and six digits: what ovs-tcpdump takes where <c>mi</c> + the port's name is too long.</summary>
    private static bool IsOvsTcpdumpNumber(string name) =>
        name.Length == 11 && name.StartsWith("ovsmi", StringComparison.Ordinal) && name.AsSpan(5).IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsPatch(OvsPort port) => port.Interfaces.Any(i => i.Type == "patch");

    private static bool IsAccess(OvsPort port) => port is { Tag: not null, Trunks.Count: 0, VlanMode: null or "" or "access" };

    private static string Vlans(IReadOnlyList<int> vlans) =>
        (vlans.Count == 1 ? "VLAN " : "VLANs ")
        + string.Join(", ", vlans.Order().Select(v => v == 0 ? "0 (untagged)" : v.ToString(CultureInfo.InvariantCulture)));

    private sealed record Source(OvsPort Port, bool From, bool To);

    private sealed class Findings
    {
        public List<string> Faults { get; } = [];

        public List<string> Warnings { get; } = [];
    }
}
