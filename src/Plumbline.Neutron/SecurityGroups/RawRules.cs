namespace Plumbline.Neutron.SecurityGroups;

/// <summary>The raw table's rules of one port: its conntrack zone, or no tracking.</summary>
internal static class RawRules
{
    public static IEnumerable<string> Of(FirewallPort port, bool stateful, int zone, FirewallOptions options)
    {
        var hybrid = options.Driver == FirewallDriver.Hybrid;
        var bridge = hybrid ? DeviceNames.VethBridgeEnd(port.Id) : DeviceNames.NetworkBridge(port.NetworkId);
        var tap = hybrid ? DeviceNames.Tap(port.Id) : port.Id;
        // Neutron cuts one character too many
        var name = port.Id.StartsWith("tap", StringComparison.Ordinal) ? port.Id[Math.Min(4, port.Id.Length)..] : port.Id;
        if (options.Release < NeutronRelease.Pike)
        {
            return options.Release < NeutronRelease.Liberty
                ? []
                : [$"-m physdev --physdev-in {bridge} -j CT --zone {zone}", $"-m physdev --physdev-in {tap} -j CT --zone {zone}"];
        }
        var target = stateful || options.Release < NeutronRelease.Ussuri
            ? $"-m comment --comment \"Set zone for {name}\" -j CT --zone {zone}"
            : $"-m comment --comment \"Make {name} stateless\" -j CT --notrack";
        return
        [
            $"-m physdev --physdev-in {bridge} {target}",
            $"-i {bridge} {target}",
            $"-m physdev --physdev-in {tap} {target}",
        ];
    }
}
