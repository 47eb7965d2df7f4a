namespace Plumbline.Neutron.Api;

/// <summary>What VMs are called, which no compute node without libvirt knows: by Nova's API, else by the names of their ports.</summary>
public static class VmNames
{
    /// <summary>A suffix of a port's name: <c>-0</c>, <c>-eth0</c>.</summary>
    private const int LongestSuffix = 5;

    /// <summary>Names by the VM's UUID (<c>device_id</c>); a VM with several named ports is called what their names begin with.</summary>
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
        foreach (var (id, name) in cloud.Servers ?? new Dictionary<string, string>())
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
