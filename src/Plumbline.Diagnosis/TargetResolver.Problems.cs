using System.Globalization;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis;

public static partial class TargetResolver
{
    private const int MostCandidates = 20;
    private const int MostNear = 3;

    private static NodeException Ambiguous(Topology topology, string text, IReadOnlyList<Target> candidates)
    {
        var lines = candidates.Take(MostCandidates).Select(c => "    " + Printable.Escape(Describe(topology, c))).ToList();
        if (candidates.Count > MostCandidates)
        {
            lines.Add($"    … and {candidates.Count - MostCandidates} more");
        }
        var isDevice = candidates.All(c => c is Target.OfElement { Element.Namespace: not null });
        return new(new(
            $"\"{Printable.Escape(text)}\" can mean {candidates.Count} things here:\n{string.Join('\n', lines)}",
            null,
            isDevice ? "name the namespace too: NAMESPACE/DEVICE, or /DEVICE for the node's own"
                : "name one of them by its port's UUID, or by its MAC or device"));
    }

    private static NodeException NothingFound(IReadOnlyList<Topology> topologies, string text)
    {
        var known = string.Join("; ", topologies.Select(KnownOn));
        var untold = topologies.SelectMany(t => t.Snapshot.Sources)
            .Where(s => s.Outcome is SourceOutcome.Forbidden or SourceOutcome.Failed or SourceOutcome.Absent or SourceOutcome.Partial)
            .Select(s => $"{s.Source} ({s.Detail ?? s.Outcome.ToString().ToLowerInvariant()})").Distinct(StringComparer.Ordinal).ToList();
        if (untold.Count > 0)
        {
            known += $"; not or not wholly read: {Printable.Escape(string.Join(", ", untold))}";
        }
        var near = topologies.SelectMany(t => Nearest(t, text)).Distinct(StringComparer.Ordinal).ToList();
        var isShort = text.Length is > 0 and < ShortestPrefix && text.All(char.IsAsciiHexDigit);
        return new(new(
            text.Length == 0 ? "no target was named" : $"nothing here is called \"{Printable.Escape(text)}\"",
            known,
            near.Count > 0 ? $"perhaps {string.Join(" or ", near.Select(Printable.Escape))}; \"plumb ports\" lists all ports"
                : isShort ? $"the start of a UUID needs {ShortestPrefix} characters or more; \"plumb ports\" lists all ports"
                : "give a VM's name or UUID, a port's UUID or its first 4 characters, an IP, a MAC or a device; \"plumb ports\" lists all ports"));
    }

    private static string KnownOn(Topology topology)
    {
        var instances = topology.Elements.Count(e => e.Kind == ElementKind.Instance);
        return $"{Count(instances, "VM")}, {Count(topology.Vifs.Count, "port")} and {Count(topology.Elements.Count, "element")} are known"
            + (topology.Snapshot.Host is { } host ? $" on {Printable.Escape(host)}" : "");
    }

    private static string Count(int number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");

    /// <summary>One candidate a line, with what tells it apart from others of the same name or address.</summary>
    private static string Describe(Topology topology, Target target) => target switch
    {
        Target.OfVif { Vif: var vif } => Describe(topology, vif),
        Target.OfInstance instance => Join(
            $"VM {instance.Name}", instance.Vifs[0].InstanceId,
            $"{instance.Vifs.Count} ports", string.Join(" ", instance.Vifs.SelectMany(v => v.IPAddresses.Take(1)))),
        Target.OfElement { Element: var element } => Join(
            element.Namespace is { Length: > 0 } home ? $"{home}/{element.Name}" : element.Namespace is null ? element.Name : $"/{element.Name}",
            element.Kind.ToString(), element.OvsBridge is null ? null : $"in {element.OvsBridge}", element.Address?.ToString(),
            string.Join(" ", element.IPAddresses.Take(1))),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Describe(Topology topology, Vif vif)
    {
        var owner = vif.Owner switch
        {
            VifOwner.Instance => $"VM {vif.InstanceName ?? vif.InstanceId ?? "(name not told)"}",
            VifOwner.Dhcp => "DHCP server",
            VifOwner.Router => "router port",
            VifOwner.Gateway => "router gateway",
            _ => "service port",
        };
        var network = vif.Network is not { } net ? vif.LocalVlan is { } vlan ? $"VLAN {vlan}" : null
            : $"network {net.Id ?? "?"}" + (net.SegmentationId is { } segment ? $" ({net.Type} {segment})"
                : net.LocalVlan is { } local ? $" (VLAN {local})" : "");
        var device = vif.Device is { } id ? topology.Find(id)?.Name : null;
        return Join(owner, vif.InstanceName is null ? null : vif.InstanceId, vif.PortId is null ? null : $"port {vif.PortId}",
            vif.IPAddresses.Count == 0 ? null : string.Join(" ", vif.IPAddresses.Take(2)), vif.Address?.ToString(), network,
            vif.Namespace is { Length: > 0 } ? $"in {vif.Namespace}" : null, device);
    }

    private static string Join(params string?[] parts) => string.Join("  ", parts.Where(p => !string.IsNullOrEmpty(p)));

    private static List<string> Nearest(Topology topology, string text)
    {
        if (text.Length < 2)
        {
            return [];
        }
        var limit = Math.Max(1, text.Length / 3);
        return
        [
            .. topology.Elements.Where(e => e.Kind is not ElementKind.RemoteEnd).Select(e => e.Name)
                .Concat(topology.Vifs.SelectMany(v => v.IPAddresses))
                .Distinct(StringComparer.Ordinal)
                .Where(n => Math.Abs(n.Length - text.Length) <= limit)
                .Select(n => (Name: n, Distance: EditDistance(n, text)))
                .Where(p => p.Distance <= limit)
                .OrderBy(p => p.Distance).ThenBy(p => p.Name, StringComparer.Ordinal)
                .Take(MostNear).Select(p => p.Name),
        ];
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that make one text the other, in any case.</summary>
    internal static int EditDistance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            rows[i, 0] = i;
        }
        for (var j = 0; j <= b.Length; j++)
        {
            rows[0, j] = j;
        }
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }
        return rows[a.Length, b.Length];

        static bool Same(char x, char y) => char.ToLowerInvariant(x) == char.ToLowerInvariant(y);
    }
}
