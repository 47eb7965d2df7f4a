namespace Plumbline.Iptables.Simulation;

/// <summary>Which of the node's own addresses MASQUERADE and REDIRECT take.</summary>
internal static class OwnAddresses
{
    private static readonly DeviceAddress _loopback4 = new(IPFamily.IPv4, 0x7F000001, 8);
    private static readonly DeviceAddress _loopback6 = new(IPFamily.IPv6, 1, 128);

    /// <summary>MASQUERADE: an address of the device that the packet leaves by (inet_select_addr(), ipv6_dev_get_saddr()).</summary>
    /// <returns>False: there is none, and the kernel drops the packet. Null in <paramref name="found"/>: it is not known which.</returns>
    public static bool TryFindSource(NodeAddresses? node, in Walk walk, out AddressRange? found)
    {
        found = null;
        if (node?.Devices is not { } devices)
        {
            return true;
        }
        var candidates = Of(devices, walk.Point!.Out, walk.Family);
        foreach (var candidate in candidates)
        {
            if (candidate.Reaches(walk.Destination) && (walk.Family == IPFamily.IPv4 || candidates.Count == 1))
            {
                return Found(candidate, out found);
            }
        }
        if (candidates.Count > 0)
        {
            // the gateway's network decides, or RFC 6724
            return candidates.Count > 1 || Found(candidates[0], out found);
        }
        // another device's: of IPv4 the first, lo first of all; of IPv6 it is known only where there is but one
        List<DeviceAddress> others = [];
        foreach (var device in devices)
        {
            others.AddRange(Of(devices, device.Device, walk.Family));
        }
        return others.Count > 0 && (others.Count > 1 && walk.Family == IPFamily.IPv6 || Found(others[0], out found));
    }

    /// <summary>REDIRECT: the first address of the device that the packet came by; of the node's own packets lo's.</summary>
    /// <returns>As above.</returns>
    public static bool TryFindDestination(NodeAddresses? node, in Walk walk, out AddressRange? found)
    {
        if (walk.Point!.Hook == Hook.Output)
        {
            return Found(walk.Family == IPFamily.IPv4 ? _loopback4 : _loopback6, out found);
        }
        found = null;
        if (node?.Devices is not { } devices)
        {
            return true;
        }
        foreach (var device in devices)
        {
            if (device.Device != walk.Point.In)
            {
                continue;
            }
            foreach (var address in device.Addresses)
            {
                if (address.Family == walk.Family
                    && (walk.Family == IPFamily.IPv4 || Suits(ScopeOf(address.Address), ScopeOf(walk.Destination))))
                {
                    return Found(address, out found);
                }
            }
        }
        return false;
    }

    /// <summary>nf_nat_redirect_ipv6_usable(): a destination of limited scope wants an address of that scope.</summary>
    private static bool Suits(Scope address, Scope destination) => destination == Scope.Global || address == destination;

    /// <summary>ipv6_addr_scope().</summary>
    private static Scope ScopeOf(UInt128 address) =>
        address >> 120 == 0xFF ? (int)(address >> 112 & 15) switch
        {
            1 => Scope.Node,
            2 => Scope.Link,
            5 => Scope.Site,
            _ => Scope.Global,
        }
        : address >> 118 == 0xFE80 >> 6 ? Scope.Link
        : address >> 118 == 0xFEC0 >> 6 ? Scope.Site
        : address == 1 ? Scope.Node
        : address != 0 && address >> 32 == 0 ? Scope.Compatible
        : Scope.Global;

    private enum Scope
    {
        Global,
        Node,
        Link,
        Site,
        Compatible,
    }

    private static bool Found(DeviceAddress address, out AddressRange? found)
    {
        found = new(address.Family, address.Address, address.Address);
        return true;
    }

    /// <summary>Of global scope, as the routing of packets to elsewhere wants them; 127.0.0.1 is the host's alone.</summary>
    private static List<DeviceAddress> Of(IReadOnlyList<DeviceAddresses> devices, string? name, IPFamily family)
    {
        List<DeviceAddress> result = [];
        foreach (var device in devices)
        {
            if (device.Device != name)
            {
                continue;
            }
            foreach (var address in device.Addresses)
            {
                if (address.Family == family && address.Address != 1 && (family == IPFamily.IPv4
                    ? address.Address >> 24 != 127 : !address.IsLinkLocal))
                {
                    result.Add(address);
                }
            }
        }
        return result;
    }
}
