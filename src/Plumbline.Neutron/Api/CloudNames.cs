namespace Plumbline.Neutron.Api;

/// <summary>What VMs (by Nova's API, else by the names of their ports), networks and routers are called: nodes know their UUIDs only.</summary>
public static class CloudNames
{
    /// <summary>A suffix of a port's name: <c>-0</c>, <c>-eth0</c>.</summary>
    private const int LongestSuffix = 5;

    /// <summary>Names by UUID; a VM (<c>device_id</c>) with several named ports is called what their names begin with.</summary>
    public static IReadOnlyDictionary<string, string> Of(Cloud cloud)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var ofVms = cloud.Ports?.Values.Where(p => p.Name.Length > 0 && p.DeviceId.Length > 0
            && p.Owner.StartsWith("compute:", StringComparison.Ordinal)) ?? [];
        foreach (var ports in ofVms.GroupBy(p => p.DeviceId, StringComparer.OrdinalIgnoreCase))
        {
            var names = ports.Select(p => p.Name).Order(StringComparer.Ordinal).ToList();
            var stem = StemOf(names[0]);
            result[ports.Key] = names.Count > 1 && names.TrueForAll(n => IsPortOf(n, stem)) ? stem : names[0];
        }
        var others = (cloud.Servers ?? new Dictionary<string, string>()).Select(s => (Id: s.Key, Name: s.Value))
            .Concat(cloud.Networks?.Values.Select(n => (n.Id, n.Name)) ?? []).Concat(cloud.Routers?.Select(r => (r.Id, r.Name)) ?? []);
        foreach (var (id, name) in others.Where(o => o.Name.Length > 0))
        {
            result[id] = name;
        }
        return result;
    }

    /// <summary>Whether a port of this name is of a VM of that name.</summary>
    public static bool IsPortOf(string port, string vm) => port == vm
        || port.Length > vm.Length && port.Length - vm.Length <= LongestSuffix && port.StartsWith(vm, StringComparison.Ordinal)
        && port[vm.Length] == '-' && char.IsAsciiDigit(port[^1]);

    private static string StemOf(string port) => port.LastIndexOf('-') is > 0 and var dash ? port[..dash] : port;
}
