using System.Net;
using Plumbline.Neutron;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis;

/// <summary>Finds what an operator means: a VM's name or UUID, a port's UUID or its first characters (4 or more), an IP, a MAC, a device or bridge.</summary>
public static partial class TargetResolver
{
    /// <summary>Characters of a UUID that are enough to look for it.</summary>
    private const int ShortestPrefix = 4;

    /// <summary>
    /// Resolves <paramref name="text"/>. An exact device or bridge name (also <c>NAMESPACE/DEVICE</c>, the node's own namespace being
    /// empty: <c>/eth0</c>) wins over all else, then a VM's exact name.
    /// </summary>
    /// <exception cref="Node.NodeException">
    /// Nothing matches (the problem lists the nearest names), or several do (it lists the candidates).
    /// </exception>
    public static Target Resolve(Topology topology, string text) =>
        TryResolve(topology, text) ?? throw NothingFound([topology], text.Trim());

    /// <summary>On each of several nodes what <paramref name="text"/> means there; mostly one node knows it.</summary>
    /// <exception cref="Node.NodeException">No node knows it, or on one several things match.</exception>
    public static IReadOnlyList<(Topology Topology, Target Target)> ResolveAmong(IReadOnlyList<Topology> topologies, string text)
    {
        ArgumentNullException.ThrowIfNull(topologies);
        var found = new List<(Topology, Target)>();
        foreach (var topology in topologies)
        {
            if (TryResolve(topology, text) is { } target)
            {
                found.Add((topology, target));
            }
        }
        return found.Count > 0 ? found : throw NothingFound(topologies, text.Trim());
    }

    /// <summary>As <see cref="Resolve"/>, but null where nothing matches.</summary>
    /// <exception cref="Node.NodeException">Several match (it lists the candidates).</exception>
    public static Target? TryResolve(Topology topology, string text)
    {
        var wanted = text.Trim();
        Func<Topology, string, IReadOnlyList<Target>>[] ways =
        [
            FindDevices, FindInstancesByName, FindByIdOrAddress, FindByDeviceNameOfPort,
        ];
        foreach (var way in ways)
        {
            var found = wanted.Length == 0 ? [] : way(topology, wanted);
            if (found.Count == 1)
            {
                return found[0];
            }
            if (found.Count > 1)
            {
                throw Ambiguous(topology, wanted, found);
            }
        }
        return null;
    }

    private static List<Target> FindDevices(Topology topology, string text)
    {
        if (topology.Find(text) is { } byId)
        {
            return [Of(topology, byId)];
        }
        var slash = text.LastIndexOf('/');
        if (slash >= 0)
        {
            var (home, device) = (text[..slash], text[(slash + 1)..]);
            var exact = topology.Find($"link:{home}/{device}") ?? topology.Find($"ovs-port:{home}/{device}")
                ?? topology.Elements.FirstOrDefault(e => e.Name == device && e.OvsBridge == home)
                ?? (home.Length == 0 ? topology.Find($"ovs-bridge:{device}") : null);
            return exact is null ? [] : [new Target.OfElement(exact)];
        }
        return
        [
            .. topology.Elements.Where(e => e.Name == text && e.Kind is not (ElementKind.Instance or ElementKind.RemoteEnd))
                .Select(e => new Target.OfElement(e)),
        ];
    }

    /// <summary>nova's name, or libvirt's; as typed, else in any case.</summary>
    private static IReadOnlyList<Target> FindInstancesByName(Topology topology, string text)
    {
        foreach (var comparison in new[] { StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase })
        {
            var libvirt = topology.Snapshot.Domains.Where(d => d.Name.Equals(text, comparison)).ToList();
            var named = topology.Elements.Where(e => e.Kind == ElementKind.Instance
                && (e.Name.Equals(text, comparison) || libvirt.Exists(d => IsOf(e, d)))).Select(e => Of(topology, e)).ToList();
            if (named.Count > 0)
            {
                return named;
            }
        }
        // what Neutron alone knows is the name of a VM's port
        return topology.Snapshot.Names is null ? [] :
        [
            .. topology.Elements.Where(e => e.Kind == ElementKind.Instance && CloudNames.IsPortOf(e.Name, text)).Select(e => Of(topology, e)),
        ];

        bool IsOf(Element instance, Domain domain) => topology.VifsOf(instance.Id) is [var vif, ..]
            ? domain.Uuid is { } uuid && vif.InstanceId == uuid.ToString()
            : instance.Name == (domain.DisplayName ?? domain.Name);
    }

    private static IReadOnlyList<Target> FindByIdOrAddress(Topology topology, string text)
    {
        if (MacAddress.TryParse(text, out var mac))
        {
            return ByAddress(topology, v => v.Address == mac, e => e.Address == mac);
        }
        if (IsAddress(text) && IPAddress.TryParse(text, out var address))
        {
            var canonical = address.ToString();
            return ByAddress(topology, v => v.IPAddresses.Contains(canonical),
                e => e.IPAddresses.Any(a => a == canonical || a.StartsWith(canonical + "/", StringComparison.Ordinal)));
        }
        return IsUuidStart(text) ? ById(topology, text) : [];
    }

    private static List<Target> ById(Topology topology, string text)
    {
        var result = new List<Target>();
        foreach (var instance in topology.Elements.Where(e => e.Kind == ElementKind.Instance))
        {
            var vifs = topology.VifsOf(instance.Id);
            var id = vifs.Select(v => v.InstanceId).FirstOrDefault(i => i is not null) ?? topology.Snapshot.Domains
                .FirstOrDefault(d => (d.DisplayName ?? d.Name) == instance.Name)?.Uuid?.ToString();
            if (id?.StartsWith(text, StringComparison.OrdinalIgnoreCase) == true)
            {
                result.Add(Of(topology, instance));
            }
        }
        foreach (var vif in topology.Vifs.Where(v => v.PortId is { } port && (port.StartsWith(text, StringComparison.OrdinalIgnoreCase)
            || port.Length == DeviceNames.IdLength && text.StartsWith(port, StringComparison.OrdinalIgnoreCase))))
        {
            // a VM whose only VIF is that very port is one thing, not two
            if (!result.Contains(new Target.OfVif(vif)))
            {
                result.Add(new Target.OfVif(vif));
            }
        }
        return result;
    }

    /// <summary>VIFs first; an element that has the address only as a part of one of them, or as the bridge of another, adds nothing.</summary>
    private static List<Target> ByAddress(Topology topology, Func<Vif, bool> ofVif, Func<Element, bool> ofElement)
    {
        var result = topology.Vifs.Where(ofVif).Select(Target (v) => new Target.OfVif(v)).ToList();
        var elements = topology.Elements.Where(ofElement).ToList();
        foreach (var element in elements)
        {
            var isPart = topology.VifsOf(element.Id).Any(v => result.Contains(new Target.OfVif(v)));
            var isBridgeOfOther = elements.Count > 1 && element.Kind is ElementKind.HybridBridge or ElementKind.LinuxBridge
                or ElementKind.OvsBridge && topology.ConnectionsOf(element.Id)
                .Any(c => elements.Exists(e => e != element && (e.Id == c.From || e.Id == c.To)));
            if (!isPart && !isBridgeOfOther)
            {
                result.Add(new Target.OfElement(element));
            }
        }
        return result;
    }

    /// <summary>The tap of a port whose tap nobody told us of (pasted text knows the qvo only): the port is what was meant.</summary>
    private static IReadOnlyList<Target> FindByDeviceNameOfPort(Topology topology, string text) =>
        DeviceNames.PortIdPrefix(text) is { } prefix ? ById(topology, prefix) : [];

    private static Target Of(Topology topology, Element element)
    {
        if (element.Kind != ElementKind.Instance)
        {
            return new Target.OfElement(element);
        }
        var vifs = topology.VifsOf(element.Id);
        return vifs.Count switch
        {
            0 => new Target.OfElement(element),
            1 => new Target.OfVif(vifs[0]),
            _ => new Target.OfInstance(element.Name, vifs),
        };
    }

    /// <summary>IPAddress.Parse would take "1234" for an address as well.</summary>
    private static bool IsAddress(string text) => text.Count(c => c == '.') == 3 || text.Count(c => c == ':') >= 2;

    private static bool IsUuidStart(string text) =>
        text.Length is >= ShortestPrefix and <= 36 && text.All(c => char.IsAsciiHexDigit(c) || c == '-');
}
